"""A difference as JSON values: both sides, facts, findings and rows that are otherwise, causes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import weighbridge
from weighbridge.assess.assessment import Assessment, RowVerdict
from weighbridge.assess.difference import Difference, RowChange
from weighbridge.facts import Finding
from weighbridge.report.cause_words import because_words
from weighbridge.report.json import FORMAT, fact_json, finding_json, row_json

ROW_KEYS = (
    "verdict",
    "basis",
    "unless",
    "because",
    "in_force",
    "enforced_from",
    "due",
    "bars",
    "missing",
    "says",
    "lifted",
    "cite",
    "reasons",
)
"""What is told of a row on each side, under the keys it has everywhere."""


def difference_json(found: Difference) -> dict[str, Any]:
    """Return a difference as JSON values; rows sorted by market, rule, actor, role, use."""
    return {
        "format": FORMAT,
        "weighbridge": weighbridge.__version__,
        "before": _side(found.before),
        "after": _side(found.after),
        "differs_in": list(found.axes),
        "changed": not found.nothing,
        "facts": [
            {
                "fact": change.key,
                "change": change.kind,
                "before": fact_json(change.before) if change.before is not None else None,
                "after": fact_json(change.after) if change.after is not None else None,
            }
            for change in found.facts
        ],
        "new_findings": _findings(found.new_findings),
        "gone_findings": _findings(found.gone_findings),
        "verdicts": [_row(found, change) for change in found.rows],
    }


def _side(side: Assessment) -> dict[str, Any]:
    return {
        "release": {"name": side.release_name, "digest": side.release_digest},
        "law": {
            "hash": side.law.hash,
            "as_of": side.as_of,
            "amendments": list(side.law.amendments),
        },
        "actors": [{"id": each.id, "roles": list(each.roles)} for each in side.actors],
        "markets": list(side.markets),
    }


def _findings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [finding_json(each) for each in findings]


def _row(found: Difference, change: RowChange) -> dict[str, Any]:
    row, rule = change.row.judged.row, change.row.rule
    return {
        "rule": rule.id,
        "market": row.market,
        "actor": row.actor,
        "role": row.role,
        "use": row.use,
        "kind": rule.kind,
        "owed_to": change.row.owed_to,
        "title": rule.title,
        "became": change.group,
        "changed": list(change.changed),
        "before": _standing(change.before),
        "after": _standing(change.after),
        "causes": [
            {
                "of": cause.of,
                "kind": cause.kind,
                "sets": [list(each) for each in cause.sets],
                "alone": cause.alone,
            }
            for cause in change.causes
        ],
        "why": because_words(found, change),
    }


def _standing(row: RowVerdict | None) -> dict[str, Any] | None:
    if row is None:
        return None
    data = row_json(row)
    return {"version": row.rule.key, **{key: data[key] for key in ROW_KEYS}}
