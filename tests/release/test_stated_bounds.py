"""The bounds in docs/scan.md and docs/licence.md are those of the code."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from weighbridge.release.hazards.scan import Budget

DOCS = Path(__file__).parents[2] / "docs"
LINES = [
    line
    for page, heading in (("scan.md", "# What reading"), ("licence.md", "## Bounds"))
    for line in (DOCS / page).read_text(encoding="utf-8").partition(heading)[2].splitlines()
]
ROW = re.compile(r"^\| (?P<what>[^|]+) \| (?P<number>[\d,]+)(?P<unit> MiB)? \| `(?P<name>\S+)` \|$")
ROWS = [match for line in LINES if (match := ROW.match(line))]


def test_every_row_is_read() -> None:
    assert len(ROWS) == sum(line.startswith("| ") and "`" in line for line in LINES) > 40


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_a_bound_is_that_of_the_code(row: re.Match[str]) -> None:
    module, name = row["name"].rsplit(".", 1)
    number = int(row["number"].replace(",", "")) << (20 if row["unit"] else 0)
    if module == "hazards.scan.Budget":
        value = getattr(Budget(), name)
    else:
        value = getattr(import_module(f"weighbridge.release.{module}"), name)
    assert value == number
