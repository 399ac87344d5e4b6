"""What to ask next: the answer that settles most for least trouble.

A question is worth the open rows it bears on, shared among the facts each row still needs and
divided by how hard the answer is to find. The first is chosen by looking ahead: each possible
answer is tried and the rows it settles are counted. The terms of a licence weigh one duty
together, so that many licences do not stand before the duties of law.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from weighbridge.assess.assessment import NextQuestion, RowVerdict
from weighbridge.assess.terms import licence_keys
from weighbridge.facts import FactType, Range, Value, Vocabulary
from weighbridge.facts.keys import name_of
from weighbridge.reason.judge import Judge
from weighbridge.reason.residual import given
from weighbridge.rules.rule import LICENSOR

MOST_QUESTIONS = 10
_LOOKED_AT = 5
_OWED_KINDS = ("duty", "prohibition")
_PAST_WEIGHT = 0.05
_LIGHT_WEIGHT = 0.3
_BESIDE_WEIGHT = 0.05
_FAR_DAYS = (710_000.0, 760_000.0)
_FAR_NUMBERS = (0.0, 1e30)


def askable_sets(
    missing: Iterable[tuple[str, ...]], types: Vocabulary
) -> tuple[tuple[str, ...], ...]:
    """Return the sets that questions alone can fill."""
    return tuple(
        each for each in missing if all(_has_question(types.get(name_of(key))) for key in each)
    )


def _has_question(type_: FactType | None) -> bool:
    return type_ is not None and type_.question is not None


def next_questions(
    judge: Judge, open_rows: Sequence[RowVerdict], skip: Iterable[str] = ()
) -> tuple[NextQuestion, ...]:
    """Return at most ten questions, best first, that bear on the open rows."""
    left_out = set(skip)
    weights = _Weights(open_rows)
    needs = [
        _Need(
            weights.of(row), [frozenset(each) for each in row.askable if left_out.isdisjoint(each)]
        )
        for row in open_rows
    ]
    needs = [need for need in needs if need.sets]
    asked: list[NextQuestion] = []
    while needs and len(asked) < MOST_QUESTIONS:
        values = _values(needs, judge)
        best = _best(values, judge, weights, open_rows if not asked else ())
        bears = sum(any(best in each for each in need.sets) for need in needs)
        question = judge.law.vocabulary[name_of(best)].question
        asked.append(NextQuestion(best, question or "", bears))
        needs = [each for each in (need.answered(best) for need in needs) if each.sets]
    return tuple(asked)


@dataclass(frozen=True, slots=True)
class _Need:
    """How much an open row matters, and the sets of facts that could settle it."""

    weight: float
    sets: list[frozenset[str]]

    def answered(self, key: str) -> _Need:
        """Return what is still needed once ``key`` is known; nothing where that may be all."""
        rest = [each - {key} for each in self.sets]
        return _Need(self.weight, [] if frozenset() in rest else rest)


class _Weights:
    """How much each open row matters, the terms of one licence question being one duty together."""

    def __init__(self, rows: Sequence[RowVerdict]) -> None:
        """Count the terms that one question or one licence holds together."""
        self._asked = {
            id(row): licence_keys(row) or (row.rule.pack,)
            for row in rows
            if row.owed_to == LICENSOR
        }
        self._together = Counter(self._asked.values())

    def of(self, row: RowVerdict) -> float:
        """Return the weight of one row."""
        asked = self._asked.get(id(row))
        return _weight(row) / (self._together[asked] if asked else 1)


def _weight(row: RowVerdict) -> float:
    """Return how much a row matters to who asks: what binds first, then dates, then the rest."""
    if row.judged.in_force.state in ("no-longer", "never"):
        return _PAST_WEIGHT
    if row.judged.verdict is not None:
        return _LIGHT_WEIGHT
    return 1.0 if row.rule.kind in _OWED_KINDS else _BESIDE_WEIGHT


def _values(needs: Iterable[_Need], judge: Judge) -> dict[str, float]:
    values: dict[str, float] = defaultdict(float)
    for need in needs:
        smallest = min(len(each) for each in need.sets)
        shares: dict[str, float] = {}
        for each in need.sets:
            for key in each:
                shares[key] = max(shares.get(key, 0.0), smallest / len(each) ** 2)
        for key, share in shares.items():
            values[key] += need.weight * share / judge.law.vocabulary[name_of(key)].cost
    return values


def _best(
    values: Mapping[str, float], judge: Judge, weights: _Weights, rows: Sequence[RowVerdict]
) -> str:
    ranked = sorted(values, key=lambda key: (-values[key], key))
    if not rows or len(ranked) == 1:
        return ranked[0]
    expected = {key: _expected(key, judge, weights, rows) for key in ranked[:_LOOKED_AT]}
    return min(expected, key=lambda key: (-expected[key], -values[key], key))


def _expected(key: str, judge: Judge, weights: _Weights, rows: Sequence[RowVerdict]) -> float:
    """Return the rows an answer settles, on average over the answers, by the answer's cost."""
    type_ = judge.law.vocabulary[name_of(key)]
    alike: dict[Hashable, list[RowVerdict]] = {}
    for row in rows:
        if any(key in each for each in row.askable):
            alike.setdefault(_turns_on_the_same(row), []).append(row)
    answers = answers_of(type_)
    settled = 0.0
    for answer in answers:
        other = judge.supposing(key, answer)
        for same in alike.values():
            if _settles(other, same[0], {key: answer}):
                settled += sum(map(weights.of, same))
    return settled / (len(answers) * type_.cost)


def _turns_on_the_same(row: RowVerdict) -> Hashable:
    """Return what rows share that one answer settles together, so that one of them is tried."""
    if row.judged.verdict is None:
        return row.judged.residual
    return row.judged.in_force.moved_by, row.judged.in_force.missing


def _settles(judge: Judge, row: RowVerdict, told: Mapping[str, Value]) -> bool:
    """Return whether this judge knows what was open of a row: its verdict, else its first day.

    ``told`` is what it was told on top: what is left of the row then may be settled too.
    """
    rule, where = row.judged.rule, row.judged.row
    if row.judged.verdict is None:
        return judge.settles(rule, where, given(row.judged.residual, told))
    return judge.in_force(rule, where).state is not None


def answers_of(type_: FactType) -> list[Value]:
    """Return answers that stand for all: both truths, each word, a small and a large number."""
    if type_.is_boolean:
        return [True, False]
    if type_.is_numeric:
        return [Range.exactly(end) for end in (_FAR_DAYS if type_.is_date else _FAR_NUMBERS)]
    return list(type_.values)
