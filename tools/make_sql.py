"""Writes the snapshot of the SQL of every pack: ``python tools/make_sql.py``.

A few packs whole, in both dialects, as ``tests/reason/engines/sql/PACK.DIALECT.sql``; of all the
SHA-256, in ``sha256.txt`` beside them, so that a change of any shows in a review. No database is
needed: the emitter writes text.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from weighbridge.facts.values import read_day
from weighbridge.reason import Row
from weighbridge.reason.columns import Question, Table, specialise
from weighbridge.reason.sql import DIALECTS, Dialect, Query
from weighbridge.rules import Law
from weighbridge.rules.compile import compile_law
from weighbridge.rules.sources import LAW_FOLDER

FOLDER = Path(__file__).parent.parent / "tests" / "reason" / "engines" / "sql"
WHOLE = (
    "us/take-it-down",
    "us-ca/sb-53",
    "eu/training-summary",
    "licence/llama-3.1",
    "cn/labelling",
)


def sql_of(law: Law, pack: str, dialect: Dialect) -> str:
    """Return the SQL of a pack's rules over a table with a column for each everyday fact."""
    day = read_day(law.read_on).toordinal()
    asked = questions(law, pack, day)
    bearing = {key.partition("[")[0] for each in _answers(law, asked, day) for key in each}
    facts = [law.vocabulary[name] for name in sorted(bearing)]
    names = [fact.name for fact in facts if not fact.legal and fact.subject != "role"]
    special = specialise(Table(law, names), asked, day, tries=0)
    pairs = {f"{each.rule.key} {each.row.role}": each.pair for each in special.answers}
    return Query(special, pairs, dialect=dialect).sql("facts") + "\n"


def questions(law: Law, pack: str, day: int) -> list[Question]:
    """Return the rules of a pack for each role that can be their addressee."""
    asked = []
    for id_ in dict.fromkeys(rule.id for rule in law.bindings if rule.pack == pack):
        rule = law.version(id_, day)
        assert rule.binding is not None
        term = law.packs[pack].addressee(rule.binding.addressee, rule.object)
        roles = term.roles if term else ()
        asked += [(rule, Row(role=role, market=law.packs[pack].market)) for role in roles]
    return asked


def _answers(law: Law, asked: list[Question], day: int) -> list[tuple[str, ...]]:
    return [each.facts for each in specialise(Table(law, ()), asked, day, tries=0).answers]


def snapshots(law: Law) -> dict[str, str]:
    """Return the files of the snapshot by name."""
    files: dict[str, str] = {}
    hashes = []
    for pack in sorted({rule.pack for rule in law.bindings}):
        for dialect in DIALECTS.values():
            text = sql_of(law, pack, dialect)
            hashes.append(f"{sha256(text.encode()).hexdigest()}  {pack} {dialect.name}\n")
            if pack in WHOLE:
                files[f"{pack.replace('/', '.')}.{dialect.name}.sql"] = text
    return files | {"sha256.txt": "".join(hashes)}


def main() -> None:
    """Write the snapshot and remove what is no longer part of it."""
    FOLDER.mkdir(exist_ok=True)
    files = snapshots(compile_law([LAW_FOLDER]))
    for path in sorted(FOLDER.iterdir()):
        if path.name not in files:
            path.unlink()
    for name, text in files.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    print(f"wrote {len(files)} files to {FOLDER}")


if __name__ == "__main__":
    main()
