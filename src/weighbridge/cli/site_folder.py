"""A folder that holds one generated site and nothing left over from an earlier one.

A marker file lists what was written, so that the next run knows what is its own to replace or
remove. A folder with other files and no marker is refused; files that somebody adds to a site
of ours stay.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from weighbridge.cli.output import write_whole
from weighbridge.text.errors import InputError, ParseError
from weighbridge.text.strict_json import read_json

MARKER = ".weighbridge-site.json"
FORMAT = 1


def write_site(folder: Path, files: Iterable[tuple[str, str]]) -> int:
    """Write each file whole, remove what an earlier run left, and return how many there are.

    Raises :class:`InputError` where the folder is not ours or cannot be written. Everything is
    made before the first file is written.
    """
    texts = dict(files)
    before = _written_before(folder)
    _refuse_others(folder, [name for name in texts if name not in before])
    _write(folder / MARKER, _marker({*before, *texts}))
    for count, (name, text) in enumerate(texts.items(), 1):
        _write(folder / name, text)
        _tell(count, len(texts))
    for name in sorted(before - set(texts)):
        _remove(folder, name)
    _write(folder / MARKER, _marker(texts))
    return len(texts)


def _marker(names: Iterable[str]) -> str:
    return json.dumps({"format": FORMAT, "files": sorted(names)}, indent=1) + "\n"


def _written_before(folder: Path) -> set[str]:
    """Return the files an earlier run wrote into ``folder``."""
    try:
        if not folder.exists() or not any(folder.iterdir()):
            return set()
        return _listed((folder / MARKER).read_text(encoding="utf-8"))
    except NotADirectoryError:
        raise InputError(f"cannot write a site to `{folder}`: it is a file") from None
    except (OSError, UnicodeDecodeError, ParseError, KeyError, TypeError, AttributeError):
        raise InputError(
            f"`{folder}` holds files that this command did not write",
            help="name a new or an empty folder",
        ) from None


def _listed(text: str) -> set[str]:
    names = {str(name) for name in read_json(text, MARKER)["files"]}
    for name in names:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise ParseError("a name leaves the folder")
    return names


def _refuse_others(folder: Path, names: Iterable[str]) -> None:
    for name in names:
        if (folder / name).exists():
            raise InputError(
                f"`{folder / name}` is in the way and was not written by this command",
                help="move it, or name a new or an empty folder",
            )


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or "not a path").lower()
        raise InputError(f"cannot write `{path.parent}`: {reason}") from None
    write_whole(path, text)


def _remove(folder: Path, name: str) -> None:
    """Remove a file of an earlier run, and the folders that it leaves empty."""
    path = folder / name
    try:
        if not path.parent.resolve().is_relative_to(folder.resolve()):
            return
        path.unlink(missing_ok=True)
        for above in path.parents:
            if above == folder or not above.is_dir() or any(above.iterdir()):
                return
            above.rmdir()
    except OSError as error:
        reason = (error.strerror or "not a path").lower()
        raise InputError(f"cannot remove `{path}`: {reason}") from None


def _tell(count: int, total: int) -> None:
    """Show how far the writing is, where somebody watches."""
    if sys.stderr.isatty():
        end = "\n" if count == total else ""
        sys.stderr.write(f"\rweighbridge: {count} of {total} pages{end}")
        sys.stderr.flush()
