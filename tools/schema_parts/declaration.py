"""The schema of ``weighbridge.toml``: every fact that may be said, by subject."""

from __future__ import annotations

from schema_parts.base import (
    DATES,
    DAY,
    QUANTITY,
    WORDS,
    Schema,
    choice,
    document,
    mapping,
)
from weighbridge.facts import FactType, Vocabulary

_SUBJECT = r"\[[^\[\]]{1,120}\]"
_ID: Schema = {"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}$"}


def declaration_schema(vocabulary: Vocabulary) -> Schema:
    """Return the schema of ``weighbridge.toml``, format 1."""
    everyday = [each for each in vocabulary if not each.legal and each.subject != "role"]
    roles = {"type": "array", "items": choice(vocabulary["role"].values)}
    in_markets = mapping(_facts(everyday, ("actor-market", "market")))
    actor = mapping(
        {
            "id": _ID,
            "roles": roles,
            "in": {"type": "object", "additionalProperties": in_markets},
            **_facts(everyday, ("actor", "actor-market", "actor-use")),
        },
        ["id"],
    )
    use = mapping({"id": _ID, **_facts(everyday, ("use", "actor-use"))}, ["id"])
    value: Schema = {"type": ["string", "number", "boolean"]}
    settle = mapping(
        {"fact": WORDS, "value": value, "why": WORDS, "by": WORDS, "on": DAY},
        ["fact", "value", "why", "by", "on"],
    )
    judgement = mapping(
        {"fact": WORDS, "value": value, "by": WORDS, "on": DAY, "basis": WORDS},
        ["fact", "value", "by", "on", "basis"],
    )
    body = mapping(
        {
            "format": {"const": 1},
            "as_of": DAY,
            "markets": {"type": "array", "items": WORDS},
            "facts": _all_facts(everyday),
            "actor": {"type": "array", "items": actor},
            "use": {"type": "array", "items": use},
            "settle": {"type": "array", "items": settle},
            "judgement": {"type": "array", "items": judgement},
        },
        ["format"],
    )
    return document("weighbridge.toml", "What files cannot say: weighbridge.toml, format 1", body)


def _all_facts(facts: list[FactType]) -> Schema:
    schema = mapping(_facts(facts, None))
    subjects = {f"^{each.name}{_SUBJECT}$": value_schema(each) for each in _sorted(facts)}
    return schema | {"patternProperties": subjects}


def _facts(facts: list[FactType], subjects: tuple[str, ...] | None) -> dict[str, Schema]:
    chosen = [each for each in facts if subjects is None or each.subject in subjects]
    return {each.name: value_schema(each) for each in _sorted(chosen)}


def _sorted(facts: list[FactType]) -> list[FactType]:
    return sorted(facts, key=lambda each: each.name)


def value_schema(fact: FactType) -> Schema:
    """Return the schema of one fact's value as TOML holds it, days as text."""
    described = {"description": fact.question or fact.gloss}
    if fact.is_boolean:
        return {"enum": [True, False, "yes", "no", "unknown"], **described}
    if fact.is_date:
        return DATES | described
    if fact.is_numeric:
        return QUANTITY | described
    if fact.values:
        return {"enum": [*fact.values, "unknown"], **described}
    return {"type": "string", **described}
