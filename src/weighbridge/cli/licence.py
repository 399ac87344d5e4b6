"""``weighbridge licence``: which licence a text or a release carries."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from weighbridge.cli.options import (
    Format,
    Output,
    chosen_format,
    examples,
    new_app,
    opened,
    tell_fetched,
)

app = new_app()


@app.command(
    epilog=examples(
        "weighbridge licence .",
        "weighbridge licence my-model/LICENSE --format json",
    )
)
def licence(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH",
            help="A release folder, hf://org/name[@revision] or a licence text.",
            show_default=False,
        ),
    ],
    format: Format = "text",
    output: Output = None,
) -> None:
    """Say which licence a text or a release carries, and the conditions that law asks about."""
    form = chosen_format(format)
    from weighbridge.cli.output import emit, show_page
    from weighbridge.release.licence import licence_report

    release = opened(path)
    report = licence_report(release)
    tell_fetched(release)
    if form == "json":
        from weighbridge.report.json import dumps

        emit(dumps(report.to_json()), output)
        return
    from weighbridge.report.licence_page import licence_page

    show_page(licence_page(report), form, output)
