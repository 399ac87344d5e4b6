"""A survey as JSON: fixed keys, no clock. Keys may be added, never renamed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

import weighbridge

if TYPE_CHECKING:
    from weighbridge.survey.knowledge import KnowledgeNote
    from weighbridge.survey.tally import Group, Tally
    from weighbridge.survey.vintage import Vintage
    from weighbridge.survey.whole import Survey

_NOT_COUNTS = ("example", "first")


def survey_json(found: Survey) -> dict[str, Any]:
    """Return a survey as JSON values."""
    asked = found.frame.asked
    versus = None if found.versus is None else date.fromordinal(found.versus).isoformat()
    return {
        "format": 1,
        "weighbridge": weighbridge.__version__,
        "law": {
            "hash": found.law.hash,
            "as_of": date.fromordinal(asked.as_of).isoformat(),
            "amendments": list(found.law.amendments),
        },
        "table": {
            "name": found.opened.name,
            "sha256": found.opened.sha256,
            "rows": found.judged.rows,
            "vintage": vintage_json(found.opened.vintage),
            "columns": list(found.frame.contract.facts),
            "ignored": list(found.frame.contract.ignored),
            "bad": found.bad.to_json(),
        },
        "knowing": [_note(each) for each in found.knowledge],
        "markets": list(asked.markets),
        "roles": list(found.frame.roles.judged),
        "engine": found.engine,
        "work": found.frame.law.report(),
        **tally_json(found.judged.tally),
        "look_at": [
            {
                "rule": each.rule.id,
                "market": each.market,
                "rows": each.rows,
                "presumed": each.presumed,
                "such_as": each.example,
                "because": list(each.reasons),
            }
            for each in found.looks
        ],
        "versus": versus,
        "flips": None if found.flipped is None else [each.to_json() for each in found.flipped],
        "wanted": [asdict(each) for each in found.wanted],
    }


def tally_json(tally: Tally) -> dict[str, Any]:
    """Return the counts of a verdict table as JSON values."""
    rules = []
    for at, question in enumerate(tally.questions):
        counts = asdict(tally.counts(at))
        named = {key: question[key] for key in ("rule", "version", "market", "role")}
        rules.append(named | {k: v for k, v in counts.items() if k not in _NOT_COUNTS})
    return {
        "rules": rules,
        "by_market": _groups(tally.by_market.items()),
        "by_role": _groups(tally.by_role.items()),
        "by_licence": _groups(tally.by_licence.items()),
        "by_organisation": _groups(tally.by_actor.items()),
    }


def vintage_json(vintage: Vintage | None) -> Mapping[str, str] | None:
    """Return the vintage block of a table, or ``None``."""
    return None if vintage is None else vintage.to_json()


def _groups(groups: Iterable[tuple[str, Group]]) -> dict[str, Any]:
    return {name: asdict(group) for name, group in sorted(groups)}


def _note(note: KnowledgeNote) -> dict[str, Any]:
    return {
        "id": note.knowing.id,
        "says": note.knowing.says,
        "rules": list(note.rules),
        "clocks": [asdict(each) for each in note.clocks],
        "applies": note.applies,
        "may": note.open,
    }
