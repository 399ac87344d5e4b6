"""Which group of the screen a row belongs to, and rows that say the same thing joined.

Text and Markdown both come from these groups, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from weighbridge.assess.assessment import Assessment, RowVerdict
from weighbridge.assess.terms import owed_by_law
from weighbridge.report import words
from weighbridge.rules import Rule

OWED_KINDS = ("duty", "prohibition")
_BEFORE = ("before-release", "at-release")
_APPLYING = {
    "prohibition": "stop",
    "right": "may",
    "power": "power",
    "practice": "voluntary",
    "pointer": "look-at",
    "claim": "claim",
}
_PAST_STATES = {"no-longer": "past", "never": "never"}


@dataclass(frozen=True, slots=True)
class Joined:
    """Rows of one rule that stand in one group: one line of the screen.

    rows: at least one; the first speaks for all
    who:  the actors, roles and uses meant, in order
    """

    rows: tuple[RowVerdict, ...]
    who: tuple[str, ...]

    @property
    def first(self) -> RowVerdict:
        """The row that speaks for all."""
        return self.rows[0]

    @property
    def rule(self) -> Rule:
        """The rule judged."""
        return self.rows[0].rule


def rows_of(assessment: Assessment, market: str) -> list[RowVerdict]:
    """Return the rows of law of one market; terms of licences are owed to somebody else."""
    return owed_by_law(row for row in assessment.verdicts if row.judged.row.market == market)


def group_of(row: RowVerdict) -> str:
    """Return the name of the group (a key of :data:`words.GROUP_TITLES`) a row belongs to."""
    judged = row.judged
    past = _PAST_STATES.get(judged.in_force.state or "")
    if past:
        return past
    if row.rule.kind == "claim":
        return "claim"
    if judged.verdict is None:
        return "ask" if row.asks else "voluntary-open"
    if judged.verdict is False:
        return "not-yours"
    return _APPLYING.get(row.rule.kind) or _due_group(row.rule)


def _due_group(rule: Rule) -> str:
    assert rule.binding is not None  # only rules that bind make rows
    if rule.binding.bars or rule.binding.due in _BEFORE:
        return "before"
    return "only-if" if rule.binding.due == "only-if" else "ready"


def grouped(rows: Iterable[RowVerdict]) -> dict[str, list[Joined]]:
    """Return the rows by group, in the order of the screen; rows that say the same are joined."""
    found: dict[str, dict[tuple[object, ...], list[RowVerdict]]] = {}
    for row in rows:
        groups = found.setdefault(group_of(row), {})
        groups.setdefault(_sameness(row), []).append(row)
    return {
        name: [Joined(tuple(same), who_of(same)) for same in found[name].values()]
        for name in words.GROUP_TITLES
        if name in found
    }


def _sameness(row: RowVerdict) -> tuple[object, ...]:
    """Return what two rows must share to be shown as one."""
    judged = row.judged
    return judged.rule.key, judged.basis, judged.because, judged.in_force, judged.missing


def who_of(rows: Iterable[RowVerdict]) -> tuple[str, ...]:
    """Return the actors, roles and uses that rows speak of, each once, in order."""
    return tuple(dict.fromkeys(_bearer(row) for row in rows))


def _bearer(row: RowVerdict) -> str:
    place = row.judged.row
    role = place.role.replace("_", " ")
    actor = role if place.actor == "-" else f"{place.actor} as {role}"
    return actor if place.use == "-" else f"{actor}, use {place.use}"


def bearers(assessment: Assessment) -> int:
    """Return how many actors in roles were asked about; with one, no line names it."""
    return sum(len(actor.roles) for actor in assessment.actors) * len(assessment.uses)


def is_owed_kind(row: RowVerdict) -> bool:
    """Return whether a row is a duty or a prohibition that binds or may bind today."""
    state = row.judged.in_force.state
    return row.rule.kind in OWED_KINDS and state in ("yes", "not-yet", None)


def title_of(joined: Joined) -> str:
    """Return the title of a rule, its first letter small unless it is a name."""
    title = joined.rule.title
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
