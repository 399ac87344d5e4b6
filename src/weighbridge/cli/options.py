"""Options that several commands share, with their help, and how their words are read."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weighbridge.text.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from weighbridge.assess import Request
    from weighbridge.release.folder import Folder
    from weighbridge.rules import Law

FORMATS = ("text", "json", "markdown", "html")
FORMATS_WITH_SARIF = (*FORMATS, "sarif")
TODAY = "today"
_HUB = "hf:/"  # what is left of hf:// in a path

Release = Annotated[
    Path | None,
    typer.Argument(
        metavar="RELEASE",
        help="The release folder, or hf://org/name[@revision].",
        show_default=False,
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="The day asked about, or `today`; by default the day the law was last read.",
    ),
]
Markets = Annotated[
    list[str] | None,
    typer.Option(
        "--market",
        metavar="MARKET",
        help="Repeat; US-CA brings US, US-* brings every state; by default all.",
    ),
]
Roles = Annotated[
    list[str] | None,
    typer.Option(
        "--role",
        metavar="ROLE",
        help="Repeat; by default developer, and modifier where a base model is named.",
    ),
]
FactsFiles = Annotated[
    list[Path] | None,
    typer.Option("--facts", metavar="FILE", help="Facts in the form of weighbridge.toml; repeat."),
]
LawFolders = Annotated[
    list[Path] | None,
    typer.Option(
        "--law", metavar="DIR", help="A folder with packs of your own, added to the law; repeat."
    ),
]
Amendments = Annotated[
    list[Path] | None,
    typer.Option(
        "--amend",
        metavar="FILE",
        help="An amendment, a what-if: a file, or a reform that ships by its name; repeat.",
    ),
]
NoRelease = Annotated[bool, typer.Option("--no-release", help="Judge asserted facts alone.")]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FACT=VALUE",
        help="Say a fact; repeat, the last one wins; =unknown unsets, low..high is a range.",
    ),
]
Readings = Annotated[
    list[str] | None,
    typer.Option(
        "--reading",
        metavar="ID=POSITION",
        help="Choose an answer to an open question of law; repeat.",
    ),
]
Presume = Annotated[
    str | None, typer.Option("--presume", metavar="none", help="Let no presumption speak.")
]
Authority = Annotated[
    str | None,
    typer.Option("--authority", metavar="statute", help="Judge by binding text alone."),
]
Everything = Annotated[
    bool, typer.Option("--all", help="Show everything, each verdict with its proof.")
]
FailOn = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-on",
        metavar="GATE",
        help="End with status 1 on: owed, prohibited, unknown (each by law or by the terms of a "
        "licence), finding:low, finding:medium or finding:high; repeat.",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        help="Write there, whole or not at all, instead of to standard output.",
    ),
]
Format = Annotated[
    str, typer.Option("--format", metavar="FORMAT", help="text, json, markdown or html.")
]
FormatWithSarif = Annotated[
    str, typer.Option("--format", metavar="FORMAT", help="text, json, markdown, html or sarif.")
]
TextOrJson = Annotated[str, typer.Option("--format", metavar="FORMAT", help="text or json.")]


def new_app() -> typer.Typer:
    """Return an application for one command, plain and without anything installed."""
    return typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


def examples(*lines: str) -> str:
    """Return the end of a help text: examples, one a line, not rewrapped."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def chosen_format(name: str, allowed: tuple[str, ...] = FORMATS) -> str:
    """Return a format that the command writes. Raises :class:`InputError` for any other."""
    if name in allowed:
        return name
    choices = f"one of {', '.join(allowed)}"
    if name in FORMATS_WITH_SARIF:
        raise InputError(f"format `{name}` is not one of this command", help=choices)
    hint = did_you_mean(name, allowed) or choices
    raise InputError(f"unknown format `{name[:40]}`", help=hint)


def chosen_word(option: str, word: str, allowed: Iterable[str]) -> str:
    """Return ``word`` if the option takes it. Raises :class:`InputError` with the nearest one."""
    known = tuple(allowed)
    if word in known:
        return word
    hint = did_you_mean(word, known) or f"one of {', '.join(known)}"
    raise InputError(f"`{option}` does not take `{word[:60]}`", help=hint)


def check_words(presume: str | None, authority: str | None) -> None:
    """Refuse words that ``--presume`` and ``--authority`` do not take (:class:`InputError`)."""
    if presume is not None:
        chosen_word("--presume", presume, ("none",))
    if authority is not None:
        chosen_word("--authority", authority, ("statute",))


def chosen_release(path: Path | None, no_release: bool) -> Path | Folder | None:
    """Return the release, or ``None`` where asserted facts alone are judged."""
    if no_release:
        if path is not None:
            raise InputError("give a release or --no-release, not both")
        return None
    if path is None:
        raise InputError(
            "which release?", help="name its folder, or give --no-release to judge facts alone"
        )
    return opened(path)


def opened(path: Path) -> Path | Folder:
    """Return the path of a local release, or one of the Hub opened where it is named ``hf://…``.

    Only then is anything imported that can reach a network.
    """
    if not path.as_posix().startswith(_HUB):
        return path
    from weighbridge.release.hub import read_hub_name
    from weighbridge.release.hub_folder import open_hub

    return open_hub(read_hub_name(path.as_posix()))


def on_this_machine(*paths: Path) -> None:
    """Do nothing for paths of this machine.

    Raises :class:`InputError` for a release of the Hub, where numbers would have to be fetched.
    """
    for path in paths:
        if path.as_posix().startswith(_HUB):
            raise InputError(
                f"`{shown_release(path)}`: weights are compared on this machine alone",
                help="download it first, and name its folder",
            )


def shown_release(path: Path | None) -> str:
    """Return a release as it is typed: a path has lost one slash of ``hf://``."""
    if path is None:
        return ""
    named = path.as_posix()
    return f"hf://{named[len(_HUB) :]}" if named.startswith(_HUB) else str(path)


def tell_fetched(release: Path | Folder | None) -> None:
    """Say on standard error what was fetched of a release of the Hub; of a local one nothing."""
    if release is None or isinstance(release, Path):
        return
    from weighbridge.report.fetched import fetched_lines

    sys.stderr.write(fetched_lines(release.title, release.fetched()))


def chosen_day(text: str | None) -> str | None:
    """Return the day asked about; ``today`` is the one place where a clock is read."""
    return date.today().isoformat() if text == TODAY else text


def chosen_roles(roles: Iterable[str] | None) -> tuple[str, ...]:
    """Return roles as the vocabulary writes them; a hyphen serves as well."""
    return tuple(role.replace("-", "_") for role in roles or ())


def judging_request(
    release: Path | Folder | None,
    *,
    as_of: str | None,
    market: Iterable[str] | None,
    role: Iterable[str] | None,
    facts: Iterable[Path] | None,
    set_: Iterable[str] | None,
    reading: Iterable[str] | None,
    presume: str | None,
    authority: str | None,
) -> Request:
    """Return what is asked, from the options that the judging commands share."""
    from weighbridge.assess import Request
    from weighbridge.reason.judge import BINDING_AUTHORITIES

    return Request(
        release=release,
        as_of=chosen_day(as_of),
        markets=tuple(market or ()),
        roles=chosen_roles(role),
        facts_files=tuple(facts or ()),
        sets=tuple(set_ or ()),
        readings=tuple(reading or ()),
        presume=presume is None,
        authorities=BINDING_AUTHORITIES if authority else None,
    )


def load(folders: Iterable[Path] | None, amendments: Iterable[Path] | None = None) -> Law:
    """Return the law that ships, with folders of one's own and amendments."""
    from weighbridge.rules import load_law

    return load_law(list(folders or ()), list(amendments or ()))


def day_or_read_on(text: str | None, law: Law) -> str:
    """Return an ISO day: the one given, else the day the law was last read."""
    from weighbridge.facts.values import read_day

    return read_day(chosen_day(text) or law.read_on).isoformat()
