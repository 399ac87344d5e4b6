"""``weighbridge ask``: the interview in the terminal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weighbridge.cli.options import (
    AsOf,
    FactsFiles,
    LawFolders,
    Markets,
    Roles,
    chosen_day,
    chosen_roles,
    examples,
    load,
    new_app,
    opened,
    shown_release,
)
from weighbridge.text.errors import InputError

if TYPE_CHECKING:
    from weighbridge.assess.assessment import Assessment

app = new_app()


@app.command(
    epilog=examples(
        "weighbridge ask .",
        "weighbridge ask my-model --market EU",
        "weighbridge ask my-model -o answers.toml",
    )
)
def ask(
    release: Annotated[
        Path, typer.Argument(metavar="RELEASE", help="The release folder.", show_default=False)
    ],
    as_of: AsOf = None,
    market: Markets = None,
    role: Roles = None,
    facts: FactsFiles = None,
    law: LawFolders = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="The file to write; by default weighbridge.toml in the release.",
        ),
    ] = None,
) -> None:
    """Ask at most ten plain questions, the most telling first, and write the answers down.

    Each answer is written at once and shows what it settled; a second call goes on from there.
    """
    from weighbridge.assess import Request, assess
    from weighbridge.assess.declaration import FILE_NAME
    from weighbridge.cli.interview import Interview

    opened_release = opened(release)
    local = opened_release is release
    if local and not release.is_dir():
        raise InputError(f"no release folder at `{release}`")
    if not local and output is None:
        raise InputError(
            "the answers cannot be written to the Hub", help="name a file: -o answers.toml"
        )
    file = output or release / FILE_NAME
    own = local and file.parent.resolve() == release.resolve() and file.name == FILE_NAME
    body = load(law)

    def assess_again(skip: tuple[str, ...]) -> Assessment:
        given = () if own or not file.is_file() else (file,)
        request = Request(
            release=opened_release,
            as_of=chosen_day(as_of),
            markets=tuple(market or ()),
            roles=chosen_roles(role),
            facts_files=(*(facts or ()), *given),
            skip=skip,
        )
        return assess(request, body)

    try:
        Interview(assess_again, file, shown_release(release)).run()
    except KeyboardInterrupt:
        sys.stdout.write(f"\nstopped; every answer given is in {file}\n")
        raise
