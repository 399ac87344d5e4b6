"""``weighbridge diff``: two releases, or one at two dates or under two laws."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weighbridge.cli.gates import chosen_gates, exit_status
from weighbridge.cli.options import (
    AsOf,
    Authority,
    FactsFiles,
    FailOn,
    Format,
    Markets,
    NoRelease,
    Output,
    Presume,
    Readings,
    Roles,
    Sets,
    check_words,
    chosen_day,
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
    from weighbridge.assess.difference import Difference
    from weighbridge.release.folder import Folder
    from weighbridge.rules import Law

Before = Annotated[
    Path | None,
    typer.Argument(metavar="A", help="The release folder before.", show_default=False),
]
After = Annotated[
    Path | None,
    typer.Argument(
        metavar="B", help="The release folder now; left out, it is A again.", show_default=False
    ),
]
AndAsOf = Annotated[
    str | None,
    typer.Option("--and-as-of", metavar="DATE", help="The day of the second side."),
]
Amendments = Annotated[
    list[Path] | None,
    typer.Option(
        "--amend",
        metavar="FILE",
        help="An amendment of the second side, a file or a reform's name; repeat.",
    ),
]
LawFolders = Annotated[
    list[Path] | None,
    typer.Option(
        "--law", metavar="DIR", help="A folder of packs that the second side adds; repeat."
    ),
]
BothAmendments = Annotated[
    list[Path] | None,
    typer.Option("--both-amend", metavar="FILE", help="An amendment of both sides; repeat."),
]
BothLaws = Annotated[
    list[Path] | None,
    typer.Option("--both-law", metavar="DIR", help="A folder of packs for both sides; repeat."),
]
Everything = Annotated[bool, typer.Option("--all", help="Leave nothing out.")]
app = new_app()


@app.command(
    epilog=examples(
        "weighbridge diff model-v1 model-v2",
        "weighbridge diff my-model --as-of 2025-06-01 --and-as-of 2026-12-02",
        "weighbridge diff my-model --amend reform/use-based --market EU",
        "weighbridge diff model-v1 model-v2 --fail-on owed --fail-on finding:high",
        "weighbridge diff --no-release --set training_compute=2e26 "
        "--as-of 2024-06-01 --and-as-of 2026-11-23",
    )
)
def diff(
    before: Before = None,
    after: After = None,
    no_release: NoRelease = False,
    as_of: AsOf = None,
    and_as_of: AndAsOf = None,
    amend: Amendments = None,
    law: LawFolders = None,
    both_amend: BothAmendments = None,
    both_law: BothLaws = None,
    market: Markets = None,
    role: Roles = None,
    facts: FactsFiles = None,
    set_: Sets = None,
    reading: Readings = None,
    presume: Presume = None,
    authority: Authority = None,
    everything: Everything = False,
    fail_on: FailOn = None,
    format: Format = "text",
    output: Output = None,
) -> int:
    """Set two releases side by side, or one at two dates or under two laws: what changed, and why.

    Every other option holds for both sides. A gate counts what the second side alone reaches.

    Exit status: 0 done, 1 a gate was reached, 2 the input or the call is at fault,
    130 interrupted.
    """
    form, gates = chosen_format(format), chosen_gates(fail_on)
    releases = _releases(before, after, no_release, bool(and_as_of or amend or law))
    check_words(presume, authority)
    from weighbridge.assess import assess
    from weighbridge.assess.difference import difference

    request = judging_request(
        releases[0],
        as_of=as_of,
        market=market,
        role=role,
        facts=facts,
        set_=set_,
        reading=reading,
        presume=presume,
        authority=authority,
    )
    other = replace(request, release=releases[1], as_of=chosen_day(and_as_of) or request.as_of)
    laws = _laws(both_law or [], both_amend or [], law or [], amend or [])
    found = difference(assess(request, laws[0]), assess(other, laws[1]))
    for release in dict.fromkeys(releases):
        tell_fetched(release)
    _write(found, form, everything, output)
    return _gates(found, gates)


def _releases(
    before: Path | None, after: Path | None, no_release: bool, other_way: bool
) -> tuple[Path | Folder | None, Path | Folder | None]:
    """Return the two releases, or one twice where the sides differ in date or law."""
    first = chosen_release(before, no_release)
    if after is not None:
        return first, chosen_release(after, no_release)
    if not other_way:
        raise InputError(
            "nothing to set it against",
            help="name a second release, or give --and-as-of, --amend or --law",
        )
    return first, first


def _laws(
    folders: list[Path], amendments: list[Path], more: list[Path], patches: list[Path]
) -> tuple[Law, Law]:
    first = load(folders, amendments)
    if not (more or patches):
        return first, first
    return first, load([*folders, *more], [*amendments, *patches])


def _write(found: Difference, form: str, everything: bool, output: Path | None) -> None:
    from weighbridge.cli.output import emit, show_page

    if form == "json":
        from weighbridge.report.difference_json import difference_json
        from weighbridge.report.json import dumps

        emit(dumps(difference_json(found)), output)
        return
    from weighbridge.report.difference_page import difference_page

    show_page(difference_page(found, all=everything), form, output)


def _gates(found: Difference, gates: tuple[str, ...]) -> int:
    """Return the exit status: a gate counts what the second side alone reaches."""
    if not gates:
        return 0
    from weighbridge.report.json import to_json

    return exit_status(gates, to_json(found.after), to_json(found.before))
