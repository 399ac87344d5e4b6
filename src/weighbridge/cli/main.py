"""The one way in: picks the command, loads it alone, and turns every error into one line.

Typer is asked for one command at a time, so that a command pays for no other.
"""

from __future__ import annotations

import gc
import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module

from weighbridge import __version__
from weighbridge.cli.output import close_quietly
from weighbridge.report.blocks import printable
from weighbridge.text.errors import InputError, WeighbridgeError, did_you_mean

COMMANDS = {
    "check": "what a release owes, to whom, since when, and why",
    "ask": "at most ten plain questions; writes weighbridge.toml",
    "diff": "two releases, or one at two dates or under two laws",
    "plan": "the least that opens markets, and what would flip a verdict",
    "rule": "one rule in full",
    "law": "the packs: status, coverage, age, trust",
    "facts": "the vocabulary: every fact that may be spoken of",
    "scan": "what loading each file could do, without loading it",
    "lineage": "what its weights share with those of others",
    "licence": "which licence a text or a release carries, and its conditions",
    "fingerprint": "a small digest of weights, and the releases of an index near it",
    "digest": "SHA-256 of every file and of the whole release",
}
USAGE = """\
Usage: weighbridge COMMAND [ARGUMENTS]

Weighs an open AI model release: what it owes, to whom, since when, and why.

Commands:
{commands}

  --version  the version
  --help     this; `weighbridge COMMAND --help` shows one command

Examples:
  weighbridge check .
  weighbridge ask .
  weighbridge check --no-release --set training_compute=2e26 --as-of 2024-06-01
"""
FAULT = 2
_KEPT_OBJECTS = 1 << 17
"""A run is short and its law never dies: looking for garbage in it costs a tenth of the time."""

_OPTION = re.compile(r"(?<![\w-])--?[A-Za-z][\w-]*")
INTERRUPTED = 130


def main() -> None:
    """Run the command line and end the process with its exit status."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return the exit status: 0 done, 1 gate, 2 at fault, 130 interrupted."""
    _take_any_text()
    gc.set_threshold(_KEPT_OBJECTS)
    try:
        status = _dispatch(list(arguments))
        sys.stdout.flush()
        return status
    except WeighbridgeError as error:
        return _report(str(error))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        close_quietly()
        return 0
    except RecursionError:
        return _report("the input is nested too deep")
    except Exception as error:  # a usage error of the option parser; all else is ours to mend
        message = getattr(error, "format_message", None)
        if message is None:
            raise
        return _report(_usage_error(message(), arguments))


def _take_any_text() -> None:
    """Let file names and texts with broken characters through, written out as escapes."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def _dispatch(arguments: list[str]) -> int:
    name = arguments[0] if arguments else "--help"
    if name in ("--help", "-h", "help"):
        sys.stdout.write(help_text())
        return 0
    if name == "--version":
        sys.stdout.write(f"weighbridge {__version__}\n")
        return 0
    if name not in COMMANDS:
        hint = did_you_mean(name, COMMANDS) or f"one of {', '.join(COMMANDS)}"
        raise InputError(f"unknown command `{name[:60]}`", help=hint)
    return run_command(name, arguments[1:])


def run_command(name: str, arguments: list[str]) -> int:
    """Run one command through Typer and return its exit status."""
    # Typer would load Rich to draw its own help and errors.
    os.environ.setdefault("TYPER_USE_RICH", "0")
    from typer.main import get_command

    command = get_command(import_module(f"weighbridge.cli.{name}").app)
    status = command.main(args=arguments, prog_name=f"weighbridge {name}", standalone_mode=False)
    return status if isinstance(status, int) else 0


def help_text() -> str:
    """Return what ``weighbridge --help`` prints."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name.ljust(width)}  {says}" for name, says in COMMANDS.items()]
    return USAGE.format(commands="\n".join(lines))


def _usage_error(message: str, arguments: Sequence[str]) -> str:
    """Return the option parser's complaint in the form of ours."""
    text, _, near = " ".join(message.split()).partition(" (Possible options: ")
    text, _, nearest = text.rstrip(".").partition(". Did you mean ")
    options = _OPTION.findall(f"{near} {nearest}")
    complaint = _OPTION.sub(r"`\g<0>`", text.replace("'", ""))
    wrong = _OPTION.search(text)
    help = did_you_mean(wrong[0], options) if wrong else None
    return (
        f"{complaint[:1].lower()}{complaint[1:]}\n"
        f"  help: {help or f'weighbridge {arguments[0]} --help'}"
    )


def _report(text: str) -> int:
    sys.stdout.flush()
    shown = "\n".join(printable(line) for line in text.split("\n"))
    sys.stderr.write(f"weighbridge: error: {shown}\n")
    return FAULT
