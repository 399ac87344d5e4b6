"""``weighbridge scan``: what could go wrong when the files of a release are loaded."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weighbridge.cli.options import (
    FORMATS_WITH_SARIF,
    FormatWithSarif,
    Output,
    chosen_format,
    examples,
    new_app,
)
from weighbridge.text.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from weighbridge.release.hazards.whole import PathReport

FailOn = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-on",
        metavar="VERDICT",
        help="End with status 1 where a file has this verdict (dangerous, 'unlisted callables', "
        "'known library objects', 'tensor data only', inert, 'not fully read' or broken), or on "
        "any finding and anything not opened: any; repeat.",
    ),
]
app = new_app()
_REACHED = 1
_EVERY = 64


@app.command(
    epilog=examples(
        "weighbridge scan .",
        "weighbridge scan model.ckpt --fail-on dangerous",
        "weighbridge scan my-model --format sarif -o scan.sarif",
        "weighbridge scan my-model --fail-on dangerous --fail-on 'not fully read'",
    )
)
def scan(
    path: Annotated[
        Path,
        typer.Argument(metavar="PATH", help="A folder or one file.", show_default=False),
    ],
    fail_on: FailOn = None,
    format: FormatWithSarif = "text",
    output: Output = None,
) -> int:
    """Say of every file at or below PATH what loading it could do; nothing is loaded or run.

    Exit status: 0 done, 1 a gate was reached, 2 the input or the call is at fault,
    130 interrupted.
    """
    form, gates = chosen_format(format, FORMATS_WITH_SARIF), _chosen_gates(fail_on)
    from weighbridge.release.hazards.whole import scan_path

    progress = _Progress() if sys.stderr.isatty() else None
    try:
        report = scan_path(path, progress)
    finally:
        if progress is not None:
            progress.done()
    _write(report, form, output)
    return _status(report, gates)


def _chosen_gates(names: list[str] | None) -> tuple[str, ...]:
    from weighbridge.release.hazards.whole import GATES

    for name in names or ():
        if name not in GATES:
            hint = did_you_mean(name, GATES) or f"one of {', '.join(GATES)}"
            raise InputError(f"unknown verdict `{name[:60]}`", help=hint)
    return tuple(dict.fromkeys(names or ()))


def _write(report: PathReport, form: str, output: Path | None) -> None:
    from weighbridge import __version__
    from weighbridge.cli.output import emit, show_page

    if form == "json":
        from weighbridge.report.json import dumps

        emit(dumps(report.to_json(__version__)), output)
    elif form == "sarif":
        from weighbridge.report.json import dumps
        from weighbridge.report.scan_sarif import scan_sarif

        emit(dumps(scan_sarif(report)), output)
    else:
        from weighbridge.report.scan_page import scan_page

        show_page(scan_page(report), form, output)


def _status(report: PathReport, gates: tuple[str, ...]) -> int:
    """Say on standard error which gates are reached, and return the exit status."""
    from weighbridge.report.blocks import printable

    status = 0
    for gate in gates:
        paths = report.reaches(gate)
        if paths:
            status = _REACHED
            rest = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
            sys.stderr.write(f"weighbridge: gate {gate} reached: {printable(paths[0])}{rest}\n")
    return status


class _Progress:
    """One line on a terminal that says how far the scan is, told anew now and then."""

    def __call__(self, done: int, files: int, path: str) -> None:
        if done % _EVERY == 0:
            from weighbridge.report.blocks import cut, printable

            name = cut(printable(path), 50)
            sys.stderr.write(f"\r\x1b[Kscanned {done:,} of {files:,} files: {name}")
            sys.stderr.flush()

    def done(self) -> None:
        """Take the line away."""
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
