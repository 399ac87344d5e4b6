"""A folder of release folders as a table: each is read as ``check`` reads it, several at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from weighbridge.assess.declaration import own_declaration
from weighbridge.assess.derive import derive_facts
from weighbridge.assess.resolve import resolve
from weighbridge.facts import FactType, Range, Value, Vocabulary
from weighbridge.facts.keys import name_of, words_of
from weighbridge.reason.columns import Table
from weighbridge.rules.law import Law
from weighbridge.survey.cells import Bad, BadCells, arrow_type
from weighbridge.survey.contract import ACTOR, RELEASE, ROLE
from weighbridge.text.errors import InputError, WeighbridgeError

_DEEPEST = 4
_Row = dict[str, Any]


class _Read(NamedTuple):
    """The rows of one release, or why it could not be read."""

    rows: list[_Row]
    why: str


def release_folders(top: Path) -> Iterator[Path]:
    """Yield the folders below ``top`` that are releases, sorted: those that hold a file."""
    yield from _releases(top, _DEEPEST)


def _releases(folder: Path, depth: int) -> Iterator[Path]:
    for each in sorted(folder.iterdir()):
        if each.name.startswith(".") or each.is_symlink() or not each.is_dir():
            continue
        if any(inside.is_file() for inside in each.iterdir()):
            yield each
        elif depth:
            yield from _releases(each, depth - 1)


def write_folder(top: Path, law: Law, to: Path, bad: BadCells) -> None:
    """Write what was read of all releases below a folder as Parquet in the form of the contract.

    Raises :class:`InputError` where there is none. One that cannot be read is told.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    folders = list(release_folders(top))
    if not folders:
        raise InputError(f"no release folders in `{top}`", help="a release is a folder with files")
    rows: list[_Row] = []
    for number, (folder, read) in enumerate(zip(folders, _all(folders, law), strict=True), 1):
        if read.why:
            name = folder.relative_to(top).as_posix()
            bad.add(Bad(number, "", f"`{name}`: {read.why}: the row is left out"))
        for row in read.rows:
            rows.append(row | {RELEASE: folder.relative_to(top).as_posix()})
    names = [name for name in _columns(law) if any(name in row for row in rows)]
    table = Table(law, names)
    kinds = [(name, pa.string()) for name in (RELEASE, ACTOR, ROLE)]
    kinds += [(name, arrow_type(table.columns[name])) for name in names]
    pq.write_table(pa.Table.from_pylist(rows, pa.schema(kinds)), to)


def _columns(law: Law) -> Iterator[str]:
    """Yield the columns that a release can fill, in the order of the vocabulary."""
    for fact in law.vocabulary:
        if fact.subject in ("role", "step"):
            continue
        for ending in ("_low", "_high") if fact.is_numeric else ("",):
            yield f"{fact.name}{ending}"
            yield from (f"{fact.name}{ending}__{market}" for market in law.markets)


def _all(folders: Sequence[Path], law: Law) -> Iterator[_Read]:
    workers = min(len(folders), os.cpu_count() or 1)
    if workers == 1:
        _take(law.vocabulary, law.markets)
        yield from map(_read, folders)
        return
    with ProcessPoolExecutor(
        workers, get_context("spawn"), _take, (law.vocabulary, law.markets)
    ) as pool:
        yield from pool.map(_read, folders)


_own: tuple[Vocabulary, tuple[str, ...]] | None = None


def _take(vocabulary: Vocabulary, markets: tuple[str, ...]) -> None:
    """Keep what a process needs for all the folders it reads."""
    global _own
    _own = vocabulary, markets


def _read(folder: Path) -> _Read:
    from weighbridge.release.reader import read_release

    assert _own is not None
    vocabulary, markets = _own
    try:
        facts = list(read_release(folder).facts)
        declared = own_declaration(folder, vocabulary)
        settlements = declared.settlements if declared else []
        facts += declared.facts if declared else []
        known, _ = resolve(vocabulary, facts, [], settlements)
        known = derive_facts(vocabulary, known)
    except (WeighbridgeError, OSError) as error:
        return _Read([], str(error).split("\n")[0])
    values = {key: fact.value for key, fact in known.items() if fact.value is not None}
    actors = declared.actors if declared else []
    named: list[tuple[str, tuple[str, ...]]] = [(each.id, each.roles) for each in actors]
    return _Read([_row(values, vocabulary, markets, *each) for each in named or [("", ())]], "")


def _row(
    values: Mapping[str, Value],
    vocabulary: Vocabulary,
    markets: tuple[str, ...],
    actor: str,
    roles: tuple[str, ...],
) -> _Row:
    """Return the cells of one actor; what is known of another, or of one use alone, is left out."""
    row: _Row = {ACTOR: actor or None, ROLE: ",".join(roles) or None}
    for key, value in values.items():
        words = [word for word in words_of(key) if word != actor]
        if any(word not in markets for word in words) or len(words) > 1:
            continue
        own = actor in words_of(key)
        market = f"__{words[0]}" if words else ""
        for name, cell in _cells(vocabulary[name_of(key)], value):
            if own or name + market not in row:
                row[name + market] = cell
    return row


def _cells(fact: FactType, value: Value) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Range):
        for ending, end in (("_low", value.low), ("_high", value.high)):
            if end is not None:
                yield f"{fact.name}{ending}", date.fromordinal(int(end)) if fact.is_date else end
    else:
        yield fact.name, value
