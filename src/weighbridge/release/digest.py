"""The digest that names a release: over every byte of a small one, over samples of a large one.

A small release (64 MiB in all) is digested whole: any changed byte changes ``sha256:…``.
A larger one gets ``sha256-sampled:…``: over all names and sizes, whole files up to 1 MiB (so
every git-lfs pointer with the digest it names), safetensors headers, and sixteen blocks of
64 KiB of every other file, the first and last among them. A change between the blocks goes
unseen, so a sampled digest tells releases apart but proves no file unchanged.

A digest over every byte of a release of any size, formed as that of a small one, is made on
demand: ``release/digests/whole.py``. Outside the digest are the tool's own ``.weighbridge/`` and
``weighbridge.toml``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from weighbridge.release.folder import Entry, Folder
from weighbridge.text.errors import ParseError

WHOLE_RELEASE = 64 << 20
WHOLE_FILE = 1 << 20
BLOCK = 64 << 10
BLOCKS = 16
OUTSIDE = frozenset({"weighbridge.toml"})
_CHUNK = 1 << 20
_HEADER_LIMIT = 100_000_000


def release_digest(folder: Folder) -> str:
    """Return ``sha256:<hex>`` or, for a release above 64 MiB, ``sha256-sampled:<hex>``."""
    entries = [entry for entry in folder.files if entry.path not in OUTSIDE]
    whole = sum(entry.size for entry in entries) <= WHOLE_RELEASE
    contents = ((entry, _content_digest(folder, entry, whole)) for entry in entries)
    return combined_digest(contents, "sha256" if whole else "sha256-sampled")


def combined_digest(contents: Iterable[tuple[Entry, str]], kind: str = "sha256") -> str:
    """Return ``kind:<hex>`` over the path, size and content digest of each file, in order."""
    total = hashlib.sha256()
    for entry, content in contents:
        total.update(f"{entry.path}\n{entry.size}\n{content}\n".encode())
    return f"{kind}:{total.hexdigest()}"


def _content_digest(folder: Folder, entry: Entry, whole: bool) -> str:
    digest = hashlib.sha256()
    spans = _all_of(entry) if whole or entry.size <= WHOLE_FILE else _samples(folder, entry)
    try:
        for offset, length in spans:
            digest.update(folder.read_bytes(entry.path, length, offset))
    except ParseError:
        return "unreadable"
    return digest.hexdigest()


def _all_of(entry: Entry) -> Iterator[tuple[int, int]]:
    for offset in range(0, entry.size, _CHUNK):
        yield offset, min(_CHUNK, entry.size - offset)


def _samples(folder: Folder, entry: Entry) -> Iterator[tuple[int, int]]:
    """Yield (offset, length) of the header, if any, and of sixteen blocks evenly spread."""
    prefix = folder.read_bytes(entry.path, 9)
    header = 8 + int.from_bytes(prefix[:8], "little")
    if prefix[8:] == b"{" and BLOCK < header <= min(_HEADER_LIMIT, entry.size):
        yield 0, header
    last = entry.size - BLOCK
    for step in range(BLOCKS):
        yield last * step // (BLOCKS - 1), BLOCK
