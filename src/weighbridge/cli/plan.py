"""``weighbridge plan``: the least that opens markets, and what would flip a verdict."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weighbridge.cli.options import (
    Amendments,
    AsOf,
    Authority,
    Everything,
    FactsFiles,
    Format,
    LawFolders,
    NoRelease,
    Output,
    Presume,
    Readings,
    Release,
    Roles,
    Sets,
    check_words,
    chosen_format,
    chosen_release,
    examples,
    judging_request,
    load,
    new_app,
    tell_fetched,
)
from weighbridge.text.errors import InputError

if TYPE_CHECKING:
    from weighbridge.assess import Request
    from weighbridge.rules import Law

To = Annotated[
    list[str] | None,
    typer.Option(
        "--to",
        metavar="MARKETS",
        help="The markets to open, with commas between; those that matter most first.",
    ),
]
FlipRule = Annotated[
    str | None,
    typer.Option(
        "--flip",
        metavar="RULE",
        help="Instead of a plan: the smallest change of facts that flips this rule's verdict.",
    ),
]
SettledOnly = Annotated[
    bool,
    typer.Option("--settled-only", help="Answer only what applies, not what may apply."),
]
app = new_app()
_MOST = 6


@app.command(
    epilog=examples(
        "weighbridge plan . --to EU,US-CA,CN",
        "weighbridge plan my-model --to EU --role modifier --settled-only",
        "weighbridge plan my-model --to EU,KR --format json -o plan.json",
        "weighbridge plan my-model --flip PACK/PROVISION  (an id as `weighbridge check` shows)",
        "weighbridge plan --no-release --set training_compute=3e25 --to EU",
    )
)
def plan(
    release: Release = None,
    to: To = None,
    no_release: NoRelease = False,
    as_of: AsOf = None,
    role: Roles = None,
    facts: FactsFiles = None,
    set_: Sets = None,
    amend: Amendments = None,
    law: LawFolders = None,
    reading: Readings = None,
    presume: Presume = None,
    authority: Authority = None,
    settled_only: SettledOnly = False,
    flip: FlipRule = None,
    everything: Everything = False,
    format: Format = "text",
    output: Output = None,
) -> int:
    """Say the least to write, file, arrange or change so that nothing known bars release.

    It says what bars release until done and what is owed besides, which answers would make
    it less, and what cannot be opened and why. Exit status: 0 done, 2 the input or the call
    is at fault, 130 interrupted.
    """
    form = chosen_format(format)
    folder = chosen_release(release, no_release)
    check_words(presume, authority)
    markets = _markets(to)
    if not markets and flip is None:
        raise InputError("which markets?", help="for example --to EU,US-CA,CN")
    request = judging_request(
        folder,
        as_of=as_of,
        market=markets,
        role=role,
        facts=facts,
        set_=set_,
        reading=reading,
        presume=presume,
        authority=authority,
    )
    body = load(law, amend)
    if flip is not None:
        _flip(request, body, flip, form, output)
    else:
        _plan(request, body, settled_only, form, None if everything else _MOST, output)
    tell_fetched(folder)
    return 0


def _markets(to: list[str] | None) -> list[str]:
    """Return the markets of ``--to``, each once, in the order given."""
    named = [word.strip() for each in to or () for word in each.split(",")]
    return list(dict.fromkeys(word for word in named if word))


def _plan(
    request: Request,
    law: Law,
    settled_only: bool,
    form: str,
    most: int | None,
    output: Path | None,
) -> None:
    from weighbridge.assess import assess
    from weighbridge.cli.output import emit, show_page
    from weighbridge.plan import make_plan

    found = make_plan(assess(request, law), request.markets, settled_only=settled_only)
    if form == "json":
        from weighbridge.report.json import dumps
        from weighbridge.report.plan_json import plan_json

        emit(dumps(plan_json(found)), output)
        return
    from weighbridge.report.plan_page import plan_page

    show_page(plan_page(found, most), form, output)


def _flip(request: Request, law: Law, rule: str, form: str, output: Path | None) -> None:
    """Judge the one market of a rule, and write what would flip it there."""
    from weighbridge.assess import assess
    from weighbridge.cli.output import emit, show_page
    from weighbridge.facts.values import read_day
    from weighbridge.plan.flip import flips
    from weighbridge.report.flip_page import flip_json, flip_page

    version = law.version(rule, read_day(request.as_of or law.read_on).toordinal())
    if version.binding is None:
        raise InputError(f"rule `{rule[:120]}` makes no row", help=_MAKES_ROW)
    market = law.packs[version.pack].market
    assessment = assess(replace(request, markets=(market,) if market else ()), law)
    found = flips(assessment, version.id)
    if form == "json":
        from weighbridge.report.json import dumps

        emit(dumps(flip_json(assessment, version, found)), output)
        return
    show_page(flip_page(assessment, version, found), form, output)


_MAKES_ROW = "a duty, a prohibition, a right or the like has a verdict to flip"
