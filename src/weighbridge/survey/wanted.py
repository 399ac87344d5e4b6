"""The facts whose absence leaves most verdicts open.

For each question that is open in some rows, one of those rows is judged by the reference, and the
smallest sets of facts that would settle it there stand for all of them. So it is an estimate.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from weighbridge.assess.questions import askable_sets
from weighbridge.facts import Value
from weighbridge.reason.columns import Specialised
from weighbridge.survey.tally import Tally


@dataclass(frozen=True, slots=True)
class Wanted:
    """A fact that many rows lack.

    verdicts: open verdicts of duties and prohibitions of law that need it, over all rows
    rules:    how many rules those are
    """

    key: str
    verdicts: int
    rules: int


def wanted_facts(
    law: Specialised, tally: Tally, facts_of: Callable[[int], Mapping[str, Value]]
) -> tuple[Wanted, ...]:
    """Return the facts that would settle most, the first first; ``facts_of`` is by row."""
    by_row: dict[int, list[int]] = defaultdict(list)
    for at in range(len(law.answers)):
        counts = tally.counts(at)
        if counts.open and at in tally.weighty:
            by_row[counts.example].append(at)
    verdicts: Counter[str] = Counter()
    rules: dict[str, set[str]] = defaultdict(set)
    types = law.table.law.vocabulary
    for row, questions in sorted(by_row.items()):
        judge = law.judge(facts_of(row))
        for at in questions:
            answer = law.answers[at]
            judged = judge.judge(answer.rule, answer.row)
            for key in {key for each in askable_sets(judged.open, types) for key in each}:
                verdicts[key] += tally.counts(at).open
                rules[key].add(answer.rule.id)
    found = [Wanted(key, count, len(rules[key])) for key, count in verdicts.items()]
    return tuple(sorted(found, key=lambda each: (-each.verdicts, each.key)))
