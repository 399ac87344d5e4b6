"""What the tests of surveys share: small tables, questions, and a check of one row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tests.conftest import TOP
from tests.law.judged import shipped_law
from tests.survey import arrow  # noqa: F401 - skips where it is absent
from weighbridge.assess.assess import Request, assess
from weighbridge.assess.rows import chosen_markets
from weighbridge.facts.values import read_day
from weighbridge.survey.question import Asked

DATA = TOP.parent / "shared" / "data"
DAY = read_day("2026-11-23").toordinal()
Verdicts = dict[tuple[str, str], tuple[bool | None, bool | None]]
"""By rule and role: whether it applies, and whether it is in force; ``None`` is unknown."""

STATES = {"yes": True, "not-yet": False, "no-longer": False, "never": False, None: None}


def asked(*markets: str, roles: tuple[str, ...] = (), day: int = DAY, **more: Any) -> Asked:
    """Return a question about some markets."""
    return Asked(day, chosen_markets(shipped_law(), markets), roles, **more)


@dataclass(frozen=True)
class Surveyed:
    """A table judged in this process, with its verdicts unpacked by row."""

    rows: list[dict[str, Any]]
    verdicts: list[Verdicts]
    run: Any
    judged: Any


def judge(path: Path, question: Asked, tmp_path: Path, **more: Any) -> Surveyed:
    """Judge a table of the contract."""
    import pyarrow.parquet as pq

    from weighbridge.reason.planes.packed import metadata_of, unpacked
    from weighbridge.survey.engine import BY_PLANES
    from weighbridge.survey.frame import Frame
    from weighbridge.survey.opened import open_table
    from weighbridge.survey.run import Run

    law = shipped_law()
    opened = open_table(str(path), law, tmp_path / "scratch")
    engine = more.pop("engine", BY_PLANES)
    ignore = more.pop("ignore", False)
    frame = Frame(law, opened.schema, opened.rows, question, ignore=ignore, kernel=engine.kernel)
    run = Run(opened, frame, None, engine)
    to = tmp_path / "verdicts.parquet"
    judged = run.judge(to)
    table = pq.read_table(to).combine_chunks()
    found: list[Verdicts] = [{} for _ in range(table.num_rows)]
    roles = [str(text).split(",") for text in table.column("role").to_pylist()]
    for each in metadata_of(table.schema)["rows"]:
        applies = unpacked(table, each["applies"]).to_pylist()
        force = unpacked(table, each["in_force"]).to_pylist()
        for at, verdicts in enumerate(found):
            if each["role"] in roles[at]:
                verdicts[each["rule"], each["role"]] = applies[at], force[at]
    return Surveyed(table.to_pylist(), found, run, judged)


def checked(row: Mapping[str, Any], question: Asked) -> Verdicts:
    """Return what ``check --no-release`` says of a row of a table."""
    law = shipped_law()
    sets = sorted(f"{name}={text}" for name, text in _said(row))
    request = Request(
        None,
        as_of=date.fromordinal(question.as_of).isoformat(),
        markets=question.markets,
        roles=question.roles,
        sets=tuple(sets),
    )
    return {
        (each.rule.id, each.judged.row.role): (
            each.judged.verdict,
            STATES[each.judged.in_force.state],
        )
        for each in assess(request, law).verdicts
    }


def _said(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the facts of a row as ``--set`` takes them."""
    facts: dict[str, str] = {}
    ends: dict[str, dict[str, str]] = {}
    for name, value in row.items():
        bare, _, market = name.partition("__")
        if value is None or name in ("release", "actor", "role") or bare in ("about", "source"):
            continue
        text = {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else str(value)
        if isinstance(value, float):
            text = repr(value)
        for end in ("low", "high"):
            if bare.endswith(f"_{end}"):
                key = f"{bare.removesuffix(f'_{end}')}{f'[{market}]' if market else ''}"
                ends.setdefault(key, {})[end] = str(text)
                break
        else:
            facts[f"{bare}{f'[{market}]' if market else ''}"] = str(text)
    for key, two in ends.items():
        facts[key] = f"{two.get('low', '')}..{two.get('high', '')}"
    return list(facts.items())
