"""``weighbridge law``: the packs."""

from __future__ import annotations

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
        "weighbridge law --as-of today",
        "weighbridge law --law my-packs --format json",
    )
)
def law(
    as_of: AsOf = None,
    law: LawFolders = None,
    amend: Amendments = None,
    format: Format = "text",
    output: Output = None,
) -> None:
    """List the packs: market, status, rules, how far each was read, its age, whose text it is."""
    form = chosen_format(format)
    from weighbridge.cli.output import emit, show_page
    from weighbridge.report.json import dumps
    from weighbridge.report.law_page import law_json, law_page

    body = load(law, amend)
    day = day_or_read_on(as_of, body)
    if form == "json":
        emit(dumps(law_json(body, day)), output)
    else:
        show_page(law_page(body, day), form, output)
