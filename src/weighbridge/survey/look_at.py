"""What a host may want to look at: rules that bind it because of single releases, with reasons.

It is a list of places to look, never a finding about anybody's upload.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from weighbridge.facts.keys import name_of
from weighbridge.reason.columns import Specialised
from weighbridge.rules.knowing import Knowing
from weighbridge.rules.rule import Rule
from weighbridge.survey.contract import RELEASE
from weighbridge.survey.knowledge import turns_on
from weighbridge.survey.tally import Tally

HOST = "host"


@dataclass(frozen=True, slots=True)
class LookAt:
    """One rule that binds a host in some rows, and one of them with its reasons.

    rows:     in how many it is owed      presumed: of those, how many rest on a presumption too
    example:  the first release of them   reasons:  keys of the facts that force it there
    """

    rule: Rule
    market: str
    rows: int
    presumed: int
    example: str
    reasons: tuple[str, ...]


def look_at(
    law: Specialised,
    tally: Tally,
    knowing: Iterable[Knowing],
    row_of: Callable[[int], Mapping[str, Any]],
) -> tuple[LookAt, ...]:
    """Return the rules that a host may look at, those with fewest releases first.

    Left out is what it owes whatever the release is, unless that turns on knowing.
    """
    kinds = tuple(knowing)
    found = []
    for at, answer in enumerate(law.answers):
        counts, rule = tally.counts(at), answer.rule
        if answer.row.role != HOST or at not in tally.weighty or not counts.owed:
            continue
        if counts.owed == counts.rows and not any(turns_on(kind, answer) for kind in kinds):
            continue
        row = row_of(counts.first)
        judged = law.judge(law.table.values(row)).judge(rule, answer.row)
        reasons = tuple(key for key in judged.reasons if name_of(key) != "role")
        name = str(row[RELEASE])
        found.append(LookAt(rule, answer.row.market, counts.owed, counts.presumed, name, reasons))
    return tuple(sorted(found, key=lambda each: (each.rows, each.rule.id)))
