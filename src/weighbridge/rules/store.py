"""Compiled law: JSON in the wheel or in the user's cache, named by what it was made from.

The name is a hash of this format, of the compiler's own source and of every file of law, so a
stale file is never found; the text begins with its own digest, so a damaged one is rebuilt.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from io import FileIO
from pathlib import Path
from typing import Any

from weighbridge.facts.vocabulary import vocabulary_files
from weighbridge.rules.amendment import amendment_path, shipped_amendments
from weighbridge.rules.compiled import law_from_json, law_to_json, meaning_hash
from weighbridge.rules.files import law_names
from weighbridge.rules.law import Law
from weighbridge.rules.sources import LAW_FOLDER
from weighbridge.text.errors import InputError
from weighbridge.text.user_cache import cache_folder, write_quietly

FORMAT = 2
SHIPPED = LAW_FOLDER / "compiled.json"
_COMPILER = ("facts", "rules", "text")


def load_law(extra: Iterable[Path] = (), amendments: Iterable[Path] = ()) -> Law:
    """Return the body of law that ships with Weighbridge, with ``extra`` folders and amendments.

    Read from the compiled file in the wheel or in the cache folder where one fits, else compiled
    and, where the cache folder can be written, kept. Raises :class:`LawMissing` where the law
    itself is gone and :class:`LanguageError` where it is broken.
    """
    folders = [LAW_FOLDER, *extra]
    patches = [amendment_path(each) for each in amendments]
    key = _key(folders, patches)
    for path in _candidates(key):
        law = _read_compiled(path, key)
        if law is not None:
            return law
    from weighbridge.rules.compile import compile_law

    law = compile_law(folders, patches)
    text = _compiled_text(law, key)
    cache = cache_folder()
    if cache is not None:
        write_quietly(cache / f"law-{key}.json", text)
    return law


def write_compiled(target: Path) -> None:
    """Compile the shipped law into ``target``, the file a wheel carries."""
    from weighbridge.rules.compile import compile_law

    key = _key([LAW_FOLDER], [])
    target.write_text(_compiled_text(compile_law([LAW_FOLDER]), key), encoding="utf-8")


def _key(folders: list[Path], amendments: list[Path]) -> str:
    digest = hashlib.sha256(f"format {FORMAT}\n".encode())
    home = Path(__file__).resolve().parent.parent
    for floor in _COMPILER:
        for path in sorted((home / floor).glob("*.py")):
            _feed(digest, f"{floor}/{path.name}", path)
    for path in vocabulary_files():
        _feed(digest, path.name, path)
    for folder in folders:
        for name in law_names(folder):
            _feed(digest, name, f"{folder}/{name}")
    for path in sorted(amendments):
        _feed(digest, "amendment", path)
    # An amendment may build on reforms that ship, so all of them count beside it.
    for path in shipped_amendments().values() if amendments else ():
        _feed(digest, "reform", path)
    return digest.hexdigest()[:32]


def _feed(digest: Any, name: str, path: Path | str) -> None:
    """Take in a file's name, size and content; there are hundreds, so no buffers, no paths."""
    try:
        with FileIO(path) as file:
            data = file.readall()
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise InputError(f"cannot read `{path}`: {reason}") from None
    digest.update(f"{name} {len(data)}\n".encode())
    digest.update(data)


def _candidates(key: str) -> list[Path]:
    cache = cache_folder()
    return [SHIPPED] + ([cache / f"law-{key}.json"] if cache else [])


def _compiled_text(law: Law, key: str) -> str:
    law.hash = meaning_hash(law)
    body = json.dumps(law_to_json(law), ensure_ascii=False, separators=(",", ":"))
    return f"{_digest(body.encode())} {key}\n{body}"


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _read_compiled(path: Path, key: str) -> Law | None:
    """Return the law in ``path``, or ``None`` where it is absent, stale or damaged."""
    try:
        head, body = path.read_bytes().split(b"\n", 1)
        if head.decode() != f"{_digest(body)} {key}":
            return None
        return law_from_json(json.loads(body.decode()))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
