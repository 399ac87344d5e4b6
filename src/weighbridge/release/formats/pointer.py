"""git-lfs pointers: a few lines of text that stand where a large file was.

The pointer names the file's sha256 and size, so weights can be weighed without being here.
Format: git-lfs specification, version 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from weighbridge.release.folder import Entry, Folder, is_pointer
from weighbridge.release.formats.base import WeightFile
from weighbridge.text.errors import ParseError
from weighbridge.text.places import Place

_LIMIT = 1024
_DIGEST = re.compile(r"^oid sha256:([0-9a-f]{64})$", re.MULTILINE)
_SIZE = re.compile(r"^size ([0-9]{1,18})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PointerFormat:
    """Reads a git-lfs pointer in place of the weights."""

    name: str = "git-lfs pointer"
    suffixes: tuple[str, ...] = ()
    certain: bool = False

    def recognises(self, head: bytes, entry: Entry) -> bool:
        """Return whether the file is a pointer."""
        return entry.size <= _LIMIT and is_pointer(head)

    def read(self, folder: Folder, entry: Entry) -> WeightFile:
        """Return the size and digest that the pointer names."""
        text = folder.read_text(entry.path, _LIMIT).text.replace("\r\n", "\n")
        digest, size = _DIGEST.search(text), _SIZE.search(text)
        if not digest or not size:
            raise ParseError("a git-lfs pointer without sha256 or size", Place(entry.path))
        return WeightFile(entry.path, self.name, int(size[1]), sha256=digest[1], pointer=True)


FORMATS = (PointerFormat(),)
