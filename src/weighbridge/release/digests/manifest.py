"""The manifest that a model signature stands on: every file with its digest, and one over all.

Format: OpenSSF model signing 1.0, serialisation by files. The digest of the subject is SHA-256
over the raw digests of the files, one after the other, in the order of their names; names are
compared part by part, so ``a/x`` comes before ``a-b/x``. Links are refused.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from weighbridge.release.digests.hashing import FileDigests, Wanted
from weighbridge.release.folder import MAX_DEPTH, MAX_FILES, shown_name
from weighbridge.text.errors import InputError

IGNORED = (".git", ".gitattributes", ".github", ".gitignore")
"""What the format's own tool leaves out by itself."""

_ALGORITHM = "sha256"


@dataclass(frozen=True, slots=True)
class Resource:
    """One file of the manifest: its name relative to the release, and its digest."""

    name: str
    digest: str

    def to_json(self) -> dict[str, str]:
        """Return the resource as a statement writes it."""
        return {"algorithm": _ALGORITHM, "digest": self.digest, "name": self.name}


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of a release as a signature names them.

    name:      the folder's name, which decides nothing
    digest:    hexadecimal SHA-256 over the digests of all files
    resources: the files, in the order that the digest is over
    ignored:   paths left out, files or folders
    """

    name: str
    digest: str
    resources: tuple[Resource, ...]
    ignored: tuple[str, ...]

    def serialization(self) -> dict[str, object]:
        """Return how the release was made into digests, as a statement writes it."""
        return {
            "allow_symlinks": False,
            "hash_type": _ALGORITHM,
            "ignore_paths": sorted(self.ignored),
            "method": "files",
        }


def signed_files(root: Path, ignored: Sequence[str] = IGNORED) -> list[Wanted]:
    """Return every file that a signature of the folder would name, in the order of the manifest.

    Raises :class:`InputError` for a link, a special file, a name with control characters, and
    more files or folders within folders than a release may have.
    """
    found: list[Wanted] = []
    level = [""]
    for _ in range(MAX_DEPTH):
        level = [folder for parent in level for folder in _visit(root, parent, ignored, found)]
        if len(found) > MAX_FILES:
            raise InputError(f"more than {MAX_FILES:,} files: no manifest is made of them")
        if not level:
            return sorted(found, key=lambda each: each.path.split("/"))
    raise InputError(f"folders more than {MAX_DEPTH} levels deep: no manifest is made of them")


def manifest_of(
    name: str, files: Iterable[FileDigests], ignored: Sequence[str] = IGNORED
) -> Manifest:
    """Return the manifest of files that were digested.

    Raises :class:`InputError` where one of them has no digest.
    """
    total = hashlib.sha256()
    resources = []
    for each in sorted(files, key=lambda each: each.path.split("/")):
        if each.problem is not None:
            raise InputError(f"`{shown_name(each.path)}` {each.problem}: no manifest without it")
        digest = each.digests[_ALGORITHM]
        total.update(bytes.fromhex(digest))
        resources.append(Resource(each.path, digest))
    return Manifest(name, total.hexdigest(), tuple(resources), tuple(sorted(ignored)))


def _visit(root: Path, folder: str, ignored: Sequence[str], found: list[Wanted]) -> list[str]:
    """Add the files of one folder and return the folders in it."""
    folders = []
    try:
        with os.scandir(root / folder) as items:
            for item in items:
                path = f"{folder}/{item.name}" if folder else item.name
                if path in ignored:
                    continue
                status = item.stat(follow_symlinks=False)
                if stat.S_ISDIR(status.st_mode):
                    folders.append(path)
                elif len(found) <= MAX_FILES:
                    found.append(_wanted(root, path, status))
    except OSError as error:
        reason = (error.strerror or "input or output error").lower()
        raise InputError(f"`{shown_name(folder or root.name)}` cannot be read: {reason}") from None
    return folders


def _wanted(root: Path, path: str, status: os.stat_result) -> Wanted:
    shown = shown_name(path)
    if stat.S_ISLNK(status.st_mode):
        raise InputError(
            f"`{shown}` is a link, which a manifest may not hold", help="put the file in its place"
        )
    if not stat.S_ISREG(status.st_mode):
        raise InputError(f"`{shown}` is not a regular file: no manifest is made with it")
    if not path.isprintable():
        raise InputError(f"the name `{shown}` cannot be shown: no manifest is made with it")
    return Wanted(path, root / path, status.st_size)
