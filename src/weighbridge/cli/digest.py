"""``weighbridge digest``: SHA-256 of every file and of the whole release."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from weighbridge.cli.options import Output, TextOrJson, chosen_format, examples, new_app

_ERASE = "\r\x1b[K"
app = new_app()


@app.command(
    epilog=examples(
        "weighbridge digest .",
        "weighbridge digest my-model -o my-model.sha256",
        "weighbridge digest my-model --certain --format json",
    )
)
def digest(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A release folder or a file.", show_default=False)
    ],
    certain: Annotated[
        bool, typer.Option("--certain", help="Read every byte; trust no earlier reading.")
    ] = False,
    format: TextOrJson = "text",
    output: Output = None,
) -> int:
    """Write the SHA-256 of every file as `sha256sum -c` reads it, and those of the whole release.

    `release` is over every byte, names and sizes; `manifest` is what an OpenSSF model signature
    stands on. Exit status: 0 done, 2 a file could not be read or the call is at fault,
    130 interrupted.
    """
    form = chosen_format(format, ("text", "json"))
    from weighbridge.cli.output import emit
    from weighbridge.release.digests import digest_path
    from weighbridge.report.digest_lines import not_read, to_json, to_lines

    try:
        found = digest_path(path, certain=certain, progress=_tell if _is_watched() else None)
    finally:
        if _is_watched():
            sys.stderr.write(_ERASE)
    if form == "json":
        from weighbridge.report.json import dumps

        emit(dumps(to_json(found)), output)
    else:
        emit(to_lines(found), output)
    if found.refused:
        sys.stderr.write(f"no manifest: {found.refused}\n")
    for name, reason in not_read(found):
        sys.stderr.write(f"not read: {name}: {reason}\n")
    return 0 if found.complete else 2


def _is_watched() -> bool:
    return sys.stderr.isatty()


def _tell(done: int, total: int) -> None:
    sys.stderr.write(f"{_ERASE}{done / 1e6:,.0f} of {total / 1e6:,.0f} MB")
    sys.stderr.flush()
