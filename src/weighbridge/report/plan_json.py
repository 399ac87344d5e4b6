"""A plan as JSON values, format 1: keys may be added, never renamed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import weighbridge
from weighbridge.facts.keys import name_of
from weighbridge.facts.values import number_to_json, value_to_json
from weighbridge.plan.questions import Saving
from weighbridge.plan.result import (
    CHECKED_BY,
    Entry,
    MarketPlan,
    Plan,
    Planned,
    Pulled,
    changed_facts,
)
from weighbridge.report import plan_words as says
from weighbridge.report.json import FORMAT
from weighbridge.report.markets import fill_market
from weighbridge.rules import Law


def plan_json(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON values: markets as asked, all else by id, leaving last."""
    assessment = plan.assessment
    law = assessment.law
    return {
        "format": FORMAT,
        "weighbridge": weighbridge.__version__,
        "law": {
            "hash": law.hash,
            "as_of": assessment.as_of,
            "amendments": list(law.amendments),
        },
        "release": {"name": assessment.release_name, "digest": assessment.release_digest},
        "actors": [{"id": each.id, "roles": list(each.roles)} for each in assessment.actors],
        "plan": {
            "markets": [_market(each) for each in plan.markets],
            "discharges": [_discharge(each) for each in plan.discharges],
            "changes": [row for each in plan.changes for row in _change(each, law)],
            "leaving": [row for each in plan.leaving for row in _change(each, law)],
            "hours": _hours(plan.low, plan.high),
            "proof": {
                "nothing_cheaper": plan.proof,
                "checked_by": CHECKED_BY if plan.proof is not None else None,
                "otherwise": list(plan.otherwise),
            },
            "questions": [_question(each, law) for each in plan.questions],
            "settled_only": plan.settled_only,
        },
        "warnings": list(assessment.warnings),
    }


def _market(market: MarketPlan) -> dict[str, Any]:
    return {
        "market": market.market,
        "open": market.open,
        "bars": _entries(market.bars),
        "owed": _entries(market.owed),
        "left_out": market.left_out,
        "why": says.OPEN[market.open],
        "stuck": sorted({need.rule.id for need in market.opening.stuck}),
    }


def _entries(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    return [
        {
            "rule": entry.row.rule.id,
            "title": entry.row.rule.title,
            "actor": entry.row.judged.row.actor,
            "role": entry.row.judged.row.role,
            "use": entry.row.judged.row.use,
            "kind": entry.row.rule.kind,
            "due": entry.row.rule.binding.due if entry.row.rule.binding else None,
            "before": entry.before,
            "after": entry.after,
            "answered_by": list(entry.answered_by),
            "present": list(entry.present),
            "ended_by": list(entry.ended_by),
            "stuck": entry.stuck,
        }
        for entry in entries
    ]


def _discharge(planned: Planned) -> dict[str, Any]:
    return {
        "id": planned.discharge.id,
        "actor": planned.actor,
        "title": planned.discharge.title,
        "kind": planned.discharge.kind,
        "hours": _hours(planned.hours.low, planned.hours.high),
        "grade": planned.hours.grade,
        "answers": list(planned.answers),
        "markets": list(planned.markets),
        "state": planned.state,
        "found": list(planned.found),
    }


def _change(pulled: Pulled, law: Law) -> list[dict[str, Any]]:
    change = pulled.change
    return [
        {
            "fact": key,
            "from": _value(key, before, law),
            "to": _value(key, after, law),
            "lever": change.id,
            "does": change.lever.does,
            "hours": _hours(change.hours.low, change.hours.high),
            "leaves": bool(change.lever.leaves),
            "who_loses": change.lever.who_loses or None,
            "ends": list(pulled.ends),
            "brings": list(pulled.brings),
        }
        for key, (before, after) in changed_facts(change).items()
    ]


def _question(saving: Saving, law: Law) -> dict[str, Any]:
    return {
        "fact": saving.key,
        "ask": fill_market(saving.question, saving.key),
        "saves": _hours(saving.low, saving.high),
        "if": _value(saving.key, saving.best, law),
        "tells": list(saving.tells),
    }


def _value(key: str, value: Any, law: Law) -> dict[str, Any]:
    return value_to_json(value, dates=law.vocabulary[name_of(key)].is_date)


def _hours(low: float, high: float) -> dict[str, Any]:
    return {"low": number_to_json(low), "high": number_to_json(high)}
