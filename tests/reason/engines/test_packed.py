"""Packed verdicts read back as they were, from batches that begin anywhere, by NumPy and DuckDB."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.extras import needed
from tests.law.judged import shipped_law
from tests.reason.engines.engines import Task, by_planes
from tests.reason.engines.test_packs import task

pytestmark = pytest.mark.extra
np = pytest.importorskip("numpy", reason="numpy is not installed")
pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")


@pytest.fixture(scope="module")
def asked() -> Task:
    return task(shipped_law(), 7, columns=30, rows=150, asked=60)


def test_planes_are_turned_into_words() -> None:
    from weighbridge.reason.planes.arrow import packed
    from weighbridge.reason.planes.packed import transposed

    bits = np.random.default_rng(1).random((64, 200)) < 0.5
    words = transposed([packed(row, 200) for row in bits], 200)
    assert words.dtype == np.uint64
    for row in (0, 1, 63, 64, 127, 199):
        assert [bool(int(words[row]) >> plane & 1) for plane in range(64)] == bits[:, row].tolist()


def test_a_batch_may_begin_anywhere(asked: Task) -> None:
    from weighbridge.reason.planes import Planes

    law = asked.specialised
    engine = Planes(law)
    batch = asked.data.combine_chunks().to_batches()[0]
    whole = engine.judge(batch)
    for start, count in ((0, 150), (1, 70), (8, 64), (63, 65), (64, 86), (149, 1)):
        part = engine.judge(batch.slice(start, count))
        for answer in law.answers:
            assert part.applies(answer) == whole.applies(answer).slice(start, count)


def test_what_is_packed_reads_back(asked: Task, tmp_path: Path) -> None:
    from weighbridge.reason.planes.packed import Packer, metadata_of, unpacked
    from weighbridge.reason.planes.stream import write_packed

    result = by_planes(asked)
    names = pa.array([f"model-{at}" for at in range(asked.data.num_rows)])
    source, to = tmp_path / "table.parquet", tmp_path / "verdicts.parquet"
    pq.write_table(asked.data.append_column("name", names), source, row_group_size=70)
    packer = Packer(asked.specialised, keep=("name",))
    assert write_packed(source, to, packer, rows=64) == 150
    read = pq.read_table(to).combine_chunks()
    assert read.column("name").to_pylist() == names.to_pylist()
    described = metadata_of(read.schema)["rows"]
    assert [each["rule"] for each in described] == [rule.id for rule, _ in asked.asked]
    for at, each in enumerate(described):
        found = [applies for applies, _ in result.found[at]]
        assert unpacked(read, each["applies"]).to_pylist() == found
        settled = unpacked(read, each["settled"]).to_pylist()
        wanted = result.settled[at]
        assert [s is True for s, w in zip(settled, wanted, strict=True) if w is not None] == [
            w for w in wanted if w is not None
        ]
        force = [state for _, state in result.found[at]]
        assert unpacked(read, each["in_force"]).to_pylist() == force
    first = to.read_bytes()
    write_packed(source, to, packer, rows=64)
    assert to.read_bytes() == first


def test_duckdb_unpacks_by_a_macro(asked: Task, tmp_path: Path) -> None:
    from weighbridge.reason.planes.packed import MACRO, Packer, metadata_of, unpacked

    duckdb: Any = needed("duckdb", "duckdb")
    packed = pa.Table.from_batches(
        [Packer(asked.specialised).batch(asked.data.combine_chunks().to_batches()[0])]
    )
    with duckdb.connect() as database:
        database.execute(MACRO)
        database.register("packed", packed)
        slots = [each["applies"] for each in metadata_of(packed.schema)["rows"]]
        for slot in [each for each in slots if isinstance(each, int)][:8]:
            query = f"select weighbridge_verdict(verdicts_{slot // 32}, {slot}) from packed"
            found = [row[0] for row in database.execute(query).fetchall()]
            assert found == unpacked(packed.combine_chunks(), slot).to_pylist()


def test_a_column_of_another_type_is_refused() -> None:
    from tests.reason.laws import TODAY, law, rule
    from weighbridge.reason import Row
    from weighbridge.reason.planes import Planes
    from weighbridge.text.errors import InputError

    for leaf, column, cells, wanted in (
        ("a", "a", ["yes"], "column `a` holds string, not yes or no"),
        ("x > ten", "x", ["11"], "column `x` holds string, not numbers"),
        ("day > start", "day", [1.0], "column `day` holds double, not days"),
        ("word in {red}", "word", [1], "column `word` holds int64, not words"),
    ):
        whole = law(rule("1", when=leaf))
        data = pa.table({column: cells})
        task_ = Task(whole, data, [(whole.rules[0], Row())], TODAY)
        with pytest.raises(InputError) as error:
            Planes(task_.specialised).judge(data)
        assert str(error.value) == wanted


@pytest.mark.parametrize("module", ["numpy", "pyarrow"])
def test_without_the_extra_one_line_says_what_to_install(module: str) -> None:
    code = (
        "import sys\n"
        f"sys.modules[{module!r}] = None\n"
        "from weighbridge.text.errors import InputError\n"
        "try:\n    import weighbridge.reason.planes\n"
        "except InputError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == (
        f"a table needs `{module}`, which is not installed\n"
        "  help: pip install 'weighbridge[survey]'\n"
    )


def test_the_core_does_not_import_it() -> None:
    code = (
        "import sys, weighbridge.cli, weighbridge.reason, weighbridge.assess.assess\n"
        "print([each for each in ('numpy', 'pyarrow', 'duckdb', 'pyspark') if each in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
