"""``weighbridge law``: the packs, and one of them article by article."""

from __future__ import annotations

from typing import Annotated

import typer

from weighbridge.cli.options import (
    Amendments,
    AsOf,
    Format,
    LawFolders,
    Output,
    chosen_format,
    day_or_read_on,
    examples,
    load,
    new_app,
)

app = new_app()


@app.command(
    epilog=examples(
        "weighbridge law",
        "weighbridge law PACK               (each article: encoded, out of scope, missing)",
        "weighbridge law --as-of today",
        "weighbridge law --law my-packs --format json",
    )
)
def law(
    pack: Annotated[
        str | None,
        typer.Argument(metavar="PACK", help="One pack, article by article.", show_default=False),
    ] = None,
    as_of: AsOf = None,
    law: LawFolders = None,
    amend: Amendments = None,
    format: Format = "text",
    output: Output = None,
) -> None:
    """List the packs: standing, rules, age, whose text was read, how much of it is encoded."""
    form = chosen_format(format)
    from weighbridge.cli.output import emit, show_page
    from weighbridge.report.json import dumps
    from weighbridge.report.law_page import law_json, law_page
    from weighbridge.report.pack_page import pack_json, pack_page
    from weighbridge.rules.coverage import read_coverage
    from weighbridge.rules.sources import LAW_FOLDER

    body = load(law, amend)
    day = day_or_read_on(as_of, body)
    coverage = read_coverage(body, (LAW_FOLDER, *(law or ())))
    if form == "json":
        found = pack_json(body, pack, day, coverage) if pack else law_json(body, day, coverage)
        emit(dumps(found), output)
    elif pack:
        show_page(pack_page(body, pack, day, coverage), form, output)
    else:
        show_page(law_page(body, day, coverage), form, output)
