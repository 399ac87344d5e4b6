"""The licence that the front matter of a card names."""

from __future__ import annotations

from dataclasses import dataclass

from weighbridge.release.card.front_matter import split_front_matter
from weighbridge.release.card.reader import card_files
from weighbridge.release.folder import Folder, shown_name
from weighbridge.release.licence.prose import Said, licences_said
from weighbridge.release.licence.table import Licence, LicenceTable
from weighbridge.text.errors import ParseError
from weighbridge.text.places import Place
from weighbridge.text.strict_yaml import Entries, Items, Text

_MOST_BYTES = 2 << 20
_MOST_NAMES = 8
_SAYS_NOTHING = frozenset(("", "other", "unknown", "none", "n/a", "null", "custom"))
_OPERATORS = (" or ", " and ", " with ")


@dataclass(frozen=True, slots=True)
class Declared:
    """One licence named in a card: the name as written, what it stands for, its line."""

    name: str
    licence: Licence | None
    place: Place

    @property
    def id(self) -> str:
        """The known id, else the name as written."""
        return self.licence.id if self.licence else self.name


@dataclass(frozen=True, slots=True)
class CardWords:
    """What the card files say of licences.

    declared: the licences named in the front matter
    lines:    all lines, for sentences on licences
    bases:    the base models that the front matter names, with their lines
    said:     sentences that name a licence for a part of the release
    """

    declared: tuple[Declared, ...] = ()
    lines: tuple[str, ...] = ()
    has_front_matter: bool = False
    bases: tuple[tuple[str, Place], ...] = ()
    said: tuple[Said, ...] = ()


def read_card_words(folder: Folder, table: LicenceTable) -> CardWords:
    """Return the licences that the first front matter names and the lines of all card files.

    What cannot be read is left out here; the card's own reader records the finding.
    """
    declared: tuple[Declared, ...] = ()
    bases: tuple[tuple[str, Place], ...] = ()
    lines: list[str] = []
    said: list[Said] = []
    present = False
    for path in card_files(folder):
        try:
            found = folder.read_text(path, _MOST_BYTES).text.splitlines()
        except ParseError:
            continue
        lines += found
        said += licences_said(found, path, table)
        if not present:
            split = split_front_matter(found, path)
            present = split.present
            declared = tuple(_declared(split.entries, path, table))
            named = _texts(split.entries.get("base_model"))[:_MOST_NAMES]
            bases = tuple((shown_name(each), Place(path, each.line)) for each in named)
    return CardWords(declared, tuple(lines), present, bases, tuple(said))


def _declared(entries: Entries, path: str, table: LicenceTable) -> list[Declared]:
    names = _texts(entries.get("license")) or _texts(entries.get("licence"))
    told = [name for name in names if name.strip().lower() not in _SAYS_NOTHING]
    if not told:
        told = _texts(entries.get("license_name"))
    found = []
    for name in told[:_MOST_NAMES]:
        place = Place(path, name.line)
        found += [Declared(part, table.named(part), place) for part in _parts(str(name))]
    return found


def _texts(node: object) -> list[Text]:
    items = node if isinstance(node, Items) else [node]
    return [item for item in items if isinstance(item, Text) and item.strip()]


def _parts(name: str) -> list[str]:
    """Return the licences of an expression such as ``MIT OR Apache-2.0``, else the name."""
    shown = shown_name(name.strip())[:120]
    if not any(word in name.lower() for word in _OPERATORS):
        return [shown]
    from license_expression import ExpressionError, Licensing

    try:
        parsed = Licensing().parse(shown)
    except (ExpressionError, ValueError, TypeError):
        return [shown]
    return list(dict.fromkeys(str(key) for key in parsed.objects)) or [shown]
