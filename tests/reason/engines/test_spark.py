"""Spark, for real and in local mode: SQL and the planes in its workers agree with the reference."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

from tests.extras import needed
from tests.law.judged import shipped_law
from tests.reason.engines.engines import DOUBTS, Engine, Task, by_planes, by_sql, differences
from tests.reason.engines.spark import frame_of, on_spark, session
from tests.reason.engines.tables import ABOVE, BELOW, Maker, arrow_table, fact_types
from tests.reason.engines.test_packs import task
from tests.reason.engines.test_random_laws import PLAIN
from tests.reason.laws import TODAY, law, rule
from weighbridge.reason import Row

pytestmark = [pytest.mark.extra, pytest.mark.slow]
pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
SPARK = Engine(
    "spark", lambda task: by_sql(task, "spark", on_spark), ("pyspark", "pyarrow"), 1, DOUBTS
)


@pytest.fixture(scope="module", autouse=True)
def _spark() -> None:
    session()


def test_every_kind_of_leaf_on_rows_near_every_threshold() -> None:
    rules = [rule(str(at), when=leaf) for at, leaf in enumerate(PLAIN)]
    whole = law(*rules)
    maker = Maker(whole, fact_types(whole, legal=True), ["EU"], 3)
    data = arrow_table(maker.columns, maker.rows(300, 0.8, odd=0.1))
    asked = [(each, Row(market="EU")) for each in whole.rules]
    assert differences(SPARK, Task(whole, data, asked, TODAY)) == []


def test_a_threshold_to_the_last_bit() -> None:
    whole = law(rule("1", when="x > ten"), rule("2", when="x >= ten"), rule("3", when="x == ten"))
    data = pa.table({"x": [BELOW, 10.0, ABOVE, None, float("nan"), float("inf")]})
    asked = [(each, Row()) for each in whole.rules]
    assert differences(SPARK, Task(whole, data, asked, TODAY)) == []


@pytest.mark.parametrize("seed", [1, 3])
def test_a_sample_of_all_packs(seed: int) -> None:
    asked = task(shipped_law(), seed, columns=30, rows=60, asked=80)
    assert differences(SPARK, asked) == []


def words_of(rows: Any) -> Any:
    """Return packed words, signed as Spark has them, as the words they are."""
    columns = {
        name: rows.column(name).combine_chunks().view(pa.uint64())
        for name in rows.schema.names
        if name != "row"
    }
    return pa.record_batch(columns)


def check_words(asked: Task, rows: Any) -> None:
    from weighbridge.reason.planes.packed import Packer, unpacked

    found = by_planes(asked).found
    for at, each in enumerate(Packer(asked.specialised).rows):
        got = unpacked(words_of(rows), each["applies"]).to_pylist()
        assert got == [applies for applies, _ in found[at]]


def numbered(asked: Task) -> Any:
    return asked.data.append_column("row", pa.array(range(asked.data.num_rows), pa.int64()))


def test_what_workers_are_sent_judges_as_it_did_here() -> None:
    from pyspark import cloudpickle

    from weighbridge.reason.planes.packed import Packer
    from weighbridge.reason.sql.spark import _mapper

    asked = task(shipped_law(), 7, columns=30, rows=500, asked=60)
    sent = cloudpickle.dumps(_mapper(Packer(asked.specialised, keep=["row"])))
    batches = numbered(asked).to_batches(max_chunksize=170)
    check_words(asked, pa.Table.from_batches(list(cloudpickle.loads(sent)(batches))))


def test_the_planes_run_in_its_workers(tmp_path: Path) -> None:
    from weighbridge.reason.sql.spark import packed_frame

    needed("pandas", "pandas, for which Spark's functions over Arrow ask,")
    asked = task(shipped_law(), 7, columns=30, rows=500, asked=60)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = frame_of(numbered(asked), tmp_path)
        rows = packed_frame(frame, asked.specialised, keep=["row"]).orderBy("row").toArrow()
    check_words(asked, rows)
