"""Why a row came out otherwise, as a clause after *because*: facts with places, law by name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from weighbridge.assess.assessment import KnownFact, RowVerdict
from weighbridge.assess.causes import Cause
from weighbridge.assess.difference import Difference, FactChange, RowChange
from weighbridge.report.facts_words import day_words, fact_words, gloss_of, joined
from weighbridge.report.history_page import value_words
from weighbridge.report.row_words import moved_day
from weighbridge.rules import Law
from weighbridge.rules.history import Change, changes_between, says_otherwise

_UNKNOWN = "unknown"
_FACT = "{gloss}: {after}, before {before}"
_PLACED = "{value} ({place})"
_APPLIES = "{what} applies from {day}"
_ENDED = "{what} ended on {day}"
_ENDED_BY = "{what} ended on {day}, by {by}"
_REPLACED = "another version of {what} applies from {day}"
_VALUE_FROM = "{gloss}: {after} from {day}, before {before}"
_VALUE = "{gloss}: {after}, before {before}"
_WAITS = "{what} lets it wait until {day}"
_MAY_WAIT = "{what} may let it wait until {day}"
_BY_AMENDMENT = "by amendment {names} {what}"
_IN_LAW = "in the law given {what}"
_ADDED, _TAKEN, _OTHERWISE = (
    "{what} is added",
    "{what} is taken out",
    "{what} reads otherwise ({parts})",
)
_DAYS = "its days"
_TOGETHER = {
    "facts": "of several facts that changed together",
    "date": "of law that changed between the two days",
    "law": "the law given is another one",
}
_ASKED = "{role} is asked about {when}"
_ONLY_NOW, _ONLY_BEFORE = "only now", "no longer"
_IT = "it"
_AND, _AS_WELL = "; and ", " as well as "
_MOST_SETS = 3
_RELEVANT = {
    "when": ("in_force", "due", "enforced_from"),
    "ground": ("basis", "says", "lifted"),
}
_DECIDES = ("verdict", "in_force", "row")
_PAST = ("no-longer", "never")


def telling_facts(found: Difference) -> set[str]:
    """Return the keys of the facts that some row came out otherwise for."""
    causes = (cause for change in found.rows for cause in change.causes)
    told = (cause for cause in causes if cause.kind in ("facts", "asked"))
    return {key for cause in told for each in cause.sets for key in each}


def because_words(found: Difference, change: RowChange) -> str:
    """Return the causes of what became of a row as one clause; empty where none is known."""
    causes = _telling(change)
    clauses = dict.fromkeys(_cause_words(found, change, each) for each in causes)
    return _AND.join(each for each in clauses if each)


def _telling(change: RowChange) -> list[Cause]:
    """Return the causes that bear on what became of the row, not on all that changed beside."""
    parts: tuple[str, ...] = _RELEVANT.get(change.group, _DECIDES)
    if change.after is not None and parts is _DECIDES:
        judged = change.after.judged
        if "in_force" in change.changed and judged.in_force.state in _PAST:
            parts = ("in_force",)
        elif "verdict" in change.changed and judged.verdict is False:
            parts = ("verdict",)
    told = [cause for cause in change.causes if cause.of in parts]
    return told or list(change.causes)


def _cause_words(found: Difference, change: RowChange, cause: Cause) -> str:
    if not cause.sets:
        return _asked_words(change) if cause.kind == "asked" else _TOGETHER[cause.kind]
    words = _AS_WELL if len(cause.sets[0]) > 1 else _AND
    names = cause.sets[0] if len(cause.sets[0]) > 1 else [each[0] for each in cause.sets]
    match cause.kind:
        case "facts" | "asked":
            said = (fact_change_words(found, _fact(found, key)) for key in names)
        case "date":
            said = (_by_date(change, cause, name) for name in names)
        case _:
            said = (_by_law(found, change, name) for name in names)
    return joined(said, _MOST_SETS, words)


def _asked_words(change: RowChange) -> str:
    role = change.row.judged.row.role.replace("_", " ")
    when = _ONLY_NOW if change.before is None else _ONLY_BEFORE
    return _ASKED.format(role=role, when=when)


def _fact(found: Difference, key: str) -> FactChange:
    return FactChange(key, found.before.facts.get(key), found.after.facts.get(key))


def fact_change_words(found: Difference, change: FactChange) -> str:
    """Return a fact with what it is now, what it was, and where each stands."""
    gloss = gloss_of(found.after.law, change.key)
    before, after = _placed(change.before), _placed(change.after)
    return _FACT.format(gloss=gloss, after=after, before=before)


def _placed(fact: KnownFact | None) -> str:
    if fact is None or fact.value is None:
        return _UNKNOWN
    place = str(fact.place) if fact.place is not None else fact.note
    return _PLACED.format(value=fact_words(fact), place=place) if place else fact_words(fact)


def _by_date(change: RowChange, cause: Cause, name: str) -> str:
    if cause.of == "in_force":
        said = list(_in_force_words(change, name))
        if said:
            return _AND.join(said)
    before, after = change.before, change.after
    law = change.row.judged.evaluator.law
    if before is None or after is None:
        return _REPLACED.format(what=_rule_words(law, name), day=_since(change))
    days = sorted((before.judged.day, after.judged.day))
    happened = _history(law, *days) if days[0] != days[1] else ()
    said = [_change_words(each, change) for each in happened if each.id == name]
    return _AND.join(each for each in said if each) or _TOGETHER["date"]


@lru_cache(maxsize=16)
def _history(law: Law, first: int, second: int) -> tuple[Change, ...]:
    """Return what changed between two days; many rows ask for the same days."""
    return changes_between(law, first, second)


def _since(change: RowChange) -> str:
    start = change.row.rule.interval.start
    return day_words(start) if start is not None else _UNKNOWN


def _in_force_words(change: RowChange, name: str) -> Iterator[str]:
    """Yield what decides on the days asked about whether the rule itself is in force."""
    sides = [side for side in (change.before, change.after) if side is not None]
    law = sides[-1].judged.evaluator.law
    if name in law.parameters:
        days = sorted(side.judged.evaluator.today or 0 for side in sides)
        parameter = law.parameters[name]
        before, after = (value_words(parameter, parameter.at(day)) for day in days)
        yield _VALUE.format(gloss=parameter.gloss, after=after, before=before)
        return
    for side in sides:
        yield from _standing_words(law, side)


def _standing_words(law: Law, side: RowVerdict) -> Iterator[str]:
    force, rule = side.judged.in_force, side.rule
    if force.start is not None and force.moved_by:
        form = _WAITS if force.state else _MAY_WAIT
        day = (
            day_words(force.start) if force.state else moved_day(force.start, force.moved_by, side)
        )
        yield form.format(what=_rule_words(law, force.moved_by), day=day)
    elif force.start is not None and force.state == "not-yet":
        yield _APPLIES.format(what=_IT, day=day_words(force.start))
    elif force.end is not None and force.state == "no-longer":
        form = _ENDED_BY if rule.ended_by else _ENDED
        yield form.format(what=_IT, day=day_words(force.end), by=rule.ended_by)


def _rule_words(law: Law, id_: str) -> str:
    return f"“{law.by_id[id_][-1].title}” [{id_}]"


def _change_words(change: Change, row: RowChange) -> str:
    day = day_words(change.day)
    if change.parameter is not None:
        before, after = (value_words(change.parameter, each) for each in change.values)
        gloss = change.parameter.gloss
        return _VALUE_FROM.format(gloss=gloss, after=after, day=day, before=before)
    rule = change.rule
    if rule is None:
        return ""
    what = _IT if rule.id == row.row.rule.id else f"“{rule.title}” [{rule.id}]"
    match change.kind:
        case "begins":
            return _APPLIES.format(what=what, day=day)
        case "replaced":
            return _REPLACED.format(what=what, day=day)
        case "ends":
            form = _ENDED_BY if rule.ended_by else _ENDED
            return form.format(what=what, day=day, by=rule.ended_by)
    return ""


def _by_law(found: Difference, change: RowChange, name: str) -> str:
    before, after = found.before.law, found.after.law
    new = [each for each in after.amendments if each not in before.amendments]
    form = _BY_AMENDMENT if new else _IN_LAW
    what = _law_words(before, after, name, change)
    return form.format(names=", ".join(f"`{each}`" for each in new), what=what)


def _law_words(before: Law, after: Law, name: str, change: RowChange) -> str:
    day = change.row.judged.day
    if name in after.parameters:
        parameter = after.parameters[name]
        values = [
            law.parameters[name].at(day) if name in law.parameters else None
            for law in (before, after)
        ]
        was, now = (value_words(parameter, each) for each in values)
        return _VALUE.format(gloss=parameter.gloss, after=now, before=was)
    if name not in before.by_id:
        return _ADDED.format(what=_rule_words(after, name))
    if name not in after.by_id:
        return _TAKEN.format(what=_rule_words(before, name))
    old, new = before.version(name, day), after.version(name, day)
    parts = [part.replace("_", " ") for part in says_otherwise(old, new)]
    if old.interval != new.interval:
        parts.append(_DAYS)
    return _OTHERWISE.format(what=_rule_words(after, name), parts=", ".join(parts))
