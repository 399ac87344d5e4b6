"""Reasons: a smallest set of known facts that forces a verdict, whatever the others are."""

from __future__ import annotations

from collections.abc import Iterable

from weighbridge.facts.keys import name_of, words_of
from weighbridge.reason.case import Row
from weighbridge.reason.evaluate import Evaluator
from weighbridge.reason.proof import Proof, Verdict
from weighbridge.reason.residual import residual_of
from weighbridge.reason.settle import settle_once
from weighbridge.rules.rule import Rule


def reasons(
    evaluator: Evaluator, rule: Rule, row: Row, day: int, proof: Proof, verdict: Verdict
) -> tuple[str, ...]:
    """Return the keys of known facts that force the verdict, none of which could be left out.

    Empty for an unknown verdict. The facts of one proof are taken and dropped one by one while
    the rest still forces the verdict, so the set is minimal though not always the smallest.
    ``verdict`` may be one that the proof leaves open and all completions agree on.
    """
    if verdict is None:
        return ()
    known = evaluator.case.values
    by_completion = proof.verdict is None
    chain = proof.everything() if by_completion else proof.deciding()
    kept = [key for key in _facts_used(chain) if key in known]

    def forces(keys: list[str]) -> bool:
        fewer = evaluator.knowing_only(frozenset(keys))
        found = fewer.quick.judge(rule, row, day)
        if by_completion and found is None:
            left = residual_of(fewer, fewer.judge(rule, row, day), row, day)
            return settle_once(left, fewer.case.axes.answers) is verdict
        return found is verdict

    if not forces(kept):
        return tuple(kept)
    for key in list(kept):
        rest = [other for other in kept if other != key]
        if forces(rest):
            kept = rest
    return tuple(kept)


def _facts_used(chain: Iterable[Proof]) -> list[str]:
    """Return the keys of the leaves of a chain, each once, general keys as well."""
    keys: dict[str, None] = {}
    for node in chain:
        for key in node.keys:
            keys[key] = None
            keys[name_of(key)] = None
            _add_partial(keys, key)
    return list(keys)


def _add_partial(keys: dict[str, None], key: str) -> None:
    """Add the keys a value may stand under when it holds for a whole market or actor."""
    words = words_of(key)
    if len(words) > 1:
        for word in words:
            keys[f"{name_of(key)}[{word}]"] = None
