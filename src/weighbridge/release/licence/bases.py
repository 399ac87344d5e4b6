"""The licence under which a base model was received, and what it asks of changed copies.

A base is known by its name where its maker's licence was read (``bases.yaml``), or by its own
folder (:func:`licence_of_base`). What is not known asks nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from weighbridge.release.folder import shown_name
from weighbridge.release.licence.covers import UNKNOWN, WEIGHTS
from weighbridge.release.licence.demands import Asked, Demands, load_demands
from weighbridge.release.licence.fingerprints import DATA
from weighbridge.release.licence.identify import How
from weighbridge.release.licence.report import FoundLicence, LicenceReport
from weighbridge.release.licence.table import OTHER, LicenceTable
from weighbridge.release.observations import Observations
from weighbridge.text.fields import Fields, SourceFile
from weighbridge.text.places import Place
from weighbridge.text.strict_yaml import Items, read_yaml

_MOST_BASES = 16
_KNOWN = (How.EXACT, How.TITLE, How.CARD)


@dataclass(frozen=True, slots=True)
class Base:
    """One base model.

    name:    as the release or the caller names it
    licence: the id of the licence it came under, or ``None`` where only clauses are known
    asked:   what that asks of changed copies
    place:   where the release names it, or ``None``
    known:   how its licence is known, in words
    word:    the word of the vocabulary for its licence
    """

    name: str
    licence: str | None
    asked: Asked
    place: Place | None
    known: str
    word: str = OTHER

    @property
    def owner(self) -> str:
        """The account before the slash, in lower case, or ``""``."""
        return self.name.rpartition("/")[0].lower()


def bases_named(seen: Observations, table: LicenceTable) -> list[Base]:
    """Return the bases that a release names and whose licence is known by their names."""
    found: dict[str, Base] = {}
    for fact in seen.named("base_model"):
        for part in str(fact.value).split(","):
            name = part.strip()
            base = known_base(name, fact.place, table)
            if base is not None and len(found) < _MOST_BASES:
                found.setdefault(name.lower(), base)
    return list(found.values())


def known_base(name: str, place: Place | None, table: LicenceTable) -> Base | None:
    """Return the base that its maker's account calls ``name``, or ``None``."""
    lowered = name.strip().lower()
    for pattern, id, read in _known_names():
        start = pattern.removesuffix("*")
        if lowered == start or (start != pattern and lowered.startswith(start)):
            asked = load_demands().licences.get(id, Asked())
            return Base(name, id, asked, place, f"by its name ({read})", _word(id, table))
    return None


def licence_of_base(
    name: str, report: LicenceReport, table: LicenceTable, place: Place | None = None
) -> Base | None:
    """Return a base whose own folder was read, as :func:`licence_report` told of it.

    ``name`` is how messages call it. ``None`` where its folder says nothing of a licence, or
    several licences whose demands differ.
    """
    found = _of_weights(report)
    ids = {each.identity.id for each in found}
    known = next((each for each in found if each.identity.how in _KNOWN), None)
    demands = load_demands()
    if len(ids) == 1 and known is not None and table.get(known.identity.id) is not None:
        id = known.identity.id
        asked = demands.licences.get(id, Asked())
        return Base(name, id, asked, place, _by(known), _word(id, table))
    asked = _by_clauses(report, demands)
    if not asked.demands:
        return None
    return Base(name, None, asked, place, "by clauses of its licence")


def _of_weights(report: LicenceReport) -> list[FoundLicence]:
    plain = [each for each in report.licences if each.kind == "licence"]
    for of in (WEIGHTS, UNKNOWN):
        found = [each for each in plain if each.of == of]
        if found:
            return found
    return []


def _by_clauses(report: LicenceReport, demands: Demands) -> Asked:
    holding = {name for name, answered in report.conditions.items() if answered.answer}
    return Asked(frozenset(word for name, word in demands.clauses.items() if name in holding))


def _by(found: FoundLicence) -> str:
    return f"by {shown_name(str(found.place))} in its folder"


def _word(id: str, table: LicenceTable) -> str:
    licence = table.get(id)
    return licence.word if licence else OTHER


@cache
def _known_names() -> tuple[tuple[str, str, str], ...]:
    """Return each pattern of a name, in lower case, the id and what was read."""
    file = "bases.yaml"
    text = (DATA / file).read_text("utf-8")
    rows, source = read_yaml(text, file), SourceFile(file, text)
    assert isinstance(rows, Items)
    found = []
    for row in rows:
        fields = Fields(row, source)
        id, read = fields.text("licence"), fields.text("read")
        found += [(str(name), str(id), str(read)) for name in fields.texts("names")]
        fields.done()
    return tuple(found)
