"""``weighbridge law``: the packs, one by article, all as a site, or what changed in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weighbridge.cli.options import (
    Amendments,
    AsOf,
    Format,
    LawFolders,
    Markets,
    Output,
    chosen_format,
    day_or_read_on,
    examples,
    load,
    new_app,
)
from weighbridge.text.errors import InputError

if TYPE_CHECKING:
    from weighbridge.rules import Law

Site = Annotated[
    Path | None,
    typer.Option(
        "--site",
        metavar="DIR",
        help="Write the whole law there as HTML pages: provision, rule, prose and tests.",
    ),
]
Days = Annotated[
    tuple[str, str] | None,
    typer.Option(
        "--diff",
        metavar="DAY DAY",
        help="What the law itself changed after the first day, up to and including the second.",
    ),
]
Already = Annotated[
    bool,
    typer.Option(
        "--already",
        help="What the law of each market has already of the levers of a balanced approach.",
    ),
]
Reforms = Annotated[
    bool,
    typer.Option("--reforms", help="The reforms that ship, each with the sentence it encodes."),
]
app = new_app()


@app.command(
    epilog=examples(
        "weighbridge law",
        "weighbridge law PACK               (each article: encoded, out of scope, missing)",
        "weighbridge law --as-of today",
        "weighbridge law --law my-packs --format json",
        "weighbridge law --site law-site        (then open law-site/index.html)",
        "weighbridge law --diff 2026-07-26 2026-12-02",
        "weighbridge law --reforms",
        "weighbridge law reform/use-based   (one reform: policy, switches, what it changes)",
        "weighbridge law --already",
        "weighbridge law --already --market EU --format json",
    )
)
def law(
    pack: Annotated[
        str | None,
        typer.Argument(metavar="PACK", help="One pack, article by article.", show_default=False),
    ] = None,
    as_of: AsOf = None,
    diff: Days = None,
    law: LawFolders = None,
    amend: Amendments = None,
    site: Site = None,
    already: Already = False,
    reforms: Reforms = False,
    market: Markets = None,
    format: Format = "text",
    output: Output = None,
) -> None:
    """List the packs: standing, rules, age, whose text was read, how much of it is encoded."""
    form = chosen_format(format)
    if site is not None and (pack or output is not None or form not in ("text", "html")):
        raise InputError(
            "`--site` writes the whole law as a folder of HTML pages",
            help="leave out PACK, -o and --format",
        )
    if diff is not None:
        _refuse_beside(
            "`--diff`", as_of=as_of, site=site, already=already, reforms=reforms, market=market
        )
        _changes(load(law, amend), pack, diff, form, output)
        return
    one_reform = pack is not None and site is None and _is_reform(pack)
    if reforms or one_reform:
        name = "`--reforms`" if reforms else "a reform"
        other = pack if reforms else None
        _refuse_beside(name, pack=other, already=already, market=market, site=site, amend=amend)
        _reforms(pack, as_of, law, form, output)
        return
    if already or market:
        if not already:
            help = "or name a PACK of that market"
            raise InputError("`--market` goes with `--already`", help=help)
        _refuse_beside("`--already`", pack=pack, site=site)
        _already(load(law, amend), as_of, law, market, form, output)
        return
    body = load(law, amend)
    day = day_or_read_on(as_of, body)
    if site is not None:
        _write_site(site, body, day, _folders(law))
    else:
        _packs(body, pack, day, _folders(law), form, output)


def _folders(more: list[Path] | None) -> tuple[Path, ...]:
    from weighbridge.rules.sources import LAW_FOLDER

    return (LAW_FOLDER, *(more or ()))


def _packs(
    body: Law, pack: str | None, day: str, folders: tuple[Path, ...], form: str, output: Path | None
) -> None:
    """Show the packs, or one by article."""
    from weighbridge.cli.output import emit, show_page
    from weighbridge.report.json import dumps
    from weighbridge.report.law_page import law_json, law_page
    from weighbridge.report.pack_page import pack_json, pack_page
    from weighbridge.rules.coverage import read_coverage

    coverage = read_coverage(body, folders)
    if form == "json":
        found = pack_json(body, pack, day, coverage) if pack else law_json(body, day, coverage)
        emit(dumps(found), output)
    elif pack:
        show_page(pack_page(body, pack, day, coverage), form, output)
    else:
        show_page(law_page(body, day, coverage), form, output)


def _write_site(folder: Path, law: Law, day: str, folders: tuple[Path, ...]) -> None:
    from weighbridge.cli.site_folder import write_site
    from weighbridge.report.site import site_files

    count = write_site(folder, site_files(law, day, folders))
    typer.echo(f"weighbridge: wrote {count} pages, from {folder / 'index.html'}", err=True)


def _refuse_beside(name: str, **others: object) -> None:
    """Refuse options given beside another that has no use for them."""
    for other, given in others.items():
        if given:
            word = "PACK" if other == "pack" else f"`--{other.replace('_', '-')}`"
            raise InputError(f"give {word} or {name}, not both")


def _is_reform(name: str) -> bool:
    from weighbridge.rules.amendment import shipped_amendments

    return name in shipped_amendments()


def _reforms(
    name: str | None, as_of: str | None, folders: list[Path] | None, form: str, output: Path | None
) -> None:
    """Show the reforms that ship, or one of them."""
    from weighbridge.cli.output import emit, show_page
    from weighbridge.report import reform_page as pages
    from weighbridge.report.json import dumps
    from weighbridge.rules.amendment import read_amendments, shipped_amendments

    plain, shipped = load(folders), shipped_amendments()
    day = day_or_read_on(as_of, plain)
    if name is None:
        amendments = read_amendments(shipped.values())
        if form == "json":
            emit(dumps(pages.reforms_json(plain, day, amendments)), output)
        else:
            show_page(pages.reforms_page(amendments), form, output)
        return
    amendments = read_amendments([shipped[name]])
    amended = load(folders, [shipped[name]])
    if form == "json":
        emit(dumps(pages.reform_json(plain, amended, amendments, name, day)), output)
    else:
        show_page(pages.reform_page(plain, amended, amendments, name), form, output)


def _already(
    body: Law,
    as_of: str | None,
    folders: list[Path] | None,
    market: list[str] | None,
    form: str,
    output: Path | None,
) -> None:
    from weighbridge.assess.rows import chosen_markets
    from weighbridge.cli.output import emit, show_page
    from weighbridge.report.already_page import already_json, already_page
    from weighbridge.report.json import dumps
    from weighbridge.rules.already import read_levers

    day = day_or_read_on(as_of, body)
    levers = read_levers(body, _folders(folders))
    markets = chosen_markets(body, market or ())
    if form == "json":
        emit(dumps(already_json(body, day, levers, markets)), output)
    else:
        show_page(already_page(body, day, levers, markets), form, output)


def _changes(
    body: Law, pack: str | None, days: tuple[str, str], form: str, output: Path | None
) -> None:
    from weighbridge.cli.output import emit, show_page
    from weighbridge.report.history_page import history_json, history_page
    from weighbridge.report.json import dumps

    first, second = (day_or_read_on(day, body) for day in days)
    if form == "json":
        emit(dumps(history_json(body, first, second, pack)), output)
    else:
        show_page(history_page(body, first, second, pack), form, output)
