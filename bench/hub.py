"""Three million synthetic rows shaped like the Hub's, judged by every rule: Parquet to Parquet.

``python -m bench.hub TABLE`` writes the table, ``python -m bench.hub TABLE VERDICTS`` judges it for
developer and host by the engine alone and prints seconds and what was left of the rules. What
``weighbridge survey TABLE --role developer --role host --verdicts VERDICTS`` does counts besides.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

ROWS = 3_000_000
GROUP = 262_144
# The share of cells that are known, as in metadata of the Hub: a few columns nearly always, most
# of them for one model in ten or fewer.
KNOWN = {
    "weights_public": 0.99,
    "use_field": 0.1,
    "free_open_licence": 0.6,
    "has_base_model": 0.45,
    "params_total": 0.3,
    "params_active": 0.02,
    "training_tokens": 0.02,
    "training_compute_low": 0.05,
    "training_compute_high": 0.05,
    "base_compute": 0.04,
    "modification_compute": 0.03,
    "release_date": 0.9,
    "model_first_available__EU": 0.3,
    "placed_on_market__EU": 0.2,
    "architecture_public": 0.55,
    "usage_info_public": 0.5,
    "outputs_text": 0.7,
    "outputs_image": 0.7,
    "outputs_audio": 0.7,
    "outputs_video": 0.7,
    "monetised": 0.05,
    "users": 0.02,
    "revenue": 0.02,
    "actor_size": 0.1,
}


def write_table(path: Path, rows: int = ROWS) -> Path:
    """Write the table, 24 columns of facts, the name of each model and of who publishes it."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from weighbridge.reason.columns import Table
    from weighbridge.rules.store import load_law

    columns = Table(load_law(), KNOWN).columns
    random = np.random.default_rng(1)

    def column(name: str, count: int) -> Any:
        fact, mask = columns[name].fact, random.random(count) > KNOWN[name]
        if fact.is_boolean:
            return pa.array(random.random(count) < 0.4, mask=mask)
        if fact.is_date:
            days = random.integers(18_000, 20_800, count, dtype=np.int32)
            return pa.array(days, pa.int32(), mask=mask).cast(pa.date32())
        if fact.is_numeric:
            return pa.array(10 ** random.uniform(3, 27, count), mask=mask)
        codes = pa.array(random.integers(0, len(fact.values), count, dtype=np.int8), mask=mask)
        return pa.DictionaryArray.from_arrays(codes, pa.array(sorted(fact.values)))

    writer = None
    for start in range(0, rows, GROUP):
        count = min(GROUP, rows - start)
        places = range(start, start + count)
        cells = {"release": pa.array([f"org-{at // 12}/model-{at}" for at in places])}
        cells["actor"] = pa.array([f"org-{at // 12}" for at in places])
        cells |= {name: column(name, count) for name in KNOWN}
        table = pa.table(cells)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer is not None:
        writer.close()
    return path


def judge_table(source: Path, to: Path) -> dict[str, Any]:
    """Judge every row by every rule for developer and host; return seconds and the report."""
    import pyarrow.parquet as pq

    from weighbridge.assess.assessment import Actor
    from weighbridge.assess.rows import RowMaker
    from weighbridge.facts.values import read_day
    from weighbridge.reason import Case
    from weighbridge.reason.columns import Table, specialise
    from weighbridge.reason.planes.packed import Packer
    from weighbridge.reason.planes.stream import write_packed
    from weighbridge.rules.store import load_law

    start = time.perf_counter()
    law = load_law()
    day = read_day(law.read_on).toordinal()
    maker = RowMaker(law, Case(law, {}), day)
    actors = [Actor("-", ("developer", "host"))]
    asked = [
        (rule, row) for rule in maker.rules(law.markets) for row in maker.rows(rule, actors, ("-",))
    ]
    special = specialise(Table(law, pq.read_schema(source).names), asked, day)
    ready = time.perf_counter()
    rows = write_packed(source, to, Packer(special, keep=("release",)))
    report = special.report() | {"rows": rows}
    report["specialise"] = round(ready - start, 2)
    report["judge"] = round(time.perf_counter() - ready, 2)
    return report


def main() -> None:
    """Write a table, or judge one."""
    paths = [Path(each) for each in sys.argv[1:]]
    if len(paths) == 1:
        write_table(paths[0])
    else:
        print(json.dumps(judge_table(*paths)))


if __name__ == "__main__":
    main()
