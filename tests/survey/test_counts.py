"""Counts, flips, what would settle most, and packed verdicts read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.extras import needed
from tests.law.judged import shipped_law
from tests.survey.making import DAY, asked
from weighbridge.facts.values import read_day
from weighbridge.rules.knowing import read_knowing

pytestmark = pytest.mark.extra
needed("numpy", "numpy")
needed("pyarrow", "pyarrow")
pq: Any = needed("pyarrow.parquet", "pyarrow")
from tests.survey.making import Surveyed, judge  # noqa: E402

TABLE = """\
release,actor,role,training_compute,base_compute,modification_compute,has_base_model,\
available_there__EU,in_business,made_by_actor,own_name,outputs_text,weights_licence,\
licence_allows_access,model_first_available__EU,narrow_task,knows_unlawful_upload,params_total
big,lab,,4e25,,,no,yes,yes,yes,yes,yes,mit,yes,2025-09-01,no,,7e10
tuned,me,,,1e24,5e23,yes,yes,yes,yes,yes,yes,gemma,yes,2025-09-01,no,,7e9
small,lab,developer,1e20,,,no,yes,yes,yes,yes,no,,,2025-09-01,yes,,1e6
site,hub,host,,,,,yes,yes,,,yes,mit,,2025-09-01,,no,
dark,,,,,,,,,,,,,,,,,
"""


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("table") / "table.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def found(table: Path) -> Surveyed:
    roles = ("developer", "modifier", "host")
    return judge(table, asked("EU", roles=roles), table.parent)


def test_each_row_holds_the_roles_it_names(found: Surveyed, table: Path, tmp_path: Path) -> None:
    every = "developer,modifier,host"
    assert [row["role"] for row in found.rows] == [every, every, "developer", "host", every]
    brought = judge(table, asked("EU"), tmp_path)
    assert [row["role"] for row in brought.rows] == [
        "developer",
        "developer,modifier",
        "developer",
        "host",
        "developer",
    ]


def test_a_cell_that_names_no_role(table: Path, tmp_path: Path) -> None:
    path = tmp_path / "roles.csv"
    path.write_text('release,role\na,develper\nb,host\nc,\nd,"host, developer"\n')
    brought = judge(path, asked("EU"), tmp_path)
    assert [row["role"] for row in brought.rows] == [
        "developer",
        "host",
        "developer",
        "host, developer",
    ]
    told = [str(each) for each in brought.judged.bad.told]
    assert told == ["row 1, `role`: `develper` names no role"]


def test_the_counts_are_those_of_the_verdicts(found: Surveyed) -> None:
    tally = found.judged.tally
    assert tally.rows == 5
    owed_in_all = 0
    for at, question in enumerate(tally.questions):
        key = (question["rule"], question["role"])
        told = [verdicts[key] for verdicts in found.verdicts if key in verdicts]
        counts = tally.counts(at)
        assert counts.rows == len(told)
        assert counts.applies == sum(applies is True for applies, _ in told), key
        assert counts.does_not == sum(applies is False for applies, _ in told), key
        assert counts.unknown == sum(applies is None for applies, _ in told), key
        assert counts.owed == sum(each == (True, True) for each in told), key
        may = sum(None in each and False not in each for each in told)
        assert counts.open == may, key
        owed_in_all += counts.owed if at in tally.weighty else 0
    assert owed_in_all > 10
    assert sum(group.owed for group in tally.by_role.values()) == owed_in_all
    assert sum(group.owed for group in tally.by_actor.values()) == owed_in_all
    assert sum(group.owed for group in tally.by_licence.values()) == owed_in_all
    assert sum(group.owed for group in tally.by_market.values()) == owed_in_all
    assert {name: group.rows for name, group in tally.by_actor.items()} == {
        "lab": 2,
        "me": 1,
        "hub": 1,
        "-": 1,
    }
    assert {name: group.rows for name, group in tally.by_licence.items()} == {
        "mit": 2,
        "gemma": 1,
        "-": 2,
    }
    assert {name: group.rows for name, group in tally.by_role.items()} == {
        "developer": 4,
        "modifier": 3,
        "host": 4,
    }


def test_a_verdict_table_is_counted_again(found: Surveyed, table: Path) -> None:
    from weighbridge.report.survey_json import tally_json
    from weighbridge.survey.unpack import tally_of

    again = tally_of(table.parent / "verdicts.parquet")
    assert tally_json(again) == tally_json(found.judged.tally)


def test_what_would_settle_most_is_asked_of_open_rows(found: Surveyed) -> None:
    from weighbridge.survey.wanted import wanted_facts

    wanted = wanted_facts(found.run.frame.law, found.judged.tally, found.run.facts_of)
    counts = [each.verdicts for each in wanted]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 5
    vocabulary = shipped_law().vocabulary
    assert all(vocabulary[each.key.partition("[")[0]].question for each in wanted)
    row = found.run.row(1)
    assert row["release"] == "tuned"
    assert row["training_compute_low"] == row["training_compute_high"] == 1.5e24


def test_named_columns(found: Surveyed, table: Path, tmp_path: Path) -> None:
    from weighbridge.survey.unpack import write_wide
    from weighbridge.text.errors import InputError

    packed, to = table.parent / "verdicts.parquet", tmp_path / "wide.parquet"
    rule = "eu/ai-act/53.1.a"
    assert write_wide(packed, to, [rule]) == 2
    wide = pq.read_table(to)
    about = wide.schema.metadata
    assert b"weighbridge.survey" in about
    assert b"weighbridge" not in about
    assert wide.column_names == [
        *("release", "actor", "role", "weights_licence"),
        *(f"{rule} developer", f"{rule} developer in force"),
        *(f"{rule} modifier", f"{rule} modifier in force"),
    ]
    told = wide.column(f"{rule} developer").to_pylist()
    held = [verdicts.get((rule, "developer")) for verdicts in found.verdicts]
    assert [told[at] for at, each in enumerate(held) if each] == [each[0] for each in held if each]
    assert {True, False, None} >= set(told) >= {True, None}
    with pytest.raises(InputError) as error:
        write_wide(packed, to, ["eu/ai-act/53.1.aa"])
    assert str(error.value) == (
        "the table has no verdicts of `eu/ai-act/53.1.aa`\n  help: did you mean `eu/ai-act/53.1.a`?"
    )


def test_duckdb_reads_a_verdict_table(found: Surveyed, table: Path) -> None:
    from weighbridge.survey.unpack import column_name, to_sql

    duckdb = needed("duckdb", "duckdb")
    with duckdb.connect() as database:
        database.execute(to_sql(table.parent / "verdicts.parquet"))
        rows = database.sql("select * from verdicts").to_arrow_table().to_pylist()
    assert len(rows) == len(found.rows)
    for question in found.judged.tally.questions:
        key = (question["rule"], question["role"])
        for row, verdicts in zip(rows, found.verdicts, strict=True):
            if key in verdicts:
                assert row[column_name(question)] is verdicts[key][0], key


def test_who_flips_between_two_days(table: Path, tmp_path: Path) -> None:
    from weighbridge.survey.flips import flips

    days = [read_day(text).toordinal() for text in ("2025-08-01", "2025-08-02")]
    tables, verdicts = [], []
    for day in days:
        folder = tmp_path / str(day)
        folder.mkdir()
        found = judge(table, asked("EU", roles=("developer",), day=day), folder)
        tables.append(folder / "verdicts.parquet")
        verdicts.append(found.verdicts)
    found_flips = {each.rule: each for each in flips(*tables)}
    expected = {}
    for key in verdicts[0][0]:
        pairs = [(_state(a.get(key)), _state(b.get(key))) for a, b in zip(*verdicts, strict=True)]
        changed = [(a, b) for a, b in pairs if a != b]
        if changed:
            expected[key[0]] = {pair: changed.count(pair) for pair in changed}
    assert {rule: each.counts for rule, each in found_flips.items()} == expected
    assert found_flips["eu/ai-act/53.1.a"].names["not", "owes"] == ["big"]
    assert flips(tables[0], tables[0]) == ()


def _state(verdict: tuple[bool | None, bool | None] | None) -> str:
    if verdict is None or False in verdict:
        return "not"
    return "owes" if verdict == (True, True) else "may"


def test_what_may_come_to_be_known_is_told_first(found: Surveyed) -> None:
    from weighbridge.survey.knowledge import knowledge_notes

    law = shipped_law()
    answers = found.run.frame.law.answers
    notes = knowledge_notes(law, read_knowing(law), answers, found.judged.tally, DAY)
    by_id = {note.knowing.id: note for note in notes}
    told = by_id["most-capable-models"]
    assert told.rules == ("eu/ai-act/52.1",)
    assert [(clock.rule, clock.days) for clock in told.clocks] == [("eu/ai-act/52.1", 14)]
    assert told.applies >= 1
    assert "unlawful-uploads" in by_id
    own = [each for each in read_knowing(law) if each.id == "unlawful-uploads"]
    others = tuple(answer for answer in answers if answer.row.role != "host")
    assert knowledge_notes(law, own, others, found.judged.tally, DAY) == ()


def test_all_facts_that_are_knowledge_are_named() -> None:
    law = shipped_law()
    named = {name for each in read_knowing(law) for name in each.facts}
    knowledge = {
        fact.name
        for fact in law.vocabulary
        if not fact.legal and fact.name.startswith(("knows_", "suspects_"))
    }
    assert knowledge <= named
    by_event = {
        rule.id
        for rule in law.bindings
        if rule.binding is not None
        and rule.kind != "practice"
        and ("know" in rule.binding.event)
        and rule.binding.due in ("within", "only-if")
    }
    assert by_event == {id_ for each in read_knowing(law) for id_ in each.rules}


def test_the_metadata_says_what_was_asked(found: Surveyed, table: Path) -> None:
    schema = pq.read_schema(table.parent / "verdicts.parquet")
    about = json.loads(schema.metadata[b"weighbridge.survey"])
    assert about["input"] == found.run.opened.sha256
    assert about["question"]["as_of"] == DAY
    assert json.loads(schema.metadata[b"weighbridge"])["law"] == shipped_law().hash
