"""``weighbridge survey``: a population judged at once."""

from __future__ import annotations

import sys
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
    Markets,
    Output,
    Presume,
    Readings,
    Roles,
    Sets,
    check_words,
    chosen_day,
    chosen_format,
    chosen_word,
    examples,
    judging_request,
    load,
    new_app,
)
from weighbridge.text.errors import InputError

if TYPE_CHECKING:
    from weighbridge.rules import Law
    from weighbridge.survey.engine import Engine
    from weighbridge.survey.question import Asked
    from weighbridge.survey.whole import Request, Survey

_SQL = "sql"
_SPARK = "spark"
_ENGINES = ("planes", "duckdb", _SPARK)
_FORMATS = ("text", "json", "markdown", "html")
_READ_FORMATS = (*_FORMATS, _SQL)
_INTERRUPTED = 130
_BAR = 30
TableName = Annotated[
    str | None,
    typer.Argument(
        metavar="TABLE",
        help="Parquet, CSV or Arrow; FILE.duckdb::TABLE or postgres://…::TABLE; or a folder "
        "of release folders.",
        show_default=False,
    ),
]
Form = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="FORM",
        help="The table is somebody else's: hub, epoch or openness; it is brought into ours first.",
    ),
]
Dated = Annotated[
    str | None,
    typer.Option(
        "--vintage", metavar="DATE", help="The day of the data; by default that in its file name."
    ),
]
Imported = Annotated[
    Path | None,
    typer.Option("--table", metavar="FILE", help="Keep the imported table there, as Parquet."),
]
Verdicts = Annotated[
    Path | None,
    typer.Option("--verdicts", metavar="FILE", help="Write the verdict table there, as Parquet."),
]
PartsFolder = Annotated[
    Path | None,
    typer.Option(
        "--parts",
        metavar="DIR",
        help="Where whole parts are kept until all are done; by default beside the verdict table.",
    ),
]
Wide = Annotated[
    list[str] | None,
    typer.Option(
        "--wide",
        metavar="RULE",
        help="Write verdicts of this rule as named columns that may be null (`eu/*` for many); "
        "repeat.",
    ),
]
Ignore = Annotated[
    bool,
    typer.Option("--ignore-columns", help="Leave out columns that are not in the contract."),
]
Versus = Annotated[
    str | None,
    typer.Option("--versus", metavar="DATE", help="Another day: who flips between the two."),
]
EngineName = Annotated[
    str,
    typer.Option(
        "--engine",
        metavar="NAME",
        help="Who judges, with the same verdicts: planes, the fastest on one machine; duckdb, by "
        "SQL, to check them; spark, to spread a very large table over a cluster.",
    ),
]
Master = Annotated[
    str | None,
    typer.Option(
        "--spark-master",
        metavar="URL",
        help="Where Spark runs, for --engine spark; by default all cores here (`local[*]`).",
        show_default=False,
    ),
]
Read = Annotated[
    Path | None,
    typer.Option(
        "--read",
        metavar="FILE",
        help="Read a verdict table back instead: its counts, named columns (--wide) or a script "
        "for DuckDB (--format sql).",
    ),
]
app = new_app()


@app.command(
    epilog=examples(
        "weighbridge survey models.parquet --verdicts verdicts.parquet",
        "weighbridge survey epoch_2026-07-23.csv --from epoch --market EU",
        "weighbridge survey hub.parquet --from hub --role host --table table.parquet",
        "weighbridge survey models.parquet --as-of 2025-08-01 --versus 2025-08-02",
        "weighbridge survey models.parquet --amend reform/use-based --format json",
        "weighbridge survey releases/ --role developer",
        "weighbridge survey models.parquet --engine spark --spark-master 'local[8]'",
        "weighbridge survey --read verdicts.parquet --wide 'eu/*' --verdicts wide.parquet",
    )
)
def survey(
    table: TableName = None,
    form: Form = None,
    vintage: Dated = None,
    imported: Imported = None,
    verdicts: Verdicts = None,
    wide: Wide = None,
    parts: PartsFolder = None,
    ignore_columns: Ignore = False,
    as_of: AsOf = None,
    versus: Versus = None,
    market: Markets = None,
    role: Roles = None,
    facts: FactsFiles = None,
    set_: Sets = None,
    amend: Amendments = None,
    law: LawFolders = None,
    reading: Readings = None,
    presume: Presume = None,
    authority: Authority = None,
    engine: EngineName = "planes",
    spark_master: Master = None,
    read: Read = None,
    everything: Everything = False,
    format: Format = "text",
    output: Output = None,
) -> int:
    """Judge every row of a table of releases, and count who owes what, and what is not known.

    docs/tables.md says what a table holds. A run that is cut off goes on where it was.

    Exit status: 0 done, 2 the input or the call is at fault, 130 interrupted.
    """
    if read is not None:
        return _read_back(read, wide or [], verdicts, chosen_format(format, _READ_FORMATS), output)
    shown = chosen_format(format, _FORMATS)
    check_words(presume, authority)
    if table is None:
        raise InputError("which table?", help="name it, or give --read FILE for a verdict table")
    if imported is not None and not form:
        raise InputError("--table keeps an imported table", help="give --from as well")
    judge = _engine(engine, spark_master)
    whole = load(law, amend)
    plain = load(law) if amend and versus is None else None
    asked = _asked(whole, as_of, market, role, facts, set_, reading, presume, authority)
    from weighbridge.survey.whole import Request

    request = Request(
        table=table,
        asked=asked,
        form=form or "",
        dated=vintage or "",
        imported=imported,
        verdicts=verdicts,
        parts=parts,
        ignore=ignore_columns,
        versus=_day(versus),
        engine=judge,
    )
    return _run(request, whole, plain, law, wide or [], everything, shown, output)


def _engine(name: str, master: str | None) -> Engine:
    """Return who judges, once all that a survey by it needs is there."""
    chosen_word("--engine", name, _ENGINES)
    if master is not None and name != _SPARK:
        raise InputError("--spark-master says where Spark runs", help="give --engine spark as well")
    from weighbridge.survey.extra import need_survey

    need_survey()
    from weighbridge.survey.engine import HERE, Engine

    engine = Engine(name, master or HERE)
    engine.need()
    return engine


def _asked(
    law: Law,
    as_of: str | None,
    market: list[str] | None,
    role: list[str] | None,
    facts: list[Path] | None,
    set_: list[str] | None,
    reading: list[str] | None,
    presume: str | None,
    authority: str | None,
) -> Asked:
    from weighbridge.assess.assess import asserted
    from weighbridge.assess.rows import chosen_markets, chosen_roles
    from weighbridge.facts.values import read_day
    from weighbridge.survey.question import Asked

    request = judging_request(
        None,
        as_of=as_of,
        market=market,
        role=role,
        facts=facts,
        set_=set_,
        reading=reading,
        presume=presume,
        authority=authority,
    )
    said = asserted(request, law)
    roles = chosen_roles(law, request.roles, has_base=False) if request.roles else ()
    return Asked(
        as_of=read_day(said.as_of).toordinal(),
        markets=chosen_markets(law, request.markets),
        roles=roles,
        fixed=said.values,
        unset=said.unset,
        presume=request.presume,
        authorities=request.authorities,
    )


def _day(text: str | None) -> int | None:
    from weighbridge.facts.values import read_day
    from weighbridge.text.errors import ParseError

    day = chosen_day(text)
    try:
        return None if day is None else read_day(day).toordinal()
    except ParseError as error:
        raise InputError(error.message, help=error.help) from None


def _run(
    request: Request,
    law: Law,
    plain: Law | None,
    folders: list[Path] | None,
    wide: list[str],
    everything: bool,
    form: str,
    output: Path | None,
) -> int:
    from weighbridge.rules.knowing import read_knowing
    from weighbridge.rules.sources import LAW_FOLDER
    from weighbridge.survey.run import Interrupted
    from weighbridge.survey.whole import survey as survey_table

    if wide and request.verdicts is None:
        raise InputError("--wide writes columns of the verdict table", help="give --verdicts FILE")
    knowing = read_knowing(law, [LAW_FOLDER, *(folders or ())])
    bar = _Bar() if sys.stderr.isatty() else None
    try:
        found = survey_table(request, law, plain, knowing, bar)
    except Interrupted as stopped:
        kept = f"{stopped.done} of {stopped.parts} parts are kept in `{stopped.folder}`"
        sys.stderr.write(f"\nweighbridge: interrupted: {kept}\n")
        sys.stderr.write("  help: the same call goes on from there\n")
        return _INTERRUPTED
    finally:
        if bar is not None:
            bar.done()
    if wide and request.verdicts is not None:
        from weighbridge.survey.unpack import write_wide

        write_wide(request.verdicts, request.verdicts, wide)
    _write(found, everything, form, output)
    return 0


def _write(found: Survey, everything: bool, form: str, output: Path | None) -> None:
    from weighbridge.cli.output import emit, show_page

    if form == "json":
        from weighbridge.report.json import dumps
        from weighbridge.report.survey_json import survey_json

        emit(dumps(survey_json(found)), output)
        return
    from weighbridge.report.survey_page import survey_page

    page = survey_page(found, None) if everything else survey_page(found)
    show_page(page, form, output)


def _read_back(path: Path, wide: list[str], to: Path | None, form: str, output: Path | None) -> int:
    from weighbridge.cli.output import emit, show_page
    from weighbridge.survey.extra import need_survey

    need_survey()
    from weighbridge.survey.run import vintage_line
    from weighbridge.survey.unpack import read_schema, tally_of, to_sql, write_wide
    from weighbridge.survey.vintage import vintage_of

    if not path.is_file():
        raise InputError(f"no such file: `{path}`")
    if form == _SQL:
        emit(to_sql(path, wide or ["*"]), output)
    elif to is not None:
        write_wide(path, to, wide or ["*"])
    elif form == "json":
        from weighbridge.report.json import dumps
        from weighbridge.report.survey_json import tally_json

        emit(dumps(tally_json(tally_of(path))), output)
    else:
        from weighbridge.report.survey_page import tally_page

        vintage = vintage_line(vintage_of(read_schema(path).metadata))
        show_page(tally_page(path.name, tally_of(path), vintage), form, output)
    return 0


class _Bar:
    """One line on a terminal that shows how far a survey is."""

    def __call__(self, done: int, parts: int, rows: int) -> None:
        full = _BAR * done // max(parts, 1)
        bar = "█" * full + "·" * (_BAR - full)
        sys.stderr.write(f"\r\x1b[K{bar} {done:,} of {parts:,} parts, {rows:,} rows")
        sys.stderr.flush()

    def done(self) -> None:
        """Take the line away."""
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
