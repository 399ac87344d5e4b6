"""``weighbridge rule``: one rule in full."""

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
        "weighbridge rule PACK/PROVISION        (an id as `weighbridge check` shows it)",
        "weighbridge rule PACK                  (every rule of a pack, one line each)",
        "weighbridge rule PACK/PROVISION --format markdown -o rule.md",
    )
)
def rule(
    id: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="The rule's id, as `check` shows it.", show_default=False
        ),
    ],
    as_of: AsOf = None,
    law: LawFolders = None,
    amend: Amendments = None,
    format: Format = "text",
    output: Output = None,
) -> None:
    """Show one rule: what it asks, of whom, since when, its exceptions, and who read which copy."""
    form = chosen_format(format)
    from weighbridge.cli.output import emit, show_page
    from weighbridge.facts.values import read_day
    from weighbridge.report.json import dumps
    from weighbridge.report.law_page import rules_listed
    from weighbridge.report.pack_cases import cases_naming
    from weighbridge.report.rule_page import rule_json, rule_page

    body = load(law, amend)
    day = read_day(day_or_read_on(as_of, body)).toordinal()
    if id in body.packs and form != "json":
        show_page(rules_listed(each for each in body.rules if each.pack == id), form, output)
        return
    found = body.by_key.get(id) or body.version(id, day)
    cases = cases_naming(body, found, law or ())
    if form == "json":
        emit(dumps(rule_json(body, found, day, len(cases))), output)
    else:
        show_page(rule_page(body, found, day, cases), form, output)
