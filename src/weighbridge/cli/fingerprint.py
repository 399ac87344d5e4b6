"""``weighbridge fingerprint``: a small digest of weights, and the releases of an index near it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weighbridge.cli.options import (
    Output,
    TextOrJson,
    chosen_format,
    examples,
    new_app,
    on_this_machine,
)
from weighbridge.text.errors import InputError, WeighbridgeError
from weighbridge.text.extras import need

if TYPE_CHECKING:
    from weighbridge.release.fingerprint.index import Adding, Entry
    from weighbridge.report.fingerprint_lines import Found

_SHOWN = 10
_ERASE = "\r\x1b[K"
app = new_app()


@app.command(
    epilog=examples(
        "weighbridge fingerprint my-model",
        "weighbridge fingerprint my-model --index known.wbf",
        "weighbridge fingerprint my-model --index known.wbf --add --name org/my-model",
        "weighbridge fingerprint mirror --index known.wbf --add",
    )
)
def fingerprint(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH",
            help="A release folder or a file of weights; with --add a folder of releases too.",
            show_default=False,
        ),
    ],
    index: Annotated[
        Path | None,
        typer.Option(
            "--index",
            metavar="FILE",
            help="Fingerprints to search for the nearest.",
        ),
    ] = None,
    add: Annotated[
        bool, typer.Option("--add", help="Add to the index; what is in it already is passed over.")
    ] = False,
    name: Annotated[
        str | None,
        typer.Option(
            "--name",
            metavar="NAME",
            help="Its name in the index; by default that of the folder or file.",
        ),
    ] = None,
    format: TextOrJson = "text",
    output: Output = None,
) -> int:
    """Write the fingerprint of a release's weights and find the releases that share them.

    A few hundred bytes stand for the weights, whatever format they are stored in; a sample of them
    is read, never run. Nearness is measured on the sample: `weighbridge lineage` compares all of
    the weights. Exit status: 0 done, 2 a release could not be read or the call is at fault,
    130 interrupted.
    """
    form = chosen_format(format, ("text", "json"))
    if index is None and (add or name is not None):
        raise InputError("`--add` and `--name` need an index", help="name its file with --index")
    on_this_machine(path)
    need("numpy", "a fingerprint of weights", "lineage")
    from weighbridge.release.fingerprint.several import releases_below

    if add and index is not None:
        several = releases_below(path)
        if several and name is not None:
            raise InputError(
                "`--name` is for one release", help="several are named as their folders"
            )
        if several:
            return _add_all(several, index)
    _show(_found(path, index, add, name), form, output)
    return 0


def _show(found: Found, form: str, output: Path | None) -> None:
    from weighbridge.cli.output import emit
    from weighbridge.report.fingerprint_lines import to_json, to_lines

    if form == "json":
        from weighbridge.report.json import dumps

        emit(dumps(to_json(found)), output)
    else:
        emit(to_lines(found), output)


def _found(path: Path, index: Path | None, add: bool, name: str | None) -> Found:
    """Return the fingerprint of one release, what is near it, and whether it was added."""
    from weighbridge.release.fingerprint.index import Adding, Index
    from weighbridge.release.fingerprint.search import search
    from weighbridge.report.fingerprint_lines import Found

    entry, left_out = _entry(path, name)
    if index is None:
        return Found(entry.name, entry.fingerprint, left_out)
    added = None
    if add:
        with Adding(index) as adding:
            added = adding.add(entry)
    with Index(index) as opened:
        among = len(opened) - (add and 1)
        matches = [
            m for m in search(opened, entry.fingerprint, 11) if not add or m.name != entry.name
        ]
        return Found(entry.name, entry.fingerprint, left_out, among, matches[:10], added)


def _entry(path: Path, name: str | None) -> tuple[Entry, tuple[str, ...]]:
    from weighbridge.release.fingerprint.index import Entry
    from weighbridge.release.fingerprint.take import take_fingerprint
    from weighbridge.release.lineage.opening import open_checkpoint

    with open_checkpoint(path) as checkpoint:
        taken = take_fingerprint(checkpoint)
        parameters = sum(held.elements for held in checkpoint.held.values())
        return Entry(name or checkpoint.name, parameters, taken), checkpoint.left_out


def _add_all(several: list[tuple[str, Path]], index: Path) -> int:
    """Add releases one by one; what was added stays so if this is interrupted."""
    from weighbridge.release.fingerprint.index import Adding

    counts = {"added": 0, "in the index already": 0, "not read": 0}
    with Adding(index) as adding:
        for at, (name, path) in enumerate(several, 1):
            counts[_add_one(adding, name, path)] += 1
            if sys.stderr.isatty():
                sys.stderr.write(f"{_ERASE}{at:,} of {len(several):,} releases")
                sys.stderr.flush()
    if sys.stderr.isatty():
        sys.stderr.write(_ERASE)
    shown = ", ".join(f"{count:,} {what}" for what, count in counts.items())
    sys.stdout.write(f"{len(several):,} releases: {shown}\n")
    return 2 if counts["not read"] else 0


def _add_one(adding: Adding, name: str, path: Path) -> str:
    if name in adding:
        return "in the index already"
    try:
        entry, _ = _entry(path, name)
        adding.add(entry)
    except WeighbridgeError as error:
        from weighbridge.report.blocks import printable

        first = str(error).split("\n", 1)[0]
        sys.stderr.write(f"not read: {printable(name)}: {printable(first)}\n")
        return "not read"
    return "added"
