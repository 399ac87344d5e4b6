"""The same facts under twins of a release, side by side: what openness buys, and what it costs.

The twins are data (``law/comparisons.yaml``). Each row is judged anew with the twin's facts in
place of what the release says; all else stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from weighbridge.assess.assessment import (
    Compared,
    ComparisonResult,
    Outcome,
    RowVerdict,
    Sheltered,
)
from weighbridge.facts import Value
from weighbridge.facts.keys import name_of
from weighbridge.reason.judge import Judge, Judgement
from weighbridge.rules import Law, Rule
from weighbridge.rules.rule import LAW, Comparison, Twin
from weighbridge.text.errors import InputError, did_you_mean

COMPARED_KINDS = ("duty", "prohibition", "claim")
_OWED_KINDS = ("duty", "prohibition")
_BINDS = ("yes", "not-yet", None)


def chosen_comparison(law: Law, name: str) -> Comparison:
    """Return the comparison of this name. Raises :class:`InputError` with the nearest one."""
    if name not in law.comparisons:
        known = ", ".join(law.comparisons) or "none in this law"
        hint = did_you_mean(name, law.comparisons) or f"one of {known}"
        raise InputError(f"unknown comparison `{name[:40]}`", help=hint)
    return law.comparisons[name]


def compare(judge: Judge, rows: Iterable[RowVerdict], comparison: Comparison) -> ComparisonResult:
    """Return every duty, prohibition and claim in force or to come under each twin."""
    judges = {twin.name: judge.but(_changed(judge, twin)) for twin in comparison.twins}
    compared = []
    for row in rows:
        if row.rule.kind in COMPARED_KINDS and row.judged.in_force.state in _BINDS:
            outcomes = {
                name: _outcome(other.judge(row.rule, row.judged.row))
                for name, other in judges.items()
            }
            compared.append(Compared(row, outcomes))
    return ComparisonResult(comparison, tuple(compared))


def sheltered(
    judge: Judge, rows: Sequence[RowVerdict], comparison: Comparison
) -> tuple[Sheltered, ...]:
    """Return, for each market in which it matters, what the comparison's shelter does as it is."""
    law, shelter = judge.law, comparison.shelter
    rewarding = {rule.pack for rule in law.rules if rule.shelter.get("of") == shelter}
    candidates = [row for row in rows if _binds(row)]
    free = judge.but(_changed(judge, comparison.twins[0]))
    found = []
    for market in sorted({row.judged.row.market for row in candidates}):
        here = [row for row in candidates if row.judged.row.market == market]
        spared = tuple(row for row in here if _spared_by(law, row.judged, shelter))
        applying = [row for row in here if row.judged.verdict is True]
        kept = tuple(row for row in applying if row.rule.pack in rewarding)
        could = tuple(row for row in kept if _would_spare(free, row, shelter))
        if spared or could:
            found.append(Sheltered(market, spared, kept, could))
    return tuple(found)


def _binds(row: RowVerdict) -> bool:
    """Return whether a duty of law binds; what a licence asks no shelter of law takes away."""
    owed = row.rule.kind in _OWED_KINDS and row.owed_to == LAW
    return owed and row.judged.in_force.state in _BINDS


def _changed(judge: Judge, twin: Twin) -> dict[str, Value | None]:
    """Return what the twin changes: its facts, for every subject the release speaks of."""
    law = judge.law
    changed: dict[str, Value | None] = {}
    for key in judge.case.values:
        if name_of(key) in twin.facts:
            changed[key] = None
    for key, text in twin.facts.items():
        changed[key] = law.vocabulary[name_of(key)].read(text)
    return changed


def _outcome(judged: Judgement) -> Outcome:
    law = judged.evaluator.law
    holding = _exceptions(law, judged) if judged.verdict is False else ()
    rules = {rule.key: rule for rule in holding}
    return Outcome(judged.verdict, judged.because, tuple(rules.values()))


def _exceptions(law: Law, judged: Judgement) -> Iterator[Rule]:
    """Yield the exceptions that hold along the chain that decides."""
    for node in judged.proof.deciding():
        if node.kind == "exception" and node.verdict is True:
            yield law.by_key[node.text]


def _spared_by(law: Law, judged: Judgement, shelter: str) -> bool:
    return judged.verdict is False and any(
        rule.shelter.get("of") == shelter for rule in _exceptions(law, judged)
    )


def _would_spare(free: Judge, row: RowVerdict, shelter: str) -> bool:
    """Return whether the first twin takes a row away by a shelter of this kind."""
    return _spared_by(free.law, free.judge(row.rule, row.judged.row), shelter)
