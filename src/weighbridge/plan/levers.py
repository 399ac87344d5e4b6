"""What a person can change of a release, at which price, and what nobody is ever told to change.

Data (``data/levers.yaml``): a lever sets facts and says so in words. One that *leaves* gives way
to a duty by shutting people out or by another licence, answers nothing, and comes last; one that
leaves the *market* never opens it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from weighbridge.facts import Value, Vocabulary
from weighbridge.reason.case import NOBODY, Case, Row
from weighbridge.text.fields import Fields, SourceFile

LEAVES = ("release", "market")
_PRICES = ("easy", "costly")
_AXES = ("actor", "market", "use")


@dataclass(frozen=True, slots=True)
class Hours:
    """An effort: hours from low to high, how well that is known, and by whom."""

    low: float
    high: float
    grade: str = ""
    source: str = ""

    @property
    def weight(self) -> int:
        """Twice the middle, in thousandths of an hour, so that sums are exact."""
        return round(self.low * 1000) + round(self.high * 1000)


@dataclass(frozen=True, slots=True)
class Lever:
    """One thing a person can change.

    sets:      the facts it sets, as written, by name
    price:     what it costs, in words or hours; empty for what the vocabulary says of its facts
    stops:     it ends something, so it is offered only where that something is known to be
    leaves:    empty, or one of :data:`LEAVES`
    who_loses: who loses access by it
    """

    id: str
    does: str
    sets: Mapping[str, str]
    price: str = ""
    hours: Hours | None = None
    stops: bool = False
    leaves: str = ""
    who_loses: str = ""


@dataclass(frozen=True, slots=True)
class NoLever:
    """Facts that nobody is told to change, and why."""

    id: str
    because: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Levers:
    """All levers with the hours of each price."""

    prices: Mapping[str, Hours]
    levers: tuple[Lever, ...]
    never: tuple[NoLever, ...] = ()

    def hours_of(self, lever: Lever, vocabulary: Vocabulary) -> Hours:
        """Return what a lever costs: its own hours, its own price, or the dearest of its facts."""
        if lever.hours is not None:
            return lever.hours
        price = lever.price or max(
            (vocabulary[name].mutable for name in lever.sets), key=(*_PRICES, "never").index
        )
        return self.prices[price]


@dataclass(frozen=True, slots=True)
class Change:
    """A lever pulled for one actor, market and use: the facts it makes otherwise, by key.

    before, after: what each was and would be; ``None`` was unknown
    holds:         every fact the lever sets, those that are so already among them
    """

    lever: Lever
    subject: tuple[str, ...]
    before: Mapping[str, Value | None]
    after: Mapping[str, Value]
    holds: Mapping[str, Value]
    hours: Hours

    @property
    def id(self) -> str:
        """The lever's id, with whom and what it is pulled for: ``close-service[EU]``."""
        subject = "/".join(self.subject)
        return f"{self.lever.id}[{subject}]" if subject else self.lever.id


@cache
def shipped_levers() -> Levers:
    """Return the levers that ship. Raises :class:`LanguageError` where the file is at fault."""
    source = files("weighbridge.plan") / "data/levers.yaml"
    return read_levers(source.read_text(encoding="utf-8"), "levers.yaml")


def read_levers(text: str, file: str) -> Levers:
    """Return the levers written in ``text``, one YAML document each.

    Raises :class:`LanguageError` for unknown keys and words, for a lever that leaves without
    saying who loses, and for one that costs nothing.
    """
    source = SourceFile(file, text)
    prices: dict[str, Hours] = {}
    levers: list[Lever] = []
    never: list[NoLever] = []
    for document in source.documents():
        fields = Fields(document, source)
        if "hours" in fields:
            prices[fields.choice("hours", _PRICES)] = _hours(fields)
        elif "lever" in fields:
            levers.append(_lever(fields))
        else:
            id_, because = str(fields.text("no_lever")), str(fields.text("because"))
            never.append(NoLever(id_, because, tuple(map(str, fields.texts("facts")))))
        fields.done()
    return Levers(prices, tuple(sorted(levers, key=lambda lever: lever.id)), tuple(never))


def _lever(fields: Fields) -> Lever:
    id_ = str(fields.text("lever"))
    does = str(fields.text("does"))
    section = fields.needed("sets")
    sets = {str(name): str(section.text(name)) for name in section.node}
    leaves = fields.choice("leaves", LEAVES, "")
    who = fields.optional("who_loses")
    if bool(leaves) != bool(who):
        fields.fail(fields.node, "what leaves says who loses access, and nothing else does")
    own = fields.section("effort")
    hours = _hours(own) if own is not None else None
    if own is not None:
        own.done()
    return Lever(
        id_,
        does,
        sets,
        fields.choice("cost", _PRICES, ""),
        hours,
        fields.flag("stops", False),
        leaves,
        str(who or ""),
    )


def _hours(fields: Fields) -> Hours:
    low, high = (float(fields.text(end)) for end in ("low", "high"))
    if not 0 <= low <= high or not high:
        fields.fail(fields.node, "hours go from low to high, and nothing is free")
    return Hours(low, high, str(fields.text("grade", "")), str(fields.text("source", "")))


def changes(levers: Levers, case: Case, rows: Iterable[Row]) -> list[Change]:
    """Return every change that the levers can make for these rows, by id."""
    distinct = sorted(set(rows))
    found: dict[str, Change] = {}
    for lever in levers.levers:
        for change in _of_lever(lever, levers, case, distinct):
            found[change.id] = change
    return [found[id_] for id_ in sorted(found)]


def _of_lever(lever: Lever, levers: Levers, case: Case, rows: Sequence[Row]) -> Iterator[Change]:
    vocabulary = case.law.vocabulary
    types = [vocabulary.get(name) for name in lever.sets]
    if any(type_ is None or type_.mutable == "never" for type_ in types):
        return  # a law without the fact, or one that calls it history
    axes = {axis for name in lever.sets for axis in case.axes.of(name)} & set(_AXES)
    seen: set[tuple[str, ...]] = set()
    for row in _whole(rows, axes):
        words = [getattr(row, axis) for axis in _AXES if axis in axes]
        subject = tuple(word for word in words if word and word != NOBODY)
        if subject in seen:
            continue
        seen.add(subject)
        before = {case.key(name, row): case.value(name, row) for name in lever.sets}
        after = {
            case.key(name, row): vocabulary[name].read(text) for name, text in lever.sets.items()
        }
        otherwise = {key: value for key, value in after.items() if before[key] != value}
        known = any(before[key] is not None for key in otherwise)
        if otherwise and (known or not lever.stops):
            hours = levers.hours_of(lever, vocabulary)
            was = {key: before[key] for key in otherwise}
            yield Change(lever, subject, was, otherwise, after, hours)


def _whole(rows: Sequence[Row], axes: Iterable[str]) -> Iterator[Row]:
    """Yield the rows that name all that a lever is pulled for, wherever some row names it.

    What is set for nobody by name would hold for everybody who is named.
    """
    named = {axis for axis in axes if any(getattr(row, axis) not in ("", NOBODY) for row in rows)}
    for row in rows:
        if all(getattr(row, axis) not in ("", NOBODY) for axis in named):
            yield row
