"""Gates: what makes a command end with status 1, and what an earlier result takes out of them.

What is owed to a licensor reaches a gate as what is owed by law does, and is told apart.

With a baseline a gate counts only what is new: a row that the earlier result did not already
hold in that gate's state, by (rule, market, actor, role, use); a finding whose id and files
the earlier result did not name at that severity or above.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from weighbridge.text.errors import InputError, did_you_mean
from weighbridge.text.strict_json import read_json

REACHED = 1
"""The exit status where a gate is reached."""

SEVERITIES = ("low", "medium", "high")
GATES = ("owed", "prohibited", "unknown", *(f"finding:{each}" for each in SEVERITIES))
_MOST_BYTES = 64_000_000
_ROW_KEY = ("rule", "market", "actor", "role", "use")
_TO_LICENSOR = "licensor"
_OWED = ("duty",)
_PROHIBITED = ("prohibition",)
_BINDING = (*_OWED, *_PROHIBITED)


def chosen_gates(names: Iterable[str] | None) -> tuple[str, ...]:
    """Return the gates asked for. Raises :class:`InputError` for an unknown one."""
    chosen = tuple(dict.fromkeys(names or ()))
    for name in chosen:
        if name not in GATES:
            hint = did_you_mean(name, GATES) or f"one of {', '.join(GATES)}"
            raise InputError(f"unknown gate `{name[:60]}`", help=hint)
    return chosen


def read_baseline(path: Path | None) -> dict[str, Any] | None:
    """Return an earlier JSON result. Raises :class:`InputError` for anything else."""
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "not a path").lower()
        raise InputError(f"cannot read `{path}`: {reason}") from None
    if len(data) > _MOST_BYTES:
        raise InputError(f"`{path}` is larger than {_MOST_BYTES:,} bytes")
    result = read_json(data, path.name)
    if not _is_result(result):
        raise InputError(
            f"`{path}` is not a result of weighbridge check",
            help="make one with: weighbridge check RELEASE --format json -o FILE",
        )
    return dict(result)


def _is_result(data: Any) -> bool:
    if not isinstance(data, dict) or data.get("format") != 1:
        return False
    rows, findings = data.get("verdicts"), data.get("findings")
    if not isinstance(rows, list) or not isinstance(findings, list):
        return False
    good_rows = all(
        isinstance(row, dict)
        and all(isinstance(row.get(key), str) for key in (*_ROW_KEY, "kind", "verdict"))
        and isinstance(row.get("in_force"), dict)
        for row in rows
    )
    return good_rows and all(
        isinstance(each, dict)
        and isinstance(each.get("id"), str)
        and each.get("severity") in SEVERITIES
        and isinstance(each.get("where"), list)
        for each in findings
    )


def exit_status(
    gates: Iterable[str], result: dict[str, Any], baseline: dict[str, Any] | None
) -> int:
    """Say on standard error which gates are reached, and return the exit status."""
    lines = list(reached(gates, result, baseline))
    for line in lines:
        sys.stderr.write(f"weighbridge: {line}\n")
    return REACHED if lines else 0


def reached(
    gates: Iterable[str], result: dict[str, Any], baseline: dict[str, Any] | None
) -> Iterator[str]:
    """Yield a line for each gate reached beyond the baseline, by law and by a licence's terms."""
    for gate in gates:
        new = _held(gate, result)
        if baseline is not None:
            new -= _held(gate, baseline)
        terms = new & _terms(result)
        for reached_by, keys in (("", new - terms), (" by terms owed to a licensor", terms)):
            if keys:
                first = " ".join(str(part) for part in min(keys) if part and part != "-")
                rest = f" and {len(keys) - 1} more" if len(keys) > 1 else ""
                yield f"gate {gate} reached{reached_by}: {first}{rest}"


def _held(gate: str, result: dict[str, Any]) -> set[tuple[str, ...]]:
    """Return the keys of the rows, or of the findings, that a gate counts."""
    name, _, severity = gate.partition(":")
    if severity:
        counted = SEVERITIES[SEVERITIES.index(severity) :]
        return {_finding_key(each) for each in result["findings"] if each["severity"] in counted}
    return {_row_key(row) for row in result["verdicts"] if _counts(name, row)}


def _terms(result: dict[str, Any]) -> set[tuple[str, ...]]:
    """Return the keys of the rows owed to a licensor."""
    rows = result["verdicts"]
    return {_row_key(row) for row in rows if row.get("owed_to") == _TO_LICENSOR}


def _row_key(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(row[key] for key in _ROW_KEY)


def _counts(gate: str, row: dict[str, Any]) -> bool:
    state = row["in_force"].get("state")
    if gate == "unknown":
        return row["verdict"] == "unknown" and row["kind"] in _BINDING and state in ("yes", None)
    kinds = _OWED if gate == "owed" else _PROHIBITED
    return row["verdict"] == "applies" and state == "yes" and row["kind"] in kinds


def _finding_key(finding: dict[str, Any]) -> tuple[str, ...]:
    """Return id and files; lines move when a file is edited, files do not."""
    return finding["id"], *sorted({str(place).split(":", 1)[0] for place in finding["where"]})
