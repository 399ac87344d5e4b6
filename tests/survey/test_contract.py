"""The contract of the tables: what a column may be called, and what is said of one that may not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.extras import needed
from tests.law.judged import shipped_law
from tests.survey.making import asked, judge
from weighbridge.rules.sources import LAW_FOLDER
from weighbridge.survey.contract import read_contract
from weighbridge.text.errors import InputError

extra = pytest.mark.extra
GOOD = (
    "release",
    "actor",
    "role",
    "params_total",
    "training_compute_low",
    "training_compute_high",
    "available_there__EU",
    "model_first_available_low__US-CA",
    "weights_licence",
    "source__params_total",
    "source__available_there__EU",
    "about__downloads",
)


def test_the_columns_are_told_apart() -> None:
    contract = read_contract(shipped_law(), GOOD)
    assert contract.keys == ("release", "actor", "role")
    assert contract.facts == GOOD[3:9]
    assert contract.beside == GOOD[9:]
    assert contract.read == GOOD[:9]
    table = contract.table
    assert table.columns["model_first_available_low__US-CA"].key == "model_first_available[US-CA]"


BAD = {
    ("params_totl",): ("unknown column `params_totl`\n  help: did you mean `params_total`?"),
    ("zzz_of_mine", "likes"): (
        "unknown column `zzz_of_mine` and 1 more\n"
        "  help: --ignore-columns leaves out what is not in the contract (docs/tables.md)"
    ),
    ("params_total__EU",): (
        "unknown column `params_total__EU`\n"
        "  help: `params_total` is the same in every market: call the column `params_total`"
    ),
    ("available_there__EX",): (
        "unknown column `available_there__EX`\n  help: no law here for market `EX`"
    ),
    ("outputs_text_low",): (
        "unknown column `outputs_text_low`\n  help: `outputs_text` is no number and has no ends"
    ),
    ("source__",): (
        "unknown column `source__`\n"
        "  help: --ignore-columns leaves out what is not in the contract (docs/tables.md)"
    ),
    ("users", "users"): "column `users` stands twice in the table",
    ("users", "users_low"): (
        "`users`, `users_low` all hold `users`\n  help: keep the value or its two ends"
    ),
}


@pytest.mark.parametrize("names", BAD, ids=lambda names: names[0])
def test_a_column_that_is_not_in_it(names: tuple[str, ...]) -> None:
    with pytest.raises(InputError) as error:
        read_contract(shipped_law(), ["release", *names])
    assert str(error.value) == BAD[names]


def test_a_table_names_its_releases() -> None:
    with pytest.raises(InputError) as error:
        read_contract(shipped_law(), ["params_total"])
    assert str(error.value) == (
        "the table has no column `release`\n"
        "  help: it names the release of each row; see docs/tables.md, or give --from for a table "
        "of somebody else"
    )


def test_unknown_columns_can_be_left_out() -> None:
    contract = read_contract(shipped_law(), ["release", "likes", "users"], ignore=True)
    assert (contract.facts, contract.ignored) == (("users",), ("likes",))


def test_a_fact_that_is_unset_has_no_column() -> None:
    contract = read_contract(
        shipped_law(), ["release", "users_low", "users_high"], unset=("users",)
    )
    assert contract.facts == ()


def test_the_schema_is_of_one_mind_with_the_reader() -> None:
    path = LAW_FOLDER.parent / "schemas" / "table.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    check = jsonschema.Draft202012Validator(schema)
    row: dict[str, Any] = dict.fromkeys(GOOD)
    check.validate(row | {"release": "a/b"})
    check.validate({"release": "a/b", "params_total": 7e9, "available_there__EU": True})
    for wrong in (
        {},
        {"release": ""},
        {"release": "a", "params_totl": 1},
        {"release": "a", "params_total": "7B"},
        {"release": "a", "params_total": -1},
        {"release": "a", "outputs_text": "yes"},
        {"release": "a", "weights_licence": "gema"},
        {"release": "a", "release_date": 2025},
        {"release": "a", "params_total__EU": 1},
        {"release": "a", "outputs_text_low": 1},
    ):
        assert not check.is_valid(wrong), wrong


CSV = """\
release,actor,training_compute,weights_public,weights_licence,release_date
a/x,a,3e25,yes,mit,2025-09-01
a/y,a,abc,perhaps,gema,2025-09
b/z,b,-1,no,,
b/z,b,1
,b,1,no,,
b/q,b,"45,056",no,,
"""


@extra
def test_what_is_at_fault_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    needed("pyarrow", "pyarrow")
    path = tmp_path / "table.csv"
    path.write_text(CSV, encoding="utf-8")
    found = judge(path, asked("EU", roles=("developer",)), tmp_path)
    assert [row["release"] for row in found.rows] == ["a/x", "a/y", "b/z", "b/q"]
    bad = found.run.opened.bad
    assert (bad.cells, bad.rows) == (5, 2)
    assert sorted(map(str, bad.told)) == [
        "row 2, `release_date`: `2025-09` is not one day, give the two ends",
        "row 2, `training_compute`: `abc` is not a number",
        "row 2, `weights_licence`: `gema` is none of its words, did you mean `gemma`?",
        "row 2, `weights_public`: `perhaps` is neither yes nor no",
        "row 3, `training_compute`: `-1` is below zero",
        "row 4: 3 cells where there are 6 columns (line 5): the row is left out",
        "row 5: no `release` (line 6): the row is left out",
    ]
    assert found.judged.bad.to_json() == {"cells": 0, "rows": 0, "told": []}


@extra
def test_cells_of_parquet_that_no_fact_can_have(tmp_path: Path) -> None:
    pa = needed("pyarrow", "pyarrow")
    pq = needed("pyarrow.parquet", "pyarrow")
    columns = {
        "release": ["a", None, "c", "d", ""],
        "params_total": [1.0, 2.0, -1.0, float("nan"), 1.0],
        "weights_licence": ["mit", None, "gema", "gemma", "mit"],
        "training_compute_low": [1e24, None, 3e25, float("inf"), None],
        "training_compute_high": [1e25, None, 1e25, None, None],
    }
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table(columns), path)
    found = judge(path, asked("EU"), tmp_path)
    assert [row["release"] for row in found.rows] == ["a", "c", "d"]
    bad = found.judged.bad
    assert (bad.cells, bad.rows) == (4, 2)
    assert sorted(map(str, bad.told)) == [
        "row 2: no `release`: the row is left out",
        "row 3, `params_total`: `-1.0` is below zero",
        "row 3, `training_compute_low`: lies above `training_compute_high`",
        "row 3, `weights_licence`: `gema` is none of its words",
        "row 4, `training_compute_low`: `inf` is no number",
        "row 5: no `release`: the row is left out",
    ]


@extra
def test_a_column_of_another_type(tmp_path: Path) -> None:
    pa = needed("pyarrow", "pyarrow")
    pq = needed("pyarrow.parquet", "pyarrow")
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table({"release": ["a"], "params_total": ["7B"]}), path)
    with pytest.raises(InputError) as error:
        judge(path, asked("EU"), tmp_path)
    assert str(error.value) == (
        "column `params_total` holds string, not numbers\n"
        "  help: a CSV file may hold everything as text"
    )
    pq.write_table(pa.table({"release": [1.5]}), path)
    with pytest.raises(InputError) as error:
        judge(path, asked("EU"), tmp_path)
    assert str(error.value) == "column `release` holds double, not names"


@extra
def test_rows_that_are_damaged_are_named(tmp_path: Path) -> None:
    pa = needed("pyarrow", "pyarrow")
    pq = needed("pyarrow.parquet", "pyarrow")
    path = tmp_path / "table.parquet"
    names = [f"release-{at}" for at in range(5000)]
    pq.write_table(pa.table({"release": names}), path, use_dictionary=False)
    data = bytearray(path.read_bytes())
    data[4:2000] = b"\xff" * 1996
    path.write_bytes(data)
    with pytest.raises(InputError) as error:
        judge(path, asked("EU"), tmp_path)
    assert str(error.value) == f"cannot read rows 1 to 5,000 of `{path}`: they are damaged"
