"""The table of known licences: what each grants and limits, by id, name and title."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from weighbridge.release.licence.covers import PARTS, UNKNOWN
from weighbridge.release.licence.fingerprints import DATA
from weighbridge.text.fields import Fields, SourceFile
from weighbridge.text.strict_yaml import Entries, read_yaml

CONDITIONS = (
    "access",
    "use",
    "modify",
    "redistribute",
    "non_commercial",
    "user_threshold",
    "revenue_threshold",
    "territory_excluded",
    "eu_excluded",
    "use_limits",
    "naming_duty",
    "no_improving_other_models",
    "separate_commercial_licence",
    "military_excluded",
    "patent_grant",
    "osi_approved",
)
GRANTS = CONDITIONS[:4]
OTHER = "other"
Answer = bool | int
"""A condition holds or not; a threshold is its number, or ``False`` where there is none."""

_WORDS = {"grant": GRANTS, "osi": ("osi_approved",), "none": ()}
_NUMBERS = {"users": "user_threshold", "revenue": "revenue_threshold"}
_NOT_PLAIN = re.compile(r"[^a-z0-9.+]+")


@dataclass(frozen=True, slots=True)
class Licence:
    """One known licence, use policy or notice.

    id:         SPDX's where it has one, else the hubs' name
    conditions: what is known of its terms; a condition left out is unknown
    names:      other ways to write the id
    titles:     each a run of words found at the head of its text
    about:      ``weights``, ``code`` or ``data`` where the text itself says so, else ``unknown``
    policy:     the id of the use policy it brings in, or ``None``
    base:       what a changed copy is named after, or ``None``
    word:       the word of the vocabulary for it, or ``other``
    stays:      whether it is written for its licensor's own models and goes with changed copies
    """

    id: str
    conditions: Mapping[str, Answer]
    names: tuple[str, ...]
    titles: tuple[tuple[str, ...], ...]
    about: str
    policy: str | None
    base: str | None
    word: str = OTHER
    stays: bool = False


class LicenceTable:
    """All known licences."""

    def __init__(self, licences: list[Licence]) -> None:
        """Index the licences by every way to write their names."""
        self.licences = {each.id: each for each in licences}
        self._by_name = {
            plain_name(name): each for each in licences for name in (*each.names, each.id)
        }

    def get(self, id: str) -> Licence | None:
        """Return the licence of exactly this id or ``None``."""
        return self.licences.get(id)

    def named(self, name: str) -> Licence | None:
        """Return the licence that a card means by ``name``, however it is written."""
        return self._by_name.get(plain_name(name))

    def titled(self, words: tuple[str, ...]) -> Licence | None:
        """Return the licence with the longest title among ``words``, or ``None``."""
        text = f" {' '.join(words)} "
        found = [
            (-len(title), text.index(f" {' '.join(title)} "), each.id)
            for each in self.licences.values()
            for title in each.titles
            if f" {' '.join(title)} " in text
        ]
        return self.licences[min(found)[2]] if found else None


def plain_name(name: str) -> str:
    """Return a name in lower case with one hyphen for whatever separates its words."""
    return _NOT_PLAIN.sub("-", name.strip().lower()).strip("-")


@cache
def load_table() -> LicenceTable:
    """Return the shipped table, read once."""
    return read_table((DATA / "licences.yaml").read_text("utf-8"), "licences.yaml")


def read_table(text: str, file: str) -> LicenceTable:
    """Return the table in ``text``. Raises :class:`LanguageError` for what its form forbids."""
    source = SourceFile(file, text)
    document = read_yaml(text, file)
    if not isinstance(document, Entries):
        return LicenceTable([])
    return LicenceTable([_licence(id, Fields(node, source, id)) for id, node in document.items()])


def _licence(id: str, fields: Fields) -> Licence:
    licence = Licence(
        id=str(id),
        conditions=_conditions(fields),
        names=tuple(fields.text("names", "").split()),
        titles=tuple(
            tuple(title.split()) for title in fields.text("titles", "").split("|") if title.strip()
        ),
        about=fields.choice("about", PARTS, UNKNOWN),
        policy=fields.optional("policy"),
        base=fields.optional("base"),
        word=str(fields.text("word", OTHER)),
        stays=fields.flag("stays", False),
    )
    fields.done()
    return licence


def _conditions(fields: Fields) -> dict[str, Answer]:
    terms = fields.optional("terms")
    if terms is None:
        return {}
    answers: dict[str, Answer] = dict.fromkeys(CONDITIONS, False)
    for word in terms.split():
        key, _, number = word.partition("=")
        if word.endswith("?"):
            answers.pop(word[:-1])
        elif number:
            answers[_NUMBERS[key]] = int(number)
        else:
            answers.update(dict.fromkeys(_WORDS.get(word, (word,)), True))
    if not answers.keys() <= set(CONDITIONS):
        fields.fail(fields.node, f"`{terms}` names an unknown condition")
    return answers
