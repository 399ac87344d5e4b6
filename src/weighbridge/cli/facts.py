"""``weighbridge facts``: the vocabulary."""

from __future__ import annotations

from typing import Annotated

import typer

from weighbridge.cli.options import (
    Format,
    LawFolders,
    Output,
    chosen_format,
    examples,
    load,
    new_app,
)

app = new_app()


@app.command(
    epilog=examples(
        "weighbridge facts",
        "weighbridge facts training_compute",
        "weighbridge facts --format json",
    )
)
def facts(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="One fact.", show_default=False)
    ] = None,
    law: LawFolders = None,
    format: Format = "text",
    output: Output = None,
) -> None:
    """List every fact that may be spoken of: type, unit, question, who knows it, who sets it."""
    form = chosen_format(format)
    from weighbridge.cli.output import emit, show_page
    from weighbridge.report.facts_page import fact_page, facts_json, facts_page
    from weighbridge.report.json import dumps

    vocabulary = load(law).vocabulary
    if form == "json":
        emit(dumps(facts_json(vocabulary, name)), output)
    else:
        page = facts_page(vocabulary) if name is None else fact_page(vocabulary[name])
        show_page(page, form, output)
