"""The mapping between the ``---`` lines at the head of a card, read strictly."""

from __future__ import annotations

from dataclasses import dataclass, field

from weighbridge.facts import Finding, Severity
from weighbridge.text.errors import ParseError
from weighbridge.text.places import Place
from weighbridge.text.strict_yaml import Entries, Items, Text, read_yaml

_MOST_CHARACTERS = 256 << 10
_FENCE = "---"


@dataclass(frozen=True, slots=True)
class Split:
    """A card cut in two.

    entries:   the front matter; empty where there is none or it is broken
    present:   a front matter was found, broken or not
    body_line: the line on which the body begins, counted from 1
    findings:  what is wrong with it
    """

    entries: Entries
    present: bool
    body_line: int
    findings: tuple[Finding, ...] = field(default=())


def split_front_matter(lines: list[str], file: str) -> Split:
    """Return the front matter of a card given as lines without their ends; never raises.

    As on hubs, it begins on the first line that is not blank and ends at the next ``---``.
    """
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if not lines or lines[first].rstrip() != _FENCE:
        return Split(_empty(), False, 1)
    last = next(
        (n for n in range(first + 1, len(lines)) if lines[n].rstrip() in (_FENCE, "...")), None
    )
    if last is None:
        return _unclosed(lines, first, file)
    source = "\n".join(lines[first + 1 : last])
    entries, findings = _read(source, file, first + 2)
    return Split(entries, bool(source.strip()), last + 2, findings)


def _empty() -> Entries:
    entries = Entries()
    entries.line, entries.column = 1, 1
    return entries


def _unclosed(lines: list[str], first: int, file: str) -> Split:
    # A lone rule above a text without any `key: value` is an ornament, not metadata.
    following = lines[first + 1 : first + 2]
    if not following or ":" not in following[0] or following[0].startswith((" ", "#")):
        return Split(_empty(), False, first + 2)
    message = "the front matter opens with `---` and never closes, so none of it was read"
    finding = Finding("front-matter-unclosed", Severity.MEDIUM, message, (Place(file, first + 1),))
    return Split(_empty(), True, first + 2, (finding,))


def _read(source: str, file: str, first_line: int) -> tuple[Entries, tuple[Finding, ...]]:
    place = Place(file, first_line)
    if len(source) > _MOST_CHARACTERS:
        return _empty(), (_broken(f"longer than {_MOST_CHARACTERS:,} characters", place),)
    try:
        node = read_yaml(source, file, first_line)
    except ParseError as error:
        return _empty(), (_broken(error.message, error.place or place),)
    if node is None:
        return _empty(), ()
    if not isinstance(node, Entries):
        return _empty(), (_broken("not a mapping of keys to values", place),)
    return node, ()


def _broken(reason: str, place: Place) -> Finding:
    message = f"the front matter could not be read, so none of it counts: {reason}"
    return Finding("front-matter-broken", Severity.MEDIUM, message, (place,))


def words_of(entries: Entries, key: str) -> list[Text]:
    """Return the scalars under ``key``, one or a list; nested and empty values are left out."""
    node = entries.get(key)
    items = node if isinstance(node, Items) else [node]
    return [item for item in items if isinstance(item, Text) and item.strip()]
