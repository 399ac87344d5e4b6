"""The schemas of the files of a pack, of an amendment and of a pack's cases."""

from __future__ import annotations

from schema_parts.base import (
    DAY,
    NUMBER,
    TEXT,
    WORDS,
    YES_NO,
    Schema,
    choice,
    document,
    mapping,
    one_or_many,
)
from weighbridge.facts.vocabulary import MUTABLE, SUBJECTS, TYPES, UNITS
from weighbridge.rules.already import NOTHING, SHOWING, STATES
from weighbridge.rules.read_pack import DISCHARGE_KINDS
from weighbridge.rules.rule import (
    AUTHORITIES,
    BINDINGS,
    CLAIM_WORDS,
    DUES,
    FAMILIES,
    LIFTS,
    OBJECTS,
    READS,
    SHELTERS,
    STATUSES,
    TAKES,
)

READ = mapping({"text": choice(READS), "on": DAY, "tag": TEXT})
INTERVAL = mapping({"from": DAY, "to": DAY})
DAY_OR_PARAMETER: Schema = {"anyOf": [DAY, {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}]}
RULE_INTERVAL = mapping({"from": DAY_OR_PARAMETER, "to": DAY})
CITE: Schema = {"anyOf": [WORDS, mapping({"act": WORDS, "at": WORDS, "eli": WORDS}, ["at"])]}
CONDITION: Schema = {
    "anyOf": [
        {"type": "string", "minLength": 1, "maxLength": 200},
        mapping({"not": {"$ref": "#/$defs/condition"}}, ["not"]),
        *(
            mapping({word: {"type": "array", "items": {"$ref": "#/$defs/condition"}}}, [word])
            for word in ("all", "any")
        ),
    ]
}
_CONDITION: Schema = {"$ref": "#/$defs/condition"}
_EXTRA = ("to", "holder", *CLAIM_WORDS, "presumed", "disclosure")
_BASES = ("law", "burden", "list")
_VERDICTS = ("applies", "does-not-apply", "unknown", "open", "barred", "unsettled")


def _addressees() -> Schema:
    term = mapping(
        {
            "of": choice(OBJECTS),
            "fact": WORDS,
            "roles": one_or_many(WORDS),
            "cite": TEXT,
        },
        ["fact", "roles"],
    )
    return {"type": "object", "additionalProperties": one_or_many(term)}


def pack_schema() -> Schema:
    """Return the schema of ``pack.yaml``."""
    body = mapping(
        {
            "pack": {"type": "string", "pattern": r"^[a-z0-9.\-]+(/[a-z0-9.\-]+)+$"},
            "title": WORDS,
            "act": WORDS,
            "market": WORDS,
            "status": choice(STATUSES),
            "authority": choice(AUTHORITIES),
            "known_until": DAY,
            "read": READ,
            "in_force": INTERVAL,
            "note": WORDS,
            "addressees": _addressees(),
        },
        ["pack", "title", "act", "authority", "known_until"],
    )
    return document("pack", "One legal instrument: pack.yaml", body)


def rule_schema() -> Schema:
    """Return the schema of one document of ``rules/*.yaml``."""
    body = mapping(_rule_keys(), ["rule", "title", "cite"], oneOf=_exactly_one_kind())
    return document("rule", "One provision: a document of rules/*.yaml", body) | _definitions()


def _definitions() -> Schema:
    return {"$defs": {"condition": CONDITION}}


def _rule_keys() -> dict[str, Schema]:
    presume = {"fact": WORDS, "value": YES_NO, "basis": choice(_BASES), "unless": _CONDITION}
    return {
        "rule": {"type": "string", "pattern": r"^[a-z0-9.\-]+(/[A-Za-z0-9.\-]+)+$"},
        "title": WORDS,
        "cite": CITE,
        "read": READ,
        "rows": one_or_many(TEXT),
        "in_force": RULE_INTERVAL,
        "ended_by": WORDS,
        "moved_from": WORDS,
        "status": choice(STATUSES),
        "authority": choice(AUTHORITIES),
        "of": choice(OBJECTS),
        "note": WORDS,
        "when": _CONDITION,
        "demands": _CONDITION,
        "forbids": _CONDITION,
        "discharged_by": mapping({"any": one_or_many(WORDS), "all": one_or_many(WORDS)}),
        "breach": mapping(
            {
                "penalty": WORDS,
                "fine": WORDS,
                "ceiling": one_or_many(WORDS),
                "by": WORDS,
                "enforced_from": DAY_OR_PARAMETER,
                "cure": WORDS,
            },
        ),
        **{kind: _binding(says) for kind, says in BINDINGS.items()},
        "concludes": WORDS,
        "complete": YES_NO,
        "presume": mapping(presume, ["fact", "basis"]),
        "scope": WORDS,
        "exception_to": one_or_many(WORDS),
        "lifts": choice(LIFTS),
        "shelter": mapping(
            {"of": choice(SHELTERS), "shown_by": WORDS, "ends": WORDS}, ["of", "shown_by", "ends"]
        ),
        "transition": mapping({"moves": one_or_many(WORDS), "to": WORDS}, ["moves", "to"]),
    }


def _binding(says: str) -> Schema:
    keys: dict[str, Schema] = {
        "addressee": WORDS,
        "family": choice(FAMILIES),
        says: WORDS,
        "due": choice(DUES),
        "within": WORDS,
        "lasts": WORDS,
        "event": WORDS,
        "bars": YES_NO,
        **dict.fromkeys(_EXTRA, WORDS),
    }
    if says == BINDINGS["claim"]:
        keys |= {"limits": one_or_many(WORDS), "linked": one_or_many(WORDS)}
        return mapping(keys, ["addressee", says, *CLAIM_WORDS])
    return mapping(keys, ["addressee", "family", says])


def _exactly_one_kind() -> list[Schema]:
    kinds = (*BINDINGS, "concludes", "presume", "scope", "exception_to", "transition")
    return [{"required": [kind]} for kind in kinds]


def parameter_schema() -> Schema:
    """Return the schema of one document of ``parameters.yaml``."""
    dated = mapping({"value": NUMBER, "cite": WORDS, "read": READ}, ["value", "cite"])
    body = mapping(
        {
            "parameter": WORDS,
            "type": choice(("date", "number")),
            "unit": choice(UNITS),
            "gloss": WORDS,
            "values": {
                "type": "object",
                "propertyNames": DAY,
                "additionalProperties": dated,
                "minProperties": 1,
            },
        },
        ["parameter", "gloss", "values"],
    )
    return document("parameter", "One dated threshold: a document of parameters.yaml", body)


def penalty_schema() -> Schema:
    """Return the schema of one document of ``penalties.yaml``."""
    body = mapping(
        {
            "penalty": WORDS,
            "says": WORDS,
            "cite": CITE,
            "read": READ,
            "rows": one_or_many(TEXT),
            "in_force": INTERVAL,
            "by": WORDS,
            "ceiling": one_or_many(WORDS),
            "takes": choice(TAKES),
            "size": WORDS,
            "lower_for": {"type": "object", "additionalProperties": DAY},
            "note": WORDS,
        },
        ["penalty", "says", "cite", "by"],
    )
    return document("penalty", "What may follow a breach: a document of penalties.yaml", body)


def comparison_schema() -> Schema:
    """Return the schema of one document of ``comparisons.yaml``."""
    facts: Schema = {"type": "object", "additionalProperties": TEXT, "minProperties": 1}
    twin = mapping({"title": WORDS, "facts": facts}, ["title", "facts"])
    twins: Schema = {"type": "object", "additionalProperties": twin, "minProperties": 2}
    body = mapping(
        {"comparison": WORDS, "title": WORDS, "shelter": choice(SHELTERS), "twins": twins},
        ["comparison", "title", "twins"],
    )
    return document("comparison", "Twins of one release: a document of comparisons.yaml", body)


def reading_schema() -> Schema:
    """Return the schema of one document of ``readings.yaml``."""
    position = mapping({"says": WORDS, "held_by": WORDS}, ["says"])
    positions: Schema = {
        "type": "object",
        "additionalProperties": position,
        "minProperties": 2,
    }
    body = mapping(
        {"reading": WORDS, "gloss": WORDS, "cite": WORDS, "positions": positions},
        ["reading", "gloss", "positions"],
    )
    return document("reading", "One open question of law: a document of readings.yaml", body)


def coverage_schema() -> Schema:
    """Return the schema of one document of ``coverage.yaml``."""
    row = mapping(
        {
            "tag": WORDS,
            "out": WORDS,
            "missing": WORDS,
            "unsettled": YES_NO,
            "parameters": one_or_many(WORDS),
        },
        ["tag"],
        **{"not": {"required": ["out", "missing"]}},
    )
    body = mapping(
        {
            "article": TEXT,
            "act": WORDS,
            "subject": WORDS,
            "words": one_or_many(WORDS),
            "missing": WORDS,
            "rows": {"type": "object", "additionalProperties": row},
        },
        ["article", "subject"],
    )
    return document("coverage", "One article's rows: a document of coverage.yaml", body)


def already_schema() -> Schema:
    """Return the schema of one document of ``already.yaml``."""
    standing = mapping(
        {
            "state": {"enum": [*STATES, False]},
            "because": WORDS,
            "rules": one_or_many(WORDS),
        },
        ["state", "because"],
        **{
            "if": {"properties": {"state": choice(SHOWING)}},
            "then": {"required": ["rules"]},
            "else": {
                "if": {"properties": {"state": choice((NOTHING,))}},
                "then": {"not": {"required": ["rules"]}},
            },
        },
    )
    body = mapping(
        {
            "lever": WORDS,
            "title": WORDS,
            "says": WORDS,
            "markets": {"type": "object", "additionalProperties": standing},
        },
        ["lever", "title", "says", "markets"],
    )
    return document("already", "One lever, market by market: a document of already.yaml", body)


def discharge_schema() -> Schema:
    """Return the schema of one document of ``discharges.yaml``."""
    effort = mapping(
        {"low": NUMBER, "high": NUMBER, "unit": WORDS, "grade": WORDS, "source": WORDS},
        ["low", "high"],
    )
    body = mapping(
        {
            "discharge": WORDS,
            "kind": choice(DISCHARGE_KINDS),
            "title": WORDS,
            "says": WORDS,
            "form": WORDS,
            "effort": effort,
            "inheritable": YES_NO,
            "looks_for": one_or_many(WORDS),
        },
        ["discharge", "kind", "title", "says", "effort"],
    )
    return document("discharge", "What would meet a duty: a document of discharges.yaml", body)


def facts_schema() -> Schema:
    """Return the schema of one fact of a vocabulary file or of a pack's ``facts.yaml``."""
    body = mapping(
        {
            "fact": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"},
            "type": choice(TYPES),
            "subject": choice(SUBJECTS),
            "gloss": WORDS,
            "unit": choice(UNITS),
            "values": {"type": "object", "additionalProperties": TEXT, "minProperties": 1},
            "legal": YES_NO,
            "question": WORDS,
            "example": TEXT,
            "why": WORDS,
            "who": WORDS,
            "mutable": choice(MUTABLE),
            "cost": {"enum": [*range(1, 6), *map(str, range(1, 6))]},
            "cite": TEXT,
            "equals": one_or_many(WORDS),
            "shown_by": one_or_many(WORDS),
            "told_by": {"type": "object", "additionalProperties": one_or_many(WORDS)},
            "several": WORDS,
        },
        ["fact", "type", "gloss"],
    )
    return document("facts", "One fact that may be spoken of: a document of facts.yaml", body)


def amendment_schema() -> Schema:
    """Return the schema of an amendment."""
    changed = {key: each for key, each in _rule_keys().items() if key != "rule"}
    operations = {
        "set": mapping(
            {"parameter": WORDS, "from": DAY, "value": NUMBER, "cite": WORDS},
            ["parameter", "from", "value"],
        ),
        "repeal": mapping({"rule": WORDS, "from": DAY}, ["rule"]),
        "move": mapping({"rule": WORDS, "from": DAY, "to": DAY}, ["rule"]),
        "replace": mapping({"rule": WORDS, **changed}, ["rule"]),
        "add": mapping(_rule_keys(), ["rule", "title", "cite"], oneOf=_exactly_one_kind()),
        "shift": mapping(
            {
                "rules": one_or_many(WORDS),
                "to": WORDS,
                "from": one_or_many(WORDS),
                "when": _CONDITION,
            },
            ["rules", "to", "from", "when"],
        ),
    }
    change: Schema = {"oneOf": [mapping({word: each}, [word]) for word, each in operations.items()]}
    body = mapping(
        {
            "amendment": WORDS,
            "title": WORDS,
            "policy": WORDS,
            "note": WORDS,
            "market": WORDS,
            "builds_on": one_or_many(WORDS),
            "levers": one_or_many(WORDS),
            "addressees": _addressees(),
            "changes": {"type": "array", "items": change, "minItems": 1},
        },
        ["amendment"],
    )
    return document("amendment", "A dated patch to rules by id", body) | _definitions()


def rule_list_schema() -> Schema:
    """Return the schema of a list of rules in the file of an amendment."""
    body = mapping(
        {
            "rule_list": WORDS,
            "gloss": WORDS,
            "rules": one_or_many(WORDS),
            "left_out": {"type": "object", "additionalProperties": WORDS},
        },
        ["rule_list", "rules"],
    )
    return document("rule-list", "Rules that an amendment names together", body)


def case_schema() -> Schema:
    """Return the schema of one case of ``tests/*.yaml``."""
    expected: Schema = {
        "anyOf": [
            choice((*_VERDICTS, "yes", "no")),
            {"type": "boolean"},
            mapping(
                {
                    "verdict": choice(_VERDICTS),
                    "was": choice((*_VERDICTS, "absent")),
                    "basis": choice(("settled", "presumed")),
                    "because": choice(("scope", "addressee", "condition", "exception")),
                    "in_force": TEXT,
                    "authority": choice(AUTHORITIES),
                    "read": choice(READS),
                    "from": TEXT,
                    "lifted": TEXT,
                    "enforced": TEXT,
                }
            ),
        ]
    }
    facts: Schema = {"type": "object", "additionalProperties": TEXT}
    body = mapping(
        {
            "case": WORDS,
            "source": WORDS,
            "amend": one_or_many(WORDS),
            "given": one_or_many(WORDS),
            "as_of": DAY,
            "actor": WORDS,
            "role": WORDS,
            "market": WORDS,
            "use": WORDS,
            "facts": facts,
            "presume": YES_NO,
            "authority": choice(AUTHORITIES),
            "expect": {"type": "object", "additionalProperties": expected, "minProperties": 1},
            "missing": {"type": "array", "items": one_or_many(WORDS)},
        },
        ["case", "expect"],
    )
    situation = mapping({"situation": WORDS, "facts": facts}, ["situation", "facts"])
    either: Schema = {"anyOf": [body, situation]}
    return document("case", "One test of a pack: a document of tests/*.yaml", either)
