"""``weighbridge lineage``: what the weights of a release share with those of others."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weighbridge.cli.options import (
    Everything,
    Format,
    Output,
    chosen_format,
    chosen_word,
    examples,
    new_app,
    on_this_machine,
)
from weighbridge.report.blocks import printable
from weighbridge.text.errors import InputError

if TYPE_CHECKING:
    from weighbridge.release.lineage.whole import LineageReport

Bases = Annotated[
    list[Path] | None,
    typer.Option(
        "--base",
        metavar="OTHER",
        help="A release to compare with: a folder or a file of weights; repeat for a merge.",
        show_default=False,
    ),
]
Device = Annotated[
    str,
    typer.Option(
        "--device", metavar="DEVICE", help="cpu, or cuda where PyTorch and a GPU are there."
    ),
]
FailOn = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-on",
        metavar="RELATION",
        help="End with status 1 where the release stands so to a base: unrelated, undecided, "
        "fine-tuned and so on; repeat.",
    ),
]
app = new_app()
_REACHED = 1
_ERASE = "\r\x1b[K"


@app.command(
    epilog=examples(
        "weighbridge lineage my-model --base its-base",
        "weighbridge lineage my-merge --base one --base two --format json -o lineage.json",
        "weighbridge lineage my-model --base its-base --fail-on unrelated --fail-on undecided",
    )
)
def lineage(
    release: Annotated[
        Path,
        typer.Argument(
            metavar="RELEASE", help="The release folder, or a file of weights.", show_default=False
        ),
    ],
    base: Bases = None,
    device: Device = "cpu",
    everything: Everything = False,
    fail_on: FailOn = None,
    format: Format = "text",
    output: Output = None,
) -> int:
    """Say what the weights of a release share with those of others, tensor by tensor.

    The weights are read, never run. What they share is measured; who made which first is not
    something that weights can tell. Exit status: 0 done, 1 a gate was reached, 2 the input or
    the call is at fault, 130 interrupted.
    """
    form = chosen_format(format)
    from weighbridge.release.lineage.relations import Relation

    for gate in fail_on or ():
        chosen_word("--fail-on", gate, [each.value for each in Relation])
    chosen_word("--device", device, ("cpu", "cuda"))
    if not base:
        raise InputError(
            "which base?",
            help="weighbridge lineage RELEASE --base OTHER, for each one it may share",
        )
    on_this_machine(release, *base)
    from weighbridge.text.extras import need

    need("numpy", "comparing weights", "lineage")
    from weighbridge.release.lineage.whole import compare_releases

    progress = _Progress() if sys.stderr.isatty() else None
    try:
        report = compare_releases(release, base, device=device, progress=progress)
    finally:
        if progress is not None:
            sys.stderr.write(_ERASE)
    _write(report, form, everything, output)
    return _status(report, fail_on or [])


def _write(report: LineageReport, form: str, everything: bool, output: Path | None) -> None:
    from weighbridge import __version__
    from weighbridge.cli.output import emit, show_page

    if form == "json":
        from weighbridge.report.json import dumps

        emit(dumps(report.to_json(__version__)), output)
        return
    from weighbridge.report.lineage_page import lineage_page

    show_page(lineage_page(report, everything=everything), form, output)


def _status(report: LineageReport, gates: list[str]) -> int:
    """Say on standard error which gates are reached, and return the exit status."""
    status = 0
    for pair in report.pairs:
        if pair.relation.value in gates:
            status = _REACHED
            shown = printable(pair.base)
            sys.stderr.write(f"weighbridge: gate {pair.relation.value} reached: {shown}\n")
    return status


class _Progress:
    """One line on a terminal that says how far the comparison is."""

    def __call__(self, what: str, done: int, total: int) -> None:
        share = f" {done / 1e9:,.1f} of {total / 1e9:,.1f} GB" if total else ""
        sys.stderr.write(f"{_ERASE}{printable(what[:60])}{share}")
        sys.stderr.flush()
