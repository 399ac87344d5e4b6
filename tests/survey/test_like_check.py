"""A row that is surveyed gets what `check` says of it: shared tables, and all kinds of columns."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.extras import needed
from tests.law.judged import shipped_law
from tests.reason.engines.tables import Maker, arrow_table, fact_types
from tests.survey.making import DATA, asked, checked, judge

pytestmark = pytest.mark.extra
needed("numpy", "numpy")
pq: Any = needed("pyarrow.parquet", "pyarrow")
SAMPLE = 4
TABLES = (
    ("epoch", "epoch_notable_2026-07-23.csv.gz"),
    ("epoch", "epoch_all_2025-04-23.csv.gz"),
    ("hub", "hf_hub_llmfit_2026-05-12.csv.gz"),
    ("openness", "mot_models_2026-05-11.csv.gz"),
)


@pytest.mark.parametrize(("form", "name"), TABLES, ids=[name for _, name in TABLES])
def test_the_shared_tables(form: str, name: str, tmp_path: Path) -> None:
    from weighbridge.survey.importers import import_table

    if not DATA.is_dir():
        pytest.skip("the shared tables (../shared/data) are not beside this checkout")
    opened = import_table(str(DATA / name), form, shipped_law(), tmp_path)
    table = pq.read_table(opened.path)
    question = asked("EU", "US-CA")
    found = judge(opened.path, question, tmp_path)
    rows = table.to_pylist()
    assert len(found.verdicts) == len(rows) > 200
    for at in sorted(Random(name).sample(range(len(rows)), SAMPLE)):
        assert found.verdicts[at] == checked(rows[at], question), rows[at]["release"]


@pytest.mark.parametrize("seed", range(2))
def test_random_tables(seed: int, tmp_path: Path) -> None:
    law = shipped_law()
    facts = [fact for fact in fact_types(law, legal=False) if not fact.legal]
    related = [each for each in facts if each.sums or each.shown_by or each.told_by]
    names = {each.name for each in related}
    names |= {part for each in related for parts in each.sums for part in parts}
    names |= {name for each in related for told in each.told_by.values() for name in told}
    chosen = Random(seed).sample([each for each in facts if each.name in names], 14)
    chosen += Random(seed).sample([each for each in facts if each.name not in names], 10)
    maker = Maker(law, chosen, ("EU",), seed)
    rows = maker.rows(5, 0.5, odd=0)
    import pyarrow as pa

    table = arrow_table(maker.columns, rows)
    table = table.append_column("release", pa.array([f"r{at}" for at in range(len(rows))]))
    path = tmp_path / "table.parquet"
    pq.write_table(table, path)
    question = asked("EU", roles=("developer", "host", "deployer"))
    found = judge(path, question, tmp_path)
    for row, verdicts in zip(table.to_pylist(), found.verdicts, strict=True):
        for name in list(row):
            if name.endswith("_low") and _crossed(row, name):
                row[name] = row[name.removesuffix("_low") + "_high"] = None
        assert verdicts == checked(row, question), row["release"]


def _crossed(row: dict[str, Any], low: str) -> bool:
    one, two = row[low], row.get(low.removesuffix("_low") + "_high")
    return one is not None and two is not None and bool(one > two)
