"""DuckDB and Spark judge a survey row by row as the planes do, down to the bytes they write."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.cli.runs import run
from tests.extras import needed
from tests.law.judged import shipped_law
from tests.reason.engines.tables import Maker, arrow_table, fact_types
from tests.survey.making import Surveyed, asked, judge
from weighbridge.text.errors import InputError

pytestmark = pytest.mark.extra
needed("numpy", "numpy")
pa: Any = needed("pyarrow", "pyarrow")
pq: Any = needed("pyarrow.parquet", "pyarrow")
from weighbridge.survey.engine import Engine  # noqa: E402

ROWS = 400
NAMELESS = 7
SEED = 1  # of facts that leave rows in doubt, and some rules that apply
ROLES = ("developer", "host")
TABLE = "release,training_compute,weights_public\nbig,4e25,yes\nsmall,,no\nodd,abc,\n"
EU = ("--market", "EU", "--role", "developer")


def random_table(to: Path) -> Path:
    """Write rows of facts at random, some of them such as no fact can be, some without a name."""
    law = shipped_law()
    facts = [fact for fact in fact_types(law, legal=False) if not fact.legal]
    maker = Maker(law, Random(SEED).sample(facts, 24), ("EU",), SEED)
    table = arrow_table(maker.columns, maker.rows(ROWS, 0.6, odd=0.02))
    names = [None if at % 100 == NAMELESS else f"r{at}" for at in range(ROWS)]
    table = table.append_column("release", pa.array(names, pa.string()))
    table = table.append_column("role", pa.array(["host", None, "nobody", "developer"] * 100))
    pq.write_table(table, to, row_group_size=60)
    return to


def judged(name: str, path: Path, folder: Path) -> tuple[Surveyed, bytes]:
    folder.mkdir()
    question = asked("EU", roles=ROLES)
    found = judge(path, question, folder, engine=Engine(name, "local[2]"))
    return found, (folder / "verdicts.parquet").read_bytes()


def check_alike(name: str, tmp_path: Path) -> None:
    path = random_table(tmp_path / "table.parquet")
    planes, wanted = judged("planes", path, tmp_path / "by-planes")
    found, written = judged(name, path, tmp_path / f"by-{name}")
    assert len(planes.verdicts) == ROWS - ROWS // 100
    states = {each for row in planes.verdicts for each, _ in row.values()}
    assert states == {True, False, None}
    assert planes.run.frame.law.report()["for_the_reference"] > 0
    for row, one, other in zip(planes.rows, planes.verdicts, found.verdicts, strict=True):
        assert one == other, row["release"]
    assert found.judged.tally == planes.judged.tally
    assert found.judged.bad == planes.judged.bad
    assert planes.judged.bad.rows == ROWS // 100
    assert planes.judged.bad.cells > 0
    assert [found.run.facts_of(at) for at in (0, 50, 395)] == [
        planes.run.facts_of(at) for at in (0, 50, 395)
    ]
    assert written == wanted


def test_duckdb_says_what_the_planes_say(tmp_path: Path) -> None:
    needed("duckdb", "DuckDB")
    check_alike("duckdb", tmp_path)


@pytest.mark.slow
def test_spark_says_what_the_planes_say(tmp_path: Path) -> None:
    need_spark()
    check_alike("spark", tmp_path)


@pytest.mark.slow
def test_spark_from_end_to_end(tmp_path: Path) -> None:
    need_spark()
    path = tmp_path / "a [b] table.csv"
    path.write_text(TABLE, encoding="utf-8")
    words = ("survey", path, *EU, "--versus", "2025-08-01", "--format", "json")
    found = []
    for name in ("planes", "spark"):
        done = run(*words, "--engine", name, "--verdicts", tmp_path / f"{name}.parquet")
        assert done.status == 0, done.err
        found.append(json.loads(done.out) | {"engine": ""})
    assert found[0] == found[1]
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "a [b] table.csv",
        "planes.parquet",
        "spark.parquet",
    ]


@pytest.mark.slow
def test_spark_that_does_not_start_is_told(tmp_path: Path) -> None:
    need_spark()
    path = tmp_path / "table.csv"
    path.write_text(TABLE, encoding="utf-8")
    done = run("survey", path, *EU, "--engine", "spark", "--spark-master", "nowhere")
    assert (done.status, done.out) == (2, "")
    said = done.err[done.err.index("weighbridge: error: ") :].splitlines()
    assert said[0].startswith(f"weighbridge: error: Spark cannot judge `{path}` on `nowhere`: ")
    assert said[1] == "  help: docs/spark.md says what it needs; --engine planes judges here"


def need_spark() -> None:
    for module in ("pyspark", "pandas"):
        needed(module, module)
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")


def test_the_page_and_json_name_the_engine(tmp_path: Path) -> None:
    needed("duckdb", "DuckDB")
    path = tmp_path / "table.csv"
    path.write_text(TABLE, encoding="utf-8")
    done = run("survey", path, *EU, "--engine", "duckdb")
    assert (done.status, done.err) == (0, "")
    assert "judged by SQL in DuckDB; rows in doubt by the reference" in done.out.splitlines()
    done = run("survey", path, *EU, "--engine", "duckdb", "--format", "json")
    assert json.loads(done.out)["engine"] == "duckdb"
    assert "judged by" not in run("survey", path, *EU).out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("--engine", "duckdbb"),
            "weighbridge: error: `--engine` does not take `duckdbb`\n"
            "  help: did you mean `duckdb`?\n",
        ),
        (
            ("--spark-master", "yarn"),
            "weighbridge: error: --spark-master says where Spark runs\n"
            "  help: give --engine spark as well\n",
        ),
    ],
)
def test_a_call_at_fault(words: tuple[str, ...], message: str) -> None:
    done = run("survey", "table.csv", *words)
    assert (done.status, done.out, done.err) == (2, "", message)


@pytest.mark.parametrize(
    ("engine", "module", "message"),
    [
        (
            "duckdb",
            "duckdb",
            "a survey needs `duckdb`, which is not installed\n"
            "  help: pip install 'weighbridge[survey]'",
        ),
        (
            "spark",
            "pyspark",
            "--engine spark needs `pyspark`, which is not installed\n"
            "  help: pip install 'weighbridge[survey,spark]'",
        ),
    ],
)
def test_without_the_extra_one_line_says_how_to_get_it(
    engine: str, module: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(InputError) as told:
        Engine(engine).need()
    assert str(told.value) == message


def test_without_java_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("pyspark", "pandas"):
        monkeypatch.setitem(sys.modules, module, json)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(InputError) as told:
        Engine("spark").need()
    assert str(told.value) == (
        "--engine spark needs Java, which is not found\n"
        "  help: install Java 17 or later and set JAVA_HOME, or leave --engine out"
    )
