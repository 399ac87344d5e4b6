"""Each day on which law begins, ends or moves has a case the day before and one on the day.

A case counts where it says of a rule in what state it is that day (``in_force`` or ``from``); for
a day from which a breach is pursued, where it says ``enforced``. One rule of an article speaks for
the others that begin or end on the same day, but every version of one id speaks for itself. And
every rule, of whatever kind, is exercised by some case.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tests.law.judged import judged_cases
from weighbridge.facts.values import read_day
from weighbridge.rules import Law, Rule

DATED = {"in_force", "from"}
"""The words of an expectation that tell one day from the next."""


@dataclass(frozen=True)
class Boundary:
    """A day that needs a case on each side, and the rules any of which may be named there.

    words: what the expectation must speak of, one of them at least
    """

    pack: str
    day: int
    what: str
    rules: frozenset[str]
    words: frozenset[str] = frozenset(DATED)


def _article(rule: Rule) -> str:
    """Return the part of an id that names the article: `53` of `eu/ai-act/53.1.a`."""
    name = rule.id.removeprefix(f"{rule.pack}/")
    found = re.match(r"[a-z-]*\d*[a-z]?|[^.]+", name)
    return found.group() if found and found.group() else name


def _binding_days(law: Law) -> Iterator[tuple[Rule, int, str]]:
    """Yield the first and the last day of every rule that binds or once did."""
    for rule in law.bindings:
        if rule.status in ("enacted", "repealed"):
            if rule.interval.start is not None:
                yield rule, rule.interval.start, "begins"
            if rule.interval.end is not None:
                yield rule, rule.interval.end, "ends"


def boundaries_of_articles(law: Law) -> list[Boundary]:
    """Return one boundary for each article and day on which rules of it begin or end."""
    found: dict[tuple[str, str, int, str], set[str]] = defaultdict(set)
    for rule, day, what in _binding_days(law):
        found[rule.pack, _article(rule), day, what].add(rule.id)
    return [
        Boundary(pack, day, f"{article} {what}", frozenset(ids))
        for (pack, article, day, what), ids in sorted(found.items())
    ]


def boundaries_of_versions(law: Law) -> list[Boundary]:
    """Return the days on which one version of a binding rule gives way to the next."""
    found = []
    for id_, versions in sorted(law.by_id.items()):
        starts = sorted(each.interval.start or 0 for each in versions)
        if versions[0].binding is not None:
            for day in starts[1:]:
                what = f"{id_} changes its text"
                found.append(Boundary(versions[0].pack, day, what, frozenset((id_,))))
    return found


def boundaries_of_moves(law: Law) -> list[Boundary]:
    """Return the days on which a first day was moved, and those to which transitions move one."""
    found = []
    started: dict[tuple[str, str], set[str]] = defaultdict(set)
    for rule in law.bindings:
        if "starts" in rule.body:
            started[rule.pack, rule.body["starts"]].add(rule.id)
    for (pack, name), ids in sorted(started.items()):
        for value in law.parameters[name].values[1:]:
            what = f"{name} is moved"
            found.append(Boundary(pack, value.start, what, frozenset(ids), frozenset({"from"})))
    for rule in law.rules:
        if rule.kind == "transition":
            day = int(law.parameters[rule.body["to"]].values[-1].value)
            ids = {each for each in rule.body["moves"] if law.by_id[each][0].binding is not None}
            found.append(Boundary(rule.pack, day, f"{rule.id} has run out", frozenset(ids)))
    return found


def boundaries_of_enforcement(law: Law) -> list[Boundary]:
    """Return the days from which breaches are pursued, where they are not the first day."""
    found: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    for rule in law.bindings:
        written = rule.breach.get("enforced_from")
        if written and rule.status in ("enacted", "repealed"):
            day = read_day(written).toordinal()
            if day != rule.interval.start:
                found[rule.pack, _article(rule), day].add(rule.id)
    return [
        Boundary(pack, day, f"{article} is enforced", frozenset(ids), frozenset({"enforced"}))
        for (pack, article, day), ids in sorted(found.items())
    ]


def _spoken() -> dict[tuple[str, int], set[str]]:
    """Return the words cases use of a rule on a day."""
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for judged in judged_cases():
        for id_, expected in judged.placed.case.expect.items():
            if isinstance(expected, dict):
                found[id_, judged.as_of] |= set(expected)
    return found


def lacking(boundaries: list[Boundary]) -> list[str]:
    """Return in words the days that no case looks at from both sides."""
    spoken = _spoken()
    missing = []
    for each in boundaries:
        for day in (each.day - 1, each.day):
            if not any(spoken[id_, day] & each.words for id_ in each.rules):
                on = date.fromordinal(day).isoformat()
                words = " or ".join(sorted(each.words))
                names = ", ".join(sorted(each.rules)[:3])
                missing.append(f"{each.pack}: {each.what}: no case on {on} says {words} of {names}")
    return missing


def test_each_first_and_last_day_has_a_case_before_and_on_it(law: Law) -> None:
    missing = lacking(boundaries_of_articles(law))
    assert not missing, "\n".join(missing)


def test_each_version_of_a_rule_has_a_case_before_and_on_its_first_day(law: Law) -> None:
    missing = lacking(boundaries_of_versions(law))
    assert not missing, "\n".join(missing)


def test_each_day_that_moves_has_a_case_before_and_on_it(law: Law) -> None:
    missing = lacking(boundaries_of_moves(law))
    assert not missing, "\n".join(missing)


def test_each_day_of_enforcement_has_a_case_before_and_on_it(law: Law) -> None:
    missing = lacking(boundaries_of_enforcement(law))
    assert not missing, "\n".join(missing)


def test_every_rule_speaks_in_some_case(law: Law) -> None:
    found = {key for judged in judged_cases() for key in judged.spoke}
    missing = sorted(rule.key for rule in law.rules if rule.key not in found)
    assert not missing, "no case in which these hold:\n" + "\n".join(missing)


def test_every_transition_leaves_somebody_alone(law: Law) -> None:
    moved = {rule.id: set(rule.body["moves"]) for rule in law.rules if rule.kind == "transition"}
    left = {
        id_
        for judged in judged_cases()
        for each in judged.outcomes
        for id_, rules in moved.items()
        if each.id in rules and each.moved_by != id_
    }
    assert not set(moved) - left
