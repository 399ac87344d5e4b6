"""Everything there is to digest at a path: each file, the whole release, the signing manifest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from weighbridge.facts import Finding
from weighbridge.release.digest import OUTSIDE, combined_digest
from weighbridge.release.digests.cache import DigestCache
from weighbridge.release.digests.hashing import FileDigests, Progress, Wanted, digest_files
from weighbridge.release.digests.manifest import Manifest, manifest_of, signed_files
from weighbridge.release.folder import Folder, shown_name
from weighbridge.text.errors import InputError

ALGORITHM = "sha256"


@dataclass(frozen=True, slots=True)
class ReleaseDigests:
    """The digests at one path.

    name:     of the folder or file
    files:    every file, sorted by path; some may have a problem in place of a digest
    digest:   ``sha256:…`` over every byte of the release, formed as ``release/digest.py`` forms
              that of a small one; ``None`` for a single file and where a file could not be read
    manifest: what a signature would stand on, or ``None``
    refused:  why there is no manifest, or ``None``
    skipped:  what the folder holds that was not read
    """

    name: str
    files: tuple[FileDigests, ...]
    digest: str | None = None
    manifest: Manifest | None = None
    refused: str | None = None
    skipped: tuple[Finding, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every file of the release has its digest."""
        return not self.skipped and all(each.problem is None for each in self.files)


def digest_path(
    path: Path, *, certain: bool = False, progress: Progress | None = None
) -> ReleaseDigests:
    """Return the digests of a release folder, or of one file.

    Digests of files that have not changed since they were last read are taken from the user's
    cache folder, unless the caller wants to be certain. Raises :class:`InputError` for a path
    that cannot be opened.
    """
    if _is_file(path):
        wanted = [Wanted(path.name, path.resolve(), path.stat().st_size)]
        return ReleaseDigests(shown_name(path.name), tuple(digest_files(wanted, progress=progress)))
    folder = Folder.open(path)
    root = path.resolve()
    cache = None if certain else DigestCache.open(root)
    listed = {
        each.path: Wanted(each.path, root / (each.alias_of or each.path), each.size)
        for each in folder.files
    }
    signed, refused = _signed(root)
    listed |= {each.path: each for each in signed}
    wanted = [listed[path] for path in sorted(listed)]
    files = digest_files(wanted, (ALGORITHM,), known=cache, progress=progress)
    if cache is not None:
        cache.save()
    by_path = {each.path: each for each in files}
    manifest = None
    if refused is None:
        try:
            manifest = manifest_of(folder.name, [by_path[each.path] for each in signed])
        except InputError as error:
            refused = error.message
    return ReleaseDigests(
        folder.name, tuple(files), _whole(folder, by_path), manifest, refused, folder.skipped
    )


def _whole(folder: Folder, files: dict[str, FileDigests]) -> str | None:
    entries = [entry for entry in folder.files if entry.path not in OUTSIDE]
    contents = [(entry, files[entry.path]) for entry in entries]
    if any(each.problem is not None or each.size != entry.size for entry, each in contents):
        return None
    return combined_digest((entry, each.digests[ALGORITHM]) for entry, each in contents)


def _signed(root: Path) -> tuple[list[Wanted], str | None]:
    try:
        return signed_files(root), None
    except InputError as error:
        return [], error.message


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
