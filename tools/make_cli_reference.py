"""Writes ``docs/cli.md`` from the help texts that the commands print.

``--check`` writes nothing and ends with status 1 where the page is stale.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from pathlib import Path

from weighbridge.cli.main import COMMANDS, help_text, run_command

TARGET = Path(__file__).resolve().parent.parent / "docs" / "cli.md"
# Some versions of Typer name the type of an argument, others do not.
_TYPE_OF_ARGUMENT = re.compile(r"^(  [A-Z]+) <[a-z]+>")
HEAD = """\
# The command line

Made from the help texts by `tools/make_cli_reference.py`. Results go to standard output, all
else to standard error; colour only on a terminal, and not where `NO_COLOR` is set.

| exit status | means |
| --- | --- |
| 0 | done, and no gate was reached |
| 1 | a gate of `--fail-on` was reached |
| 2 | the input or the call is at fault; one line says what and where |
| 130 | interrupted |

"""
BASELINE = """\
## Gates and baselines

`--fail-on` takes `owed` (a duty applies and is in force), `prohibited` (the facts fall within a
prohibition in force), `unknown` (whether a duty or a prohibition in force applies cannot be told)
and `finding:low`, `finding:medium`, `finding:high` (a finding of that severity or above). The terms
of a licence count as law does: a contract is owed too. What reaches a gate by them is told on a
line of its own.

With `--baseline FILE`, an earlier JSON result, a gate counts only what is new: a row that was not
in the same state in that result, compared by rule, market, actor, role and use; a finding whose
id and files that result did not name at that severity or above. Lines may move.
"""
SCAN = """\
## Verdicts of a scan

| verdict | loading the file |
| --- | --- |
| `inert` | asks for nothing beyond its own bytes |
| `tensor data only` | rebuilds arrays of numbers |
| `known library objects` | builds plain objects of listed libraries |
| `unlisted callables` | calls or imports names that nobody listed |
| `dangerous` | does what is known to do harm |
| `not fully read` | a part was not read: a limit, encryption, a git-lfs pointer, no permission |
| `broken` | the file is damaged |

Danger goes before damage, damage before what was not read, and neither ever makes a file look
better. A verdict speaks of the file alone: not of what the model does, nor of who made it.

Findings that raise no verdict stand beside it: a key or token left in a text (the message never
repeats it), a name that misleads, a key of a config that stands twice.

`--fail-on` takes each verdict, and `any`: a finding of whatever kind, a verdict other than
`inert` and `tensor data only`, or something that was not opened.

Every regular file below PATH is looked at, hidden ones and those of `.git` too. Links are not
followed: what they lead to is listed where it lies, and a link out of PATH is named as not opened.
"""
SIDES = """\
## Two sides

`weighbridge diff A B` sets two releases side by side. With A alone the two sides are the same
release on two days (`--as-of` and `--and-as-of`) or under two laws (`--amend` and `--law` are of
the second side; `--both-amend` and `--both-law` of both). The ways combine: two releases on two
days under two laws are told apart. With `--no-release` both sides are the facts given by `--set`
and `--facts`. All other options hold for both sides.

A row that came out otherwise has its cause beside it, found by judging again. Facts, date and law
are put back one at a time, then together; within the one that undoes the change, the smallest set
of facts or provisions that undoes it too is named: a single one, else two (of at most twelve), else
a set that none could be left out of. Where several single ones are named, each was needed.

`--fail-on` counts what the second side reaches and the first does not.

`weighbridge law --diff DAY DAY` leaves the first day out and counts the second, so that spans laid
end to end tell each change once. Bills, proposals and vetoed acts change nothing.
"""


def page() -> str:
    """Return the whole page."""
    parts = [HEAD, _section("weighbridge", help_text())]
    parts += [_section(f"weighbridge {name}", _help_of(name)) for name in COMMANDS]
    return "\n".join([*parts, BASELINE, SCAN, SIDES])


def _section(title: str, text: str) -> str:
    return f"## {title}\n\n```\n{text.strip()}\n```\n"


def _help_of(name: str) -> str:
    os.environ["COLUMNS"] = "80"  # help is laid out for the terminal it is printed on
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        run_command(name, ["--help"])
    lines = printed.getvalue().splitlines()
    return "\n".join(_TYPE_OF_ARGUMENT.sub(r"\1", line.rstrip()) for line in lines)


def main() -> None:
    """Write the page, or with ``--check`` say that it is stale."""
    text = page()
    fresh = TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text
    if not fresh and "--check" in sys.argv[1:]:
        sys.exit("docs/cli.md is stale; run: python tools/make_cli_reference.py")
    if not fresh:
        TARGET.write_text(text, encoding="utf-8")
    print("docs/cli.md: fresh" if fresh else "docs/cli.md: written")


if __name__ == "__main__":
    main()
