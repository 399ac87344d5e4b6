"""Options that several commands share, with their help, and how their words are read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weighbridge.text.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from weighbridge.rules import Law

FORMATS = ("text", "json", "markdown", "html")
LATER_FORMATS = ("sarif",)
TODAY = "today"

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
    typer.Option("--amend", metavar="FILE", help="An amendment, a what-if; repeat."),
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
TextOrJson = Annotated[str, typer.Option("--format", metavar="FORMAT", help="text or json.")]


def new_app() -> typer.Typer:
    """Return an application for one command, plain and without anything installed."""
    return typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


def examples(*lines: str) -> str:
    """Return the end of a help text: examples, one a line, not rewrapped."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def chosen_format(name: str, allowed: tuple[str, ...] = FORMATS) -> str:
    """Return a format this version has. Raises :class:`InputError` for any other."""
    if name in allowed:
        return name
    choices = f"one of {', '.join(allowed)}"
    if name in (*LATER_FORMATS, *FORMATS):
        raise InputError(f"format `{name}` is not in this version", help=choices)
    hint = did_you_mean(name, allowed) or choices
    raise InputError(f"unknown format `{name[:40]}`", help=hint)


def chosen_word(option: str, word: str, allowed: Iterable[str]) -> str:
    """Return ``word`` if the option takes it. Raises :class:`InputError` with the nearest one."""
    known = tuple(allowed)
    if word in known:
        return word
    hint = did_you_mean(word, known) or f"one of {', '.join(known)}"
    raise InputError(f"`{option}` does not take `{word[:60]}`", help=hint)


def chosen_day(text: str | None) -> str | None:
    """Return the day asked about; ``today`` is the one place where a clock is read."""
    return date.today().isoformat() if text == TODAY else text


def chosen_roles(roles: Iterable[str] | None) -> tuple[str, ...]:
    """Return roles as the vocabulary writes them; a hyphen serves as well."""
    return tuple(role.replace("-", "_") for role in roles or ())


def load(folders: Iterable[Path] | None, amendments: Iterable[Path] | None = None) -> Law:
    """Return the law that ships, with folders of one's own and amendments."""
    from weighbridge.rules import load_law

    return load_law(list(folders or ()), list(amendments or ()))


def day_or_read_on(text: str | None, law: Law) -> str:
    """Return an ISO day: the one given, else the day the law was last read."""
    from weighbridge.facts.values import read_day

    return read_day(chosen_day(text) or law.read_on).isoformat()
