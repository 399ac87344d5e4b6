"""The text of the SQL: the snapshot of every pack, names and numbers as databases read them."""

from __future__ import annotations

import math
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tools.make_sql import FOLDER, WHOLE, snapshots, sql_of

from tests.extras import needed
from tests.law.judged import shipped_law
from tests.reason.laws import TODAY, law, rule
from weighbridge.reason import Row
from weighbridge.reason.columns import Specialised, Table, specialise
from weighbridge.reason.sql import DIALECTS, DUCKDB, SPARK, Query, query_for

STALE = "run python tools/make_sql.py and read the difference"


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("pack", WHOLE)
def test_the_packs_kept_whole_are_as_they_were(pack: str, dialect: str) -> None:
    path = FOLDER / f"{pack.replace('/', '.')}.{dialect}.sql"
    assert path.read_text(encoding="utf-8") == sql_of(shipped_law(), pack, DIALECTS[dialect]), STALE


@pytest.mark.slow
def test_every_pack_is_as_it_was() -> None:
    files = snapshots(shipped_law())
    assert {path.name for path in FOLDER.iterdir()} == set(files), STALE
    for name, text in files.items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, STALE


def test_the_hashes_are_those_of_the_files() -> None:
    hashes = (FOLDER / "sha256.txt").read_text(encoding="utf-8").splitlines()
    by_name = {each.partition("  ")[2]: each.partition("  ")[0] for each in hashes}
    for pack in WHOLE:
        for dialect in DIALECTS:
            path: Path = FOLDER / f"{pack.replace('/', '.')}.{dialect}.sql"
            assert by_name[f"{pack} {dialect}"] == sha256(path.read_bytes()).hexdigest()


def special(leaf: Any, *columns: str) -> Specialised:
    whole = law(rule("1", when=leaf))
    return specialise(Table(whole, columns), [(whole.rules[0], Row())], TODAY)


def test_names_and_texts_are_quoted() -> None:
    assert DUCKDB.column('a"b') == '"a""b"'
    assert SPARK.column("a`b") == "`a``b`"
    assert DUCKDB.table("main.a b") == '"main"."a b"'
    assert DUCKDB.text("it's") == "'it''s'"


@pytest.mark.extra
@pytest.mark.parametrize(
    "number", [1 / 3, 1e25, 1e23 / 3, 10.0, 0.1, 5e-324, 1.7976931348623157e308]
)
def test_a_double_is_read_to_the_last_bit(number: float) -> None:
    duckdb: Any = needed("duckdb", "duckdb")
    for each in (number, math.nextafter(number, 0), math.nextafter(number, math.inf)):
        if math.isfinite(each):
            found = duckdb.sql(f"SELECT {DUCKDB.double(each)} AS x, typeof(x)").fetchall()
            assert found == [(each, "DOUBLE")]


@pytest.mark.extra
def test_a_table_laid_out_once_answers_as_the_table_does() -> None:
    duckdb: Any = needed("duckdb", "duckdb")
    tree = ("any", ("all", "a", "x > ten"), ("not", "word in {red}"))
    query = query_for(special(tree, "a", "x_low", "x_high", "word"), keep=["word"])
    with duckdb.connect() as database:
        database.execute(
            "CREATE TABLE facts AS SELECT * FROM (VALUES (true, 11.0, null, 'red'),"
            " (null, 9.5, 9.9, 'blue'), (false, null, null, null)) t(a, x_low, x_high, word)"
        )
        database.execute(f"CREATE TABLE laid AS {query.laid('facts')}")
        nulls = database.sql("SELECT * EXCLUDE (word) FROM laid").fetchall()
        assert not any(cell is None for row in nulls for cell in row)
        over = database.sql(query.over("laid")).fetchall()
        assert over == database.sql(query.sql("facts")).fetchall()
        assert over == [("red", True), ("blue", True), (None, None)]


def test_no_null_logic_stands_behind_the_layout() -> None:
    tree = ("all", ("any", "a", "b"), ("not", "c"), "x > third * y")
    query = Query(answered := special(tree, *"abcxy"), {"v": answered.answers[0].pair})
    text = query.over("laid").lower()
    assert "null" not in text
    assert "coalesce" not in text
