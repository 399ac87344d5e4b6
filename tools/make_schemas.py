"""Writes ``src/weighbridge/schemas`` from the vocabulary and the readers' own tables.

``--check`` writes nothing and ends with status 1 where a file is stale.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from schema_parts.base import Schema
from schema_parts.declaration import declaration_schema
from schema_parts.difference import difference_schema, history_schema
from schema_parts.licence import licence_schema
from schema_parts.packs import (
    already_schema,
    amendment_schema,
    case_schema,
    comparison_schema,
    coverage_schema,
    discharge_schema,
    facts_schema,
    pack_schema,
    parameter_schema,
    penalty_schema,
    reading_schema,
    rule_list_schema,
    rule_schema,
)
from schema_parts.plan import flip_schema, plan_schema
from schema_parts.result import result_schema
from schema_parts.scan import scan_schema

from weighbridge.facts import FactType, Vocabulary
from weighbridge.facts.vocabulary import read_fact_types, vocabulary_files

FOLDER = Path(__file__).resolve().parent.parent / "src" / "weighbridge" / "schemas"


def schemas() -> dict[str, Schema]:
    """Return every schema by its file name."""
    return {
        "weighbridge-toml.json": declaration_schema(_everyday_vocabulary()),
        "pack.json": pack_schema(),
        "rule.json": rule_schema(),
        "parameter.json": parameter_schema(),
        "reading.json": reading_schema(),
        "penalty.json": penalty_schema(),
        "discharge.json": discharge_schema(),
        "comparison.json": comparison_schema(),
        "facts.json": facts_schema(),
        "amendment.json": amendment_schema(),
        "rule-list.json": rule_list_schema(),
        "case.json": case_schema(),
        "coverage.json": coverage_schema(),
        "already.json": already_schema(),
        "result.json": result_schema(),
        "difference.json": difference_schema(),
        "history.json": history_schema(),
        "scan.json": scan_schema(),
        "licence.json": licence_schema(),
        "plan.json": plan_schema(),
        "flip.json": flip_schema(),
    }


def _everyday_vocabulary() -> Vocabulary:
    types: list[FactType] = []
    for path in vocabulary_files():
        text = path.read_text(encoding="utf-8")
        types += read_fact_types(text, path.name, [each.name for each in types])
    return Vocabulary(types)


def main() -> None:
    """Write the schemas, or with ``--check`` say which are stale."""
    stale = []
    for name, schema in schemas().items():
        text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        path = FOLDER / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in sys.argv[1:]:
            path.write_text(text, encoding="utf-8")
    if stale and "--check" in sys.argv[1:]:
        sys.exit(f"stale: {', '.join(stale)}; run: python tools/make_schemas.py")
    print(f"schemas: {len(stale)} written" if stale else "schemas: fresh")


if __name__ == "__main__":
    main()
