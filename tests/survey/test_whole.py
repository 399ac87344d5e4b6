"""The command from end to end: its page, other inputs, and what it says of a call at fault."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.runs import run
from tests.extras import needed
from tests.survey.making import DATA, asked, checked
from weighbridge.rules.knowing import read_knowing
from weighbridge.text.errors import LanguageError

extra = pytest.mark.extra
TABLE = """\
release,actor,training_compute,available_there,in_business,made_by_actor,own_name,outputs_text
big,lab,4e25,yes,yes,yes,yes,yes
small,lab,,yes,no,yes,yes,yes
odd,me,abc,yes,,,,
"""
EU = ("--market", "EU", "--role", "developer")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    for module in ("numpy", "pyarrow"):
        needed(module, module)
    path = tmp_path / "table.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@extra
def test_the_page(table: Path) -> None:
    done = run("survey", table, *EU, "--role", "host")
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == f"{table}: 3 rows weighed"
    assert lines[1] == "read this first: what reading on may make you know"
    assert "        eu/ai-act/52.1: 14 days run from when the condition is met or" in done.out
    assert "at fault: 1 cells taken as unknown, 0 rows left out" in lines
    assert "    ! row 3, `training_compute`: `abc` is not a number" in lines
    for heading in ("by market", "by role", "by organisation", "by rule", "what would settle most"):
        assert heading in lines
    assert "unlawful" not in done.out.replace("unlawful-uploads", "")


@extra
@pytest.mark.parametrize("form", ["markdown", "html"])
def test_other_forms_of_the_page(form: str, table: Path) -> None:
    done = run("survey", table, *EU, "--format", form)
    assert (done.status, done.err) == (0, "")
    assert "what would settle most" in done.out


HOST = """\
release,available_there,publishes_for_others,carries_sexual_fakes,knows_of_sexual_fakes
a/x,yes,yes,yes,yes
a/y,yes,yes,no,no
a/z,yes,yes,,
"""


@extra
def test_a_host_is_told_where_to_look_and_why(tmp_path: Path) -> None:
    for module in ("numpy", "pyarrow"):
        needed(module, module)
    path = tmp_path / "table.csv"
    path.write_text(HOST, encoding="utf-8")
    done = run("survey", path, "--role", "host", "--market", "US-CA", "--format", "json")
    assert (done.status, done.err) == (0, "")
    found = json.loads(done.out)
    looks = {each["rule"]: each for each in found["look_at"]}
    assert looks["us-ca/ab-621/1708.86-facilitate"] == {
        "rule": "us-ca/ab-621/1708.86-facilitate",
        "market": "US-CA",
        "rows": 1,
        "presumed": 0,
        "such_as": "a/x",
        "because": ["carries_sexual_fakes", "knows_of_sexual_fakes"],
    }
    assert looks["us/csam/2258A"]["rows"] == 3
    page = run("survey", path, "--role", "host", "--market", "US-CA").out
    assert page.index("read this first") < page.index("a host may look at")
    assert "    → look at 1 release: Do not knowingly keep sexual fakes running" in page
    assert "        30 days run from when evidence of such fakes is handed in" in page


@extra
def test_all_forms_say_the_same(table: Path, tmp_path: Path) -> None:
    pa = needed("pyarrow", "pyarrow")
    duckdb = needed("duckdb", "duckdb")
    text = tmp_path / "tidy.csv"
    text.write_text(TABLE.replace("abc", ""), encoding="utf-8")
    from tests.law.judged import shipped_law
    from weighbridge.survey.opened import open_table

    opened = open_table(str(text), shipped_law(), tmp_path / "scratch")
    import pyarrow.ipc as ipc
    import pyarrow.parquet as pq

    whole = pq.read_table(opened.path)
    pq.write_table(whole, tmp_path / "t.parquet")
    with ipc.new_file(tmp_path / "t.arrow", whole.schema) as writer:
        writer.write_table(whole)
    with duckdb.connect(str(tmp_path / "t.duckdb")) as base:
        base.register("whole", whole)
        base.execute("create schema s")
        base.execute('create table s."my table" as select * from whole')
    assert pa.__name__ == "pyarrow"
    told = []
    for named in ("tidy.csv", "t.parquet", "t.arrow", "t.duckdb::s.my table"):
        done = run("survey", str(tmp_path / named), *EU, "--format", "json")
        assert (done.status, done.err) == (0, ""), named
        found = json.loads(done.out)
        assert found["table"]["rows"] == 3
        told.append({key: found[key] for key in ("rules", "by_market", "wanted", "knowing")})
    assert told[0] == told[1] == told[2] == told[3]


@extra
def test_a_folder_of_releases(examples: Path, tmp_path: Path) -> None:
    for module in ("numpy", "pyarrow"):
        needed(module, module)
    import shutil

    from tests.survey.making import judge
    from weighbridge.assess.assess import Request, assess

    names = ("plain-apache", "answers")
    for name in names[:1]:
        shutil.copytree(examples / name, tmp_path / "all" / "org" / name)
    (tmp_path / "all" / "empty").mkdir()
    question = asked("EU")
    found = judge(tmp_path / "all", question, tmp_path)
    assert [row["release"] for row in found.rows] == ["org/plain-apache"]
    from tests.law.judged import shipped_law
    from tests.survey.making import STATES

    request = Request(tmp_path / "all" / "org" / names[0], markets=("EU",))
    expected = {
        (each.rule.id, each.judged.row.role): (
            each.judged.verdict,
            STATES[each.judged.in_force.state],
        )
        for each in assess(request, shipped_law()).verdicts
    }
    assert found.verdicts[0] == expected


@extra
def test_facts_and_readings_from_outside(table: Path, tmp_path: Path) -> None:
    from tests.survey.making import judge
    from weighbridge.facts import Range

    question = asked(
        "EU",
        roles=("developer",),
        fixed={"training_compute": Range.exactly(2e24), "narrow_task": False},
        unset=("in_business",),
    )
    found = judge(table, question, tmp_path)
    row: dict[str, Any] = {
        "release": "big",
        "training_compute": 2e24,
        "narrow_task": False,
        "available_there": True,
        "made_by_actor": True,
        "own_name": True,
        "outputs_text": True,
    }
    assert found.verdicts[0] == checked(row, asked("EU", roles=("developer",)))


@extra
def test_two_laws_side_by_side(table: Path) -> None:
    reform = ("--amend", "reform/use-based", "--set", "model_first_available=2025-09-01")
    done = run("survey", table, *EU, *reform, "--format", "json")
    assert done.status == 0, done.err
    found = json.loads(done.out)
    assert found["law"]["amendments"]
    assert isinstance(found["flips"], list)
    page = run("survey", table, *EU, *reform)
    assert "who flips by reform/common, reform/use-based" in page.out


@extra
def test_an_imported_table_is_kept_and_shown_with_its_source(tmp_path: Path) -> None:
    pq = needed("pyarrow.parquet", "pyarrow")
    if not DATA.is_dir():
        pytest.skip("the shared tables (../shared/data) are not beside this checkout")
    source = DATA / "epoch_frontier_2025-11-03.csv.gz"
    kept, verdicts = tmp_path / "table.parquet", tmp_path / "verdicts.parquet"
    done = run(
        *("survey", source, "--from", "epoch", *EU),
        *("--table", kept, "--verdicts", verdicts, "--wide", "eu/ai-act/5*"),
    )
    assert (done.status, done.err) == (0, "")
    line = "Epoch AI, 'Data on AI Models', epoch.ai, CC BY 4.0, vintage 2025-11-03"
    assert line in done.out.splitlines()
    again = run("survey", kept, *EU, "--format", "json")
    assert json.loads(again.out)["table"]["vintage"]["date"] == "2025-11-03"
    assert "eu/ai-act/53.1.a developer" in pq.read_schema(verdicts).names
    assert sorted(path.name for path in tmp_path.iterdir()) == ["table.parquet", "verdicts.parquet"]


AT_FAULT = {
    (): "which table?\n  help: name it, or give --read FILE for a verdict table",
    ("nowhere.parquet",): "no such table: `nowhere.parquet`",
    ("nowhere.duckdb::t",): "no such database: `nowhere.duckdb`",
    ("x", "--table", "t.parquet"): "--table keeps an imported table\n  help: give --from as well",
    ("x", "--format", "sarif"): (
        "format `sarif` is not one of this command\n  help: one of text, json, markdown, html"
    ),
    ("x", "--wide", "eu/*"): (
        "--wide writes columns of the verdict table\n  help: give --verdicts FILE"
    ),
    ("x", "--versus", "2025"): "`2025` is not one day\n  help: write YYYY-MM-DD",
    ("--read", "nowhere.parquet"): "no such file: `nowhere.parquet`",
}


@extra
@pytest.mark.parametrize("words", AT_FAULT, ids=lambda words: " ".join(words) or "nothing")
def test_a_call_at_fault(words: tuple[str, ...]) -> None:
    for module in ("numpy", "pyarrow", "duckdb"):
        needed(module, module)
    done = run("survey", *words)
    assert (done.status, done.out) == (2, "")
    assert done.err == f"weighbridge: error: {AT_FAULT[words]}\n"


@extra
def test_files_that_are_no_tables(tmp_path: Path) -> None:
    needed("pyarrow", "pyarrow")
    torn, other = tmp_path / "torn.parquet", tmp_path / "table.xls"
    torn.write_bytes(b"PAR1 torn")
    other.write_bytes(b"")
    empty = tmp_path / "folder"
    empty.mkdir()
    says = {
        torn: f"cannot read `{torn}`: ",
        other: "`table.xls` is not a table that is read\n  help: read are ",
        empty: f"no release folders in `{empty}`\n  help: a release is a folder with files\n",
    }
    for path, start in says.items():
        done = run("survey", path)
        assert done.status == 2
        assert done.err.startswith(f"weighbridge: error: {start}"), done.err
    done = run("survey", "--read", torn)
    assert done.err == f"weighbridge: error: cannot read `{torn}`: it is no Parquet file\n"


def test_without_the_extra_one_line_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from weighbridge.survey.extra import needed as ours
    from weighbridge.text.errors import InputError

    with pytest.raises(InputError) as error:
        ours("a_library_that_nobody_has")
    assert str(error.value) == (
        "a survey needs `a_library_that_nobody_has`, which is not installed\n"
        "  help: pip install 'weighbridge[survey]'"
    )


def test_no_password_is_shown() -> None:
    from weighbridge.survey.database import without_password

    assert without_password("postgres://u:secret@host/db::t") == "postgres://…@host/db::t"
    assert without_password("facts.duckdb::t") == "facts.duckdb::t"


@extra
def test_the_example_of_the_manual(checkout: Path, tmp_path: Path) -> None:
    for module in ("numpy", "pyarrow"):
        needed(module, module)
    if not DATA.is_dir():
        pytest.skip("the shared tables (../shared/data) are not beside this checkout")
    blocks = (checkout / "docs" / "survey.md").read_text(encoding="utf-8").split("```\n")
    words = blocks[1].replace("\\\n", " ").split()[1:]
    places = {"epoch_notable_2026-07-23.csv.gz": DATA}
    done = run(*(places.get(word, tmp_path) / word if "." in word else word for word in words))
    assert (done.status, done.err) == (0, "")
    shown = done.out.replace(f"{DATA}/", "").splitlines()
    for line in blocks[3].splitlines():
        assert line in (*shown, "…", ""), line


BROKEN = {
    "knowing: a\nsays: b\n": "knowing.yaml:1:1: knowing names facts, rules or both",
    "knowing: a\nsays: b\nfacts: [knows_unmaked]\n": (
        "knowing.yaml:3:9: unknown name `knows_unmaked` in `facts`"
    ),
    "knowing: a\nsays: b\nrules: [eu/ai-act/52.11]\n": (
        "knowing.yaml:3:9: unknown name `eu/ai-act/52.11` in `rules`"
    ),
}


@pytest.mark.parametrize("text", BROKEN)
def test_a_list_of_knowledge_that_is_broken(text: str, tmp_path: Path) -> None:
    from tests.law.judged import shipped_law

    (tmp_path / "knowing.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(LanguageError) as error:
        read_knowing(shipped_law(), [tmp_path])
    assert str(error.value).startswith(BROKEN[text])
