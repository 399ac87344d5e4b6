"""What amendments do to this assessment: rows that come out otherwise, duties left orphaned.

A reform gets no credit for what the law has already: each row is judged by the law as it stands
too. A duty that was moved is *orphaned* where only its old bearer knows what it takes to meet it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from weighbridge.assess.assessment import Actor, KnownFact, Orphan, RowVerdict
from weighbridge.assess.rows import RowMaker
from weighbridge.facts import Value
from weighbridge.facts.keys import name_of
from weighbridge.reason import Row
from weighbridge.reason.judge import Judge
from weighbridge.rules import Law, Rule
from weighbridge.rules.nodes import facts_of

_KNOWERS = {"publisher": ("developer", "modifier", "dataset_publisher")}
_ANYONE = "anyone"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a row stands: its verdict, and whether it is in force."""

    verdict: bool | None
    state: str | None


def rows_otherwise(
    judge: Judge,
    rows: Iterable[RowVerdict],
    plain: Law,
    markets: tuple[str, ...],
    actors: Iterable[Actor],
    uses: tuple[str, ...],
) -> int:
    """Return how many rows the law without its amendments finds otherwise, or only one of both.

    plain: the same body of law without the amendments
    """
    values: dict[str, Value] = {
        key: value for key, value in judge.case.values.items() if name_of(key) in plain.vocabulary
    }
    other = judge.under(plain, values, judge.as_of)
    before = dict(_standings(other, markets, tuple(actors), uses))
    after = {
        (row.rule.id, row.judged.row): Standing(row.judged.verdict, row.judged.in_force.state)
        for row in rows
    }
    return sum(before.get(key) != after.get(key) for key in before.keys() | after.keys())


def _standings(
    judge: Judge, markets: tuple[str, ...], actors: tuple[Actor, ...], uses: tuple[str, ...]
) -> Iterator[tuple[tuple[str, Row], Standing]]:
    maker = RowMaker(judge.law, judge.case, judge.as_of)
    for rule in maker.rules(markets):
        for row in maker.rows(rule, actors, uses):
            state = judge.in_force(rule, row).state
            yield (rule.id, row), Standing(judge.verdict(rule, row)[0], state)


def orphans(
    law: Law, rows: Sequence[RowVerdict], known: Mapping[str, KnownFact]
) -> tuple[Orphan, ...]:
    """Return the moved duties of these rows that lack facts, with the facts and who knows them.

    What the release shows already is known to whoever holds the release.
    """
    shown = {name_of(key) for key, fact in known.items() if fact.value is not None}
    found = []
    for row in rows:
        if row.judged.verdict is not False and "moved_from" in row.rule.body:
            facts = tuple(each for each in orphaned_facts(law, row.rule) if each not in shown)
            if facts:
                found.append(Orphan(row, facts))
    return tuple(found)


def orphaned_facts(law: Law, rule: Rule) -> tuple[str, ...]:
    """Return what a moved duty needs that none of those who now bear it knows, sorted."""
    assert rule.binding is not None
    term = law.packs[rule.pack].addressee(rule.binding.addressee, rule.object)
    bearers = set(term.roles if term is not None else ())
    return tuple(
        sorted(
            name
            for name in _needed(law, rule)
            if bearers.isdisjoint(_KNOWERS.get(law.vocabulary[name].who, ()))
            and law.vocabulary[name].who not in (*bearers, _ANYONE)
        )
    )


def _needed(law: Law, rule: Rule) -> set[str]:
    """Return the everyday facts that go into what would meet a duty or that its text names."""
    origin = law.by_id[rule.body["moved_from"]][-1]
    papers = {name for id_ in rule.discharges for name in law.discharges[id_].looks_for}
    named = papers | set(facts_of(origin.when))
    types = (law.vocabulary[name] for name in named)
    return {each.name for each in types if not each.legal and each.subject != "role"}
