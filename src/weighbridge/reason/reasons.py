"""Reasons: a smallest set of known facts that forces a verdict, whatever the others are."""

from __future__ import annotations

from weighbridge.reason.case import Row
from weighbridge.reason.evaluate import Evaluator
from weighbridge.reason.proof import Proof
from weighbridge.rules.rule import Rule


def reasons(evaluator: Evaluator, rule: Rule, row: Row, day: int, proof: Proof) -> tuple[str, ...]:
    """Return the keys of known facts that force the verdict, none of which could be left out.

    Empty for an unknown verdict. The facts of one proof are taken and dropped one by one while
    the rest still forces the verdict, so the set is minimal though not always the smallest.
    """
    if proof.verdict is None:
        return ()
    known = evaluator.case.values
    kept = [key for key in _facts_used(proof) if key in known]

    def forces(keys: list[str]) -> bool:
        fewer = evaluator.knowing_only(frozenset(keys))
        return fewer.judge(rule, row, day).verdict is proof.verdict

    if not forces(kept):
        return tuple(kept)
    for key in list(kept):
        rest = [other for other in kept if other != key]
        if forces(rest):
            kept = rest
    return tuple(kept)


def _facts_used(proof: Proof) -> list[str]:
    """Return the keys of the leaves that carry the verdict, each once, general keys as well."""
    keys: dict[str, None] = {}
    for node in proof.deciding():
        for key in node.keys:
            keys[key] = None
            keys[key.split("[", 1)[0]] = None
            _add_partial(keys, key)
    return list(keys)


def _add_partial(keys: dict[str, None], key: str) -> None:
    """Add the keys a value may stand under when it holds for a whole market or actor."""
    if "/" in key:
        name, subject = key.rstrip("]").split("[", 1)
        for word in subject.split("/"):
            keys[f"{name}[{word}]"] = None
