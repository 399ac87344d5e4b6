"""Both sides of every threshold and of every exception have a case."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from tests.law.pack_cases import evaluators, facts_by_name, placed_cases
from weighbridge.facts import Range
from weighbridge.facts.values import read_day
from weighbridge.reason.compare import Linear, linear_at
from weighbridge.rules import Law, Rule
from weighbridge.rules.nodes import Compare, leaves

NEAR = 0.1
"""How far from a threshold, as a share of it, still counts as beside it."""
NEAR_DAYS = 31
SIDES = {"below", "at", "above"}


def _comparisons(law: Law) -> dict[str, tuple[Compare, Rule]]:
    """Return every comparison of the law by its text, with a rule that makes it."""
    found: dict[str, tuple[Compare, Rule]] = {}
    for rule in law.rules:
        for tree in (rule.when, *([rule.unless] if rule.unless is not None else [])):
            for leaf in leaves(tree):
                if isinstance(leaf, Compare):
                    found.setdefault(_canonical(leaf), (leaf, rule))
    return found


def _canonical(leaf: Compare) -> str:
    """Return the text without its operator: `x > p` and `x <= p` are one threshold."""
    return leaf.text.replace(f" {leaf.operator} ", " ? ", 1)


def _side(linear: Linear, facts: dict[str, Range], *, dates: bool) -> str | None:
    """Return where exact facts stand, or ``None`` where they are not beside the threshold."""
    terms = [factor * facts[name].low for name, _, factor in linear.coefficients]  # type: ignore[operator]
    apart = sum(terms) - linear.constant
    scale = max(abs(linear.constant), *(abs(term) for term in terms))
    if abs(apart) <= scale * 1e-12:
        return "at"
    if abs(apart) > (NEAR_DAYS if dates else NEAR * scale):
        return None
    return "below" if apart < 0 else "above"


def _sides(law: Law, leaf: Compare) -> Iterator[str | None]:
    dates = any(law.vocabulary[name].is_date for name in leaf.facts)
    linears: dict[int, Linear | None] = {}
    for day, known in _exactly_known(law):
        if all(name in known for name in leaf.facts):
            if day not in linears:
                linears[day] = linear_at(leaf, law, day)
            linear = linears[day]
            if linear is not None:
                facts = {name: known[name] for name in leaf.facts}
                yield _side(linear, facts, dates=dates)


@cache
def _exactly_known(law: Law) -> tuple[tuple[int, dict[str, Range]], ...]:
    """Return the day of every case with the numbers it knows exactly."""
    found = []
    for placed in placed_cases():
        known = facts_by_name(law, placed.case)
        exact = {k: v for k, v in known.items() if isinstance(v, Range) and v.exact}
        if exact:
            found.append((read_day(placed.case.as_of or law.read_on).toordinal(), exact))
    return tuple(found)


def test_every_threshold_has_a_case_just_below_at_and_above(law: Law) -> None:
    missing = []
    for leaf, rule in _comparisons(law).values():
        lacking = SIDES - set(_sides(law, leaf))
        if lacking:
            missing.append(f"{rule.id}: `{leaf.text}` has no case {', '.join(sorted(lacking))}")
    assert not missing, "\n".join(missing)


def test_the_coverage_test_sees_thresholds(law: Law) -> None:
    texts = _comparisons(law)
    assert "training_compute ? systemic_compute" in texts
    assert len(texts) >= 8


def test_every_exception_has_a_case_on_each_side(law: Law) -> None:
    exceptions = [rule for rule in law.rules if rule.kind == "exception"]
    seen: dict[str, set[bool | None]] = {rule.key: set() for rule in exceptions}
    for placed, evaluator, as_of in evaluators(law):
        for rule in exceptions:
            if {True, False} <= seen[rule.key]:
                continue
            if rule.pack == placed.pack or _lifts_in(law, rule, placed.pack):
                day = rule.interval.nearest(as_of)
                seen[rule.key].add(evaluator.quick.condition(rule, placed.case.row, day))
    missing = [
        f"{rule.key}: no case in which it {'holds' if side else 'does not hold'}"
        for rule in exceptions
        for side in (True, False)
        if side not in seen[rule.key]
    ]
    assert not missing, "\n".join(missing)


def _lifts_in(law: Law, rule: Rule, pack: str) -> bool:
    return any(law.by_id[above][0].pack == pack for above in rule.exception_to)


def test_every_presumption_speaks_in_some_case_and_is_silent_in_another(law: Law) -> None:
    spoken: set[str] = set()
    silent: set[str] = set()
    presumptions = [rule for rule in law.rules if rule.kind == "presumption"]
    for placed, evaluator, as_of in evaluators(law):
        for rule in presumptions:
            if rule.key in spoken and rule.key in silent:
                continue
            day = rule.interval.nearest(as_of)
            when = evaluator.node(rule.when, placed.case.row, day, rule.pack).verdict
            unless = (
                evaluator.node(rule.unless, placed.case.row, day, rule.pack).verdict
                if rule.unless is not None
                else False
            )
            (spoken if when is True and unless is not True else silent).add(rule.key)
    always = {rule.key for rule in presumptions if rule.unless is None and "when" not in rule.body}
    assert not {rule.key for rule in presumptions} - spoken
    assert not {rule.key for rule in presumptions} - silent - always
