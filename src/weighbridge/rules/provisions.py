"""Single provisions put back as they were: into law on a later day, or into other law.

A provision is named by a rule's id or by a parameter's name; the two cannot be taken for each
other, since an id has a slash. With this a cause is found by trying, not by guessing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from weighbridge.rules.law import Law
from weighbridge.rules.rule import Interval, Parameter, Rule

_ALWAYS = Interval()
_FIRST_DAY = 1


def changed_on_the_way(law: Law, before: int, after: int) -> tuple[str, ...]:
    """Return the provisions that stand otherwise on two days of one body of law."""
    names = [
        id_
        for id_, versions in law.by_id.items()
        if [each.interval.holds(before) for each in versions]
        != [each.interval.holds(after) for each in versions]
    ]
    return (
        *names,
        *(p.name for p in law.parameters.values() if _value(p, before) != _value(p, after)),
    )


def _value(parameter: Parameter, day: int) -> float | None:
    dated = parameter.at(day)
    return None if dated is None else dated.value


def changed_by_hand(before: Law, after: Law) -> tuple[str, ...]:
    """Return the provisions that two bodies of law write otherwise, or only one of them holds."""
    ids = dict.fromkeys((*before.by_id, *after.by_id))
    names = dict.fromkeys((*before.parameters, *after.parameters))
    return (
        *(id_ for id_ in ids if versions_of(before, id_) != versions_of(after, id_)),
        *(each for each in names if before.parameters.get(each) != after.parameters.get(each)),
    )


def versions_of(law: Law, id_: str) -> list[Rule]:
    """Return the versions of a rule, without the file and line they were read from."""
    return [replace(rule, file="", line=0) for rule in law.by_id.get(id_, ())]


def as_on_day(law: Law, names: Iterable[str], day: int) -> Law:
    """Return the law in which these provisions stand on every day as they stood on ``day``."""
    rules: dict[str, list[Rule]] = {}
    parameters: dict[str, Parameter] = {}
    for name in names:
        if name in law.parameters:
            dated = law.parameters[name].at(day)
            values = () if dated is None else (replace(dated, start=_FIRST_DAY),)
            parameters[name] = replace(law.parameters[name], values=values)
        else:
            stood = [rule for rule in law.by_id[name] if rule.interval.holds(day)]
            rules[name] = [replace(rule, interval=_ALWAYS) for rule in stood]
    return _with(law, law, rules, parameters)


def as_in_law(law: Law, names: Iterable[str], other: Law) -> Law:
    """Return the law in which these provisions are written as they are in another one."""
    chosen = set(names)
    rules = {name: other.by_id.get(name, []) for name in chosen if name not in law.parameters}
    parameters = {each: other.parameters[each] for each in chosen & set(other.parameters)}
    return _with(law, other, rules, parameters)


def _with(
    law: Law, other: Law, rules: dict[str, list[Rule]], parameters: dict[str, Parameter]
) -> Law:
    """Return ``law`` with other rules and parameters; what they may name comes from both."""
    kept = [rule for rule in law.rules if rule.id not in rules]
    return Law(
        read_on=law.read_on,
        vocabulary=law.vocabulary,
        packs=(other.packs | law.packs).values(),
        parameters=(other.parameters | law.parameters | parameters).values(),
        questions=(other.questions | law.questions).values(),
        discharges=(other.discharges | law.discharges).values(),
        rules=[*kept, *(rule for versions in rules.values() for rule in versions)],
        amendments=law.amendments,
        penalties=(other.penalties | law.penalties).values(),
    )
