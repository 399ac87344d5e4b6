"""An assessment as the JSON of DESIGN section 6: fixed keys in a fixed order, no clock, no NaN.

Keys may be added, never renamed. Unknown is ``null``; an open end of a range is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import weighbridge
from weighbridge.assess.assessment import (
    VERDICT_WORDS,
    Assessment,
    KnownFact,
    RowVerdict,
    verdict_word,
)
from weighbridge.facts import Fact, Finding
from weighbridge.facts.values import read_day, value_to_json
from weighbridge.reason.judge import Lifted
from weighbridge.report.compare_page import comparison_json
from weighbridge.report.markets import fill_market

FORMAT = 1


def to_json(assessment: Assessment) -> dict[str, Any]:
    """Return the assessment as JSON values, rows sorted by market, rule, actor, role, use."""
    return {
        "format": FORMAT,
        "weighbridge": weighbridge.__version__,
        "law": _law(assessment),
        "release": {"name": assessment.release_name, "digest": assessment.release_digest},
        "actors": [{"id": each.id, "roles": list(each.roles)} for each in assessment.actors],
        "facts": {key: fact_json(fact) for key, fact in sorted(assessment.facts.items())},
        "concluded": {
            key: conclusion.to_json() for key, conclusion in sorted(assessment.conclusions.items())
        },
        "findings": [finding_json(each) for each in assessment.findings],
        "verdicts": [row_json(row) for row in sorted(assessment.verdicts, key=_row_key)],
        "falls_on": [
            {
                "rule": each.rule.id,
                "market": each.market,
                "addressee": each.addressee,
                "roles": list(each.roles),
                "owed_to": assessment.law.owed_to(each.rule.pack),
            }
            for each in sorted(assessment.falls_on, key=lambda each: (each.market, each.rule.id))
        ],
        "markets": list(assessment.markets),
        "uses": list(assessment.uses),
        "questions": [
            {
                "fact": each.key,
                "ask": fill_market(each.text, each.key),
                "bears_on": each.bears_on,
            }
            for each in assessment.questions
        ],
        "what_if": list(assessment.what_if),
        "warnings": list(assessment.warnings),
        "openness": [
            {
                "market": each.market,
                "spared": [row.rule.id for row in each.spared],
                "kept": [row.rule.id for row in each.kept],
                "could": [row.rule.id for row in each.could],
            }
            for each in assessment.sheltered
        ],
        **(
            {"comparison": comparison_json(assessment.comparison)}
            if assessment.comparison is not None
            else {}
        ),
        **_amended(assessment),
    }


def _amended(assessment: Assessment) -> dict[str, Any]:
    """Return what amendments change; nothing where the law is as it stands."""
    if not assessment.law.amendments:
        return {}
    orphaned = [
        {
            "rule": each.row.rule.id,
            "moved_from": each.row.rule.body["moved_from"],
            "market": each.row.judged.row.market,
            "actor": each.row.judged.row.actor,
            "role": each.row.judged.row.role,
            "use": each.row.judged.row.use,
            "facts": list(each.facts),
        }
        for each in assessment.orphaned
    ]
    return {"amended": {"verdicts_otherwise": assessment.otherwise, "orphaned": orphaned}}


def to_text(assessment: Assessment) -> str:
    """Return the JSON document with one entry of each list on a line of its own."""
    return dumps(to_json(assessment))


def dumps(data: dict[str, Any]) -> str:
    """Return a JSON object with one line for each entry of its lists and mappings."""
    parts = [f'"{key}": {_spread(value)}' for key, value in data.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _spread(value: Any) -> str:
    if isinstance(value, dict) and value:
        return (
            "{\n" + ",\n".join(f" {_one(key)}: {_one(each)}" for key, each in value.items()) + "\n}"
        )
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(f" {_one(each)}" for each in value) + "\n]"
    return _one(value)


_one = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def _law(assessment: Assessment) -> dict[str, Any]:
    law = assessment.law
    judged = [
        pack for pack in law.packs.values() if pack.market in assessment.markets or not pack.market
    ]
    return {
        "hash": law.hash,
        "as_of": assessment.as_of,
        "known_until": {pack.id: pack.known_until for pack in judged},
        "packs": {pack.id: law.digest(pack.id) for pack in judged},
        "amendments": list(law.amendments),
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return one finding as JSON values."""
    return {
        "id": finding.id,
        "severity": str(finding.severity),
        "message": finding.message,
        "where": [str(place) for place in finding.where],
    }


def fact_json(fact: KnownFact) -> dict[str, Any]:
    """Return what stands for one key as JSON values, with what does not stand beside it."""
    if fact.value is None and fact.source is None:
        question = fact.type.question
        ask = {"ask": fill_market(question, fact.key)} if question else {}
        return {"value": None, **ask}
    data = value_to_json(fact.value, dates=fact.type.is_date)
    if fact.type.unit:
        data["unit"] = fact.type.unit
    data["source"] = str(fact.source) if fact.source else None
    data["from"] = _from(fact)
    data["others"] = [_other(each, fact) for each in fact.others]
    data["conflict"] = fact.conflict
    for key, text in (("note", fact.note), ("by", fact.by), ("on", fact.on)):
        if text:
            data[key] = text
    return data


def _from(fact: KnownFact | Fact) -> str | None:
    return str(fact.place) if fact.place is not None else fact.note or None


def _other(other: Fact, fact: KnownFact) -> dict[str, Any]:
    data = value_to_json(other.value, dates=fact.type.is_date)
    return {**data, "source": str(other.source), "from": _from(other)}


def _row_key(row: RowVerdict) -> tuple[str, str, str, str, str]:
    place = row.judged.row
    return place.market, row.rule.id, place.actor, place.role, place.use


def row_json(row: RowVerdict) -> dict[str, Any]:
    """Return one row as JSON values under the keys it has everywhere."""
    judged, rule = row.judged, row.rule
    binding = rule.binding
    assert binding is not None  # only rules that bind make rows
    return {
        "rule": rule.id,
        "market": judged.row.market,
        "actor": judged.row.actor,
        "role": judged.row.role,
        "use": judged.row.use,
        "addressee": binding.addressee,
        "object": rule.object,
        "kind": rule.kind,
        "family": binding.family,
        "verdict": verdict_word(row),
        "basis": judged.basis,
        "unless": list(judged.unless),
        "because": judged.because,
        "in_force": _in_force(row),
        "enforced_from": _iso_text(rule.breach.get("enforced_from")),
        "due": binding.due,
        "bars": binding.bars,
        "missing": [list(each) for each in judged.missing],
        "discharges": [
            {"id": each.id, "state": each.state, "found": list(each.found)}
            for each in row.discharges
        ],
        "rests_on": _rests_on(row),
        "cite": str(rule.cite),
        "proof": judged.proof.to_json(),
        "title": rule.title,
        "says": binding.says,
        "reasons": list(judged.reasons),
        "binding_alone": VERDICT_WORDS[row.binding_alone],
        "turns_on": {
            name: {word: VERDICT_WORDS[verdict] for word, verdict in outcomes.items()}
            for name, outcomes in row.turns_on.items()
        },
        "lifted": [_lifted(each) for each in judged.lifted],
        "owed_to": row.owed_to,
        **({"claim": _claim(row)} if rule.kind == "claim" else {}),
    }


def _lifted(lifted: Lifted) -> dict[str, Any]:
    return {
        "rule": lifted.exception.id,
        "lifts": lifted.lifts,
        "verdict": VERDICT_WORDS[lifted.verdict],
        "basis": lifted.basis,
        "missing": [list(each) for each in lifted.missing],
    }


def _claim(row: RowVerdict) -> dict[str, Any]:
    """Return a claim in its own words: it has a state and no verdict on what is owed."""
    binding = row.rule.binding
    assert binding is not None
    days = {name: row.judged.evaluator.law.parameters[name] for name in binding.limits}
    return {
        "claimant": binding.extra["claimant"],
        "harm": binding.says,
        "standard": binding.extra["standard"],
        "must_show": binding.extra["must_show"],
        "presumed": binding.extra.get("presumed"),
        "disclosure": binding.extra.get("disclosure"),
        "limits": [
            {"parameter": name, "value": dated.written, "unit": each.unit, "is": each.gloss}
            for name, each in days.items()
            if (dated := each.at(row.judged.day)) is not None
        ],
        "linked": list(binding.linked),
    }


def _in_force(row: RowVerdict) -> dict[str, Any]:
    force = row.judged.in_force
    data = {"state": force.state, "from": _iso(force.start), "to": _iso(force.end)}
    return data | {"moved_by": force.moved_by} if force.moved_by else data


def _rests_on(row: RowVerdict) -> dict[str, Any]:
    rests = row.judged.rests_on
    return {
        "authority": rests.authority,
        "status": rests.status,
        "read": rests.read,
        "presumptions": _listed(rests.presumptions),
        "readings": _listed(rests.readings),
        "provisions": _listed(rests.provisions),
    }


def _listed(words: Iterable[str]) -> list[str]:
    return list(words)


def _iso(ordinal: int | None) -> str | None:
    return None if ordinal is None else date.fromordinal(ordinal).isoformat()


def _iso_text(text: str | None) -> str | None:
    return read_day(text).isoformat() if text else None
