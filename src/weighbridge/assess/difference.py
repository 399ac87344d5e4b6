"""Two assessments set side by side: facts, findings and rows that are otherwise, with the cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from weighbridge.assess.assessment import Assessment, KnownFact, RowVerdict
from weighbridge.assess.causes import Cause, CauseFinder
from weighbridge.assess.parts import PARTS
from weighbridge.assess.rows import brought_by
from weighbridge.facts import Finding
from weighbridge.facts.values import read_day
from weighbridge.reason.case import NOBODY

GROUPS = ("new", "open", "settled", "when", "ground", "gone", "neither")
"""What can become of a row, in the order in which it is told."""

_OPEN = ("open", "open-coming")
_WHEN = ("in_force", "due", "enforced_from")


@dataclass(frozen=True, slots=True)
class FactChange:
    """A fact that is otherwise; ``None`` on a side that does not know it."""

    key: str
    before: KnownFact | None
    after: KnownFact | None

    @property
    def kind(self) -> str:
        """Return ``added``, ``removed`` or ``changed``."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


@dataclass(frozen=True)
class RowChange:
    """A row that is otherwise, or is there on one side alone.

    changed: the parts of it that are otherwise; empty for a row that came or went
    causes:  why, part by part
    """

    before: RowVerdict | None
    after: RowVerdict | None
    changed: tuple[str, ...]
    causes: tuple[Cause, ...]

    @property
    def row(self) -> RowVerdict:
        """The row as it is now, or as it was."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def group(self) -> str:
        """What became of the row: one of :data:`GROUPS`."""
        old, new = _standing(self.before), _standing(self.after)
        if old == new:
            if old == "none":
                return "neither"
            return "when" if set(_WHEN) & set(self.changed) else "ground"
        if new == "none":
            denied = self.after is not None and self.after.judged.verdict is False
            return "settled" if old in _OPEN and denied else "gone"
        if new in _OPEN:
            return "when" if (old, new) == _OPEN else "open"
        if old in _OPEN:
            return "settled"
        return "when" if old == "owed" else "new"


@dataclass(frozen=True)
class Difference:
    """What two assessments find otherwise.

    axes: in which of facts, date and law the two sides differ
    """

    before: Assessment
    after: Assessment
    axes: tuple[str, ...]
    facts: tuple[FactChange, ...]
    new_findings: tuple[Finding, ...]
    gone_findings: tuple[Finding, ...]
    rows: tuple[RowChange, ...]

    @property
    def nothing(self) -> bool:
        """Whether no fact, no finding and no row is otherwise."""
        return not (self.facts or self.new_findings or self.gone_findings or self.rows)


def difference(before: Assessment, after: Assessment) -> Difference:
    """Return what ``after`` finds otherwise than ``before``, each row with its causes.

    Both must have been asked for with the same presumptions, readings and authorities. Nothing is
    read; what would be otherwise is judged again.
    """
    finder = CauseFinder(before, after)
    return Difference(
        before,
        after,
        finder.axes,
        tuple(_facts(before, after)),
        _more(after.findings, before.findings),
        _more(before.findings, after.findings),
        tuple(_rows(before, after, finder)),
    )


def _facts(before: Assessment, after: Assessment) -> Iterator[FactChange]:
    old, new = _known(before), _known(after)
    for key in sorted({*old, *new}):
        one, two = old.get(key), new.get(key)
        if one is None or two is None or (one.value, one.conflict) != (two.value, two.conflict):
            yield FactChange(key, one, two)


def _known(assessment: Assessment) -> dict[str, KnownFact]:
    facts = assessment.facts.items()
    return {key: fact for key, fact in facts if fact.value is not None or fact.conflict}


def _more(these: Iterable[Finding], those: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings that are not among the others, by id, severity and files."""
    left = Counter(map(_finding_key, those))
    more = []
    for finding in these:
        key = _finding_key(finding)
        if left[key]:
            left[key] -= 1
        else:
            more.append(finding)
    return tuple(more)


def _finding_key(finding: Finding) -> tuple[str, ...]:
    """Return id, severity and files; lines move when a file is edited, files do not."""
    return finding.id, finding.severity, *sorted({place.file for place in finding.where})


def _rows(before: Assessment, after: Assessment, finder: CauseFinder) -> Iterator[RowChange]:
    old = {_row_key(row): row for row in before.verdicts}
    new = {_row_key(row): row for row in after.verdicts}
    for key in sorted({*old, *new}):
        one, two = old.get(key), new.get(key)
        if one is None or two is None:
            yield RowChange(one, two, (), (_came_or_went(one, two, before, after),))
            continue
        changed = [part for part, of in PARTS.items() if of(one.judged) != of(two.judged)]
        if changed:
            explained = [part for part in changed if part != "basis" or "verdict" not in changed]
            causes = [
                cause for part in explained for cause in finder.causes(part, one.judged, two.judged)
            ]
            yield RowChange(one, two, tuple(changed), tuple(causes))


def _row_key(row: RowVerdict) -> tuple[str, ...]:
    place = row.judged.row
    return place.market, row.rule.id, place.actor, place.role, place.use


def _came_or_went(
    old: RowVerdict | None, new: RowVerdict | None, before: Assessment, after: Assessment
) -> Cause:
    """Return why a row is there on one side alone: its rule is new, or nobody was asked about."""
    row, here, there = (new, after, before) if new is not None else (old, before, after)
    assert row is not None
    rule, place = row.rule, row.judged.row
    if rule.id not in there.law.by_id:
        return Cause("row", "law", ((rule.id,),))
    asked = place.market in there.markets or not place.market
    asked = asked and (place.use in there.uses or place.use == NOBODY)
    asked = asked and any(a.id == place.actor and place.role in a.roles for a in there.actors)
    if not asked:
        keys = brought_by(place.role, here.facts)
        return Cause("row", "asked", tuple((key,) for key in keys))
    day = read_day(there.as_of).toordinal()
    by_date = here.law.version(rule.id, day).key != rule.key
    return Cause("row", "date" if by_date else "law", ((rule.id,),))


def _standing(row: RowVerdict | None) -> str:
    """Return where a row stands: none, owed, coming, open, or open and to come."""
    if row is None or row.judged.verdict is False:
        return "none"
    state = row.judged.in_force.state
    if state in ("never", "no-longer"):
        return "none"
    if row.judged.verdict is None:
        return "open-coming" if state == "not-yet" else "open"
    return {"yes": "owed", "not-yet": "coming"}.get(state or "", "open")
