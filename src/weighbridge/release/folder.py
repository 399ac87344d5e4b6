"""A release folder opened for reading: which files it holds, and bounded reads of them.

Everything in it is a stranger's: links that leave the folder are never followed, special files
never opened, names that could steer a terminal never repeated, and every read has a limit.
"""

from __future__ import annotations

import mmap
import os
import stat
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import islice
from pathlib import Path

from weighbridge.facts import Finding, Severity
from weighbridge.text.errors import InputError, ParseError
from weighbridge.text.places import Place

MAX_FILES = 20_000
MAX_DEPTH = 20
TEXT_LIMIT = 2 << 20
_MAX_NAMES_IN_A_FOLDER = 100_000
_POINTER_MARK = b"version https://git-lfs.github.com/spec/v1"
IGNORED = frozenset({".git", ".weighbridge"})


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One regular file of the release.

    path:     relative to the folder, with ``/`` between its parts
    size:     bytes, as the file system says (a sparse file's apparent size)
    alias_of: the path of the file it is a link to, or ``None``; an alias is not counted twice
    """

    path: str
    size: int
    alias_of: str | None = None

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """The path of the folder it lies in, ``""`` for the release folder itself."""
        return self.path.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Told:
    """What was fetched of one file over a network: so many bytes of its size, in some requests."""

    path: str
    bytes: int
    size: int
    requests: int


@dataclass(frozen=True, slots=True)
class FileText:
    """The text of one file.

    text:      without a byte-order mark; bytes that are not UTF-8 stand as U+FFFD
    truncated: the file is longer than the limit it was read with
    damaged:   some bytes were not UTF-8
    """

    text: str
    truncated: bool
    damaged: bool


class NotFetched(ParseError):
    """A part of a file that is not fetched over the network; the file itself may be sound."""


class Folder(ABC):
    """The files of one release, wherever they lie; a local one is made by :meth:`open`.

    name:    the folder's name, which never decides anything
    title:   how results call the release
    pinned:  a digest that names the content without reading it, where there is one
    files:   the regular files, sorted by path
    skipped: what was listed and is not read
    """

    name: str
    title: str
    pinned: str | None = None

    def __init__(
        self, name: str, files: tuple[Entry, ...], skipped: tuple[Finding, ...], title: str = ""
    ) -> None:
        """Keep a listing that is already sorted by path."""
        self.name = name
        self.title = title or name
        self.files = files
        self.skipped = skipped

    @staticmethod
    def open(path: Path) -> LocalFolder:
        """Return the folder at ``path`` with its files listed.

        Raises :class:`InputError` for a missing path, a file instead of a folder, a folder that
        cannot be listed and a folder without files.
        """
        root = _resolve(path)
        listing = _Listing(root)
        listing.walk()
        if not listing.files and not listing.skipped:
            raise InputError(
                f"`{shown_name(str(path))}` holds no files",
                help="name the folder that holds the model's config, weights and card",
            )
        return LocalFolder(root, tuple(sorted(listing.files)), tuple(listing.skipped))

    @cached_property
    def _by_path(self) -> dict[str, Entry]:
        return {entry.path: entry for entry in self.files}

    def get(self, path: str) -> Entry | None:
        """Return the file at ``path``, written as in :attr:`Entry.path`, or ``None``."""
        return self._by_path.get(path)

    def listed(self, path: str) -> Entry:
        """Return the file at ``path``. Raises :class:`ParseError` for one that is not listed."""
        entry = self._by_path.get(path)
        if entry is None:
            raise ParseError("not a file of the release", Place(shown_name(path)))
        return entry

    def matching(self, *patterns: str) -> list[Entry]:
        """Return the files whose path matches a pattern, whatever the case, sorted by path.

        ``*`` also matches ``/``: ``*.json`` finds files at any depth, ``config.json`` only the
        one at the top.
        """
        wanted = [pattern.lower() for pattern in patterns]
        return [
            entry
            for entry in self.files
            if any(fnmatchcase(entry.path.lower(), pattern) for pattern in wanted)
        ]

    def fetched(self) -> list[Told]:
        """Return what was fetched of each file, sorted by path; nothing of a local release."""
        return []

    @abstractmethod
    def read_bytes(self, path: str, limit: int, offset: int = 0) -> bytes:
        """Return at most ``limit`` bytes of a listed file from ``offset`` on.

        Raises :class:`ParseError` for a file that is not listed or cannot be read.
        """

    @abstractmethod
    def map(self, path: str) -> memoryview:
        """Return a listed file as a view of its bytes, of which only what is looked at is read.

        The view lives as long as it or a part of it is held; errors as :meth:`read_bytes`.
        """

    def read_text(self, path: str, limit: int = TEXT_LIMIT) -> FileText:
        """Return the first ``limit`` bytes of a listed file as text; errors as `read_bytes`."""
        data = self.read_bytes(path, limit + 1)
        truncated = len(data) > limit
        data = data[:limit]
        try:
            text = data.decode("utf-8-sig")
            return FileText(text, truncated, damaged=False)
        except UnicodeDecodeError as error:
            # A limit may cut the last character in two; that is no damage.
            cut = truncated and error.start >= limit - 3
            kept = data[: error.start] if cut else data
            return FileText(kept.decode("utf-8-sig", "replace"), truncated, damaged=not cut)


class LocalFolder(Folder):
    """A release on this machine; made by :meth:`Folder.open`."""

    def __init__(self, root: Path, files: tuple[Entry, ...], skipped: tuple[Finding, ...]) -> None:
        """Keep where it lies."""
        super().__init__(shown_name(root.name) or "release", files, skipped)
        self.root = root

    @classmethod
    def of_file(cls, path: Path, beside: Sequence[str] = ()) -> LocalFolder:
        """Return a folder of one file, with those named ``beside`` it that are there.

        A link is followed, since whoever named it meant it. Raises :class:`InputError` for a path
        that cannot be read or repeated.
        """
        shown = shown_name(str(path))
        if not path.name.isprintable():
            raise InputError(f"`{shown}`: a name with control characters", help="give it another")
        try:
            root = path.parent.resolve(strict=True)
            files = [Entry(path.name, path.stat().st_size)]
        except OSError as error:
            raise InputError(f"`{shown}`: {_reason(error)}") from None
        for name in beside:
            with suppress(OSError):
                status = (root / name).lstat()
                if name != path.name and stat.S_ISREG(status.st_mode):
                    files.append(Entry(name, status.st_size))
        folder = cls(root, tuple(sorted(files)), ())
        folder.title = shown_name(path.name)
        return folder

    def read_bytes(self, path: str, limit: int, offset: int = 0) -> bytes:
        """Return bytes of a listed file from the disk, as :meth:`Folder.read_bytes` says."""
        self.listed(path)
        try:
            with (self.root / path).open("rb") as file:
                if offset:
                    file.seek(offset)
                return file.read(limit)
        except OSError as error:
            raise ParseError(_reason(error), Place(path)) from None

    def descriptor(self, path: str) -> int:
        """Return a listed file open for reading, to be closed by the caller.

        Raises :class:`ParseError` where it cannot be opened.
        """
        self.listed(path)
        try:
            return os.open(self.root / path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            raise ParseError(_reason(error), Place(path)) from None

    def map(self, path: str) -> memoryview:
        """Return a listed file mapped into memory, as :meth:`Folder.map` says."""
        self.listed(path)
        try:
            with (self.root / path).open("rb") as file:
                if not os.fstat(file.fileno()).st_size:
                    return memoryview(b"")
                return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except (OSError, ValueError) as error:
            reason = _reason(error) if isinstance(error, OSError) else "cannot be mapped"
            raise ParseError(reason, Place(path)) from None


def is_pointer(head: bytes) -> bool:
    """Return whether these first bytes are those of a git-lfs pointer, not of the file itself."""
    return head.startswith(_POINTER_MARK)


def shown_name(name: str) -> str:
    """Return a name fit for a message: control and undecodable characters as escapes."""
    shown = (
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in name[:500]
    )
    return "".join(shown)


def _resolve(path: Path) -> Path:
    shown = shown_name(str(path))
    try:
        root = path.resolve(strict=True)
        is_folder = root.is_dir()
    except FileNotFoundError:
        raise InputError(f"`{shown}` does not exist") from None
    except (OSError, ValueError, RuntimeError) as error:
        reason = _reason(error) if isinstance(error, OSError) else "not a usable path"
        raise InputError(f"`{shown}`: {reason}") from None
    if not is_folder:
        raise InputError(
            f"`{shown}` is a file, not a folder", help="name the folder that holds the release"
        )
    return root


def _reason(error: OSError) -> str:
    words = error.strerror or "input or output error"
    return f"cannot be read: {words[:1].lower()}{words[1:]}"


@dataclass(slots=True)
class _Listing:
    """The walk over one folder, level by level, so that depth never crowds out the top."""

    root: Path
    files: list[Entry] = field(default_factory=list)
    skipped: list[Finding] = field(default_factory=list)
    folders: int = 0
    full: bool = False

    def walk(self) -> None:
        level = [""]
        for depth in range(1, MAX_DEPTH + 1):
            level = [folder for parent in level for folder in self._visit(parent)]
            self.folders += len(level)
            if self.folders > MAX_FILES and not self.full:
                self._stop("folders", level[-1])
            if self.full or not level:
                return
            if depth == MAX_DEPTH:
                message = f"folders more than {MAX_DEPTH} levels deep were not read"
                self._skip("too-deep", Severity.MEDIUM, message, level[0])

    def _visit(self, folder: str) -> Iterator[str]:
        """List one folder's files and yield the folders in it."""
        for item in self._items(folder):
            path = f"{folder}/{item.name}" if folder else item.name
            if self.full:
                return
            if item.name in IGNORED:
                continue
            if not path.isprintable():
                message = f"a name with control characters was not read: `{shown_name(path)}`"
                self._skip("odd-file-name", Severity.MEDIUM, message, shown_name(path))
                continue
            try:
                if self._is_folder(item, path):
                    yield path
            except OSError as error:
                self._skip("unreadable-file", Severity.MEDIUM, f"the file {_reason(error)}", path)

    def _is_folder(self, item: os.DirEntry[str], path: str) -> bool:
        """Return whether the item is a folder; anything else is listed or skipped."""
        if item.is_symlink():
            self._link(path)
        elif item.is_dir(follow_symlinks=False):
            return True
        else:
            self._file(path, item.stat(follow_symlinks=False))
        return False

    def _items(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self.root / folder) as found:
                items = list(islice(found, _MAX_NAMES_IN_A_FOLDER + 1))
        except OSError as error:
            if not folder:
                raise InputError(f"`{shown_name(str(self.root))}`: {_reason(error)}") from None
            self._skip("unreadable-file", Severity.MEDIUM, f"a folder {_reason(error)}", folder)
            return []
        items.sort(key=lambda item: item.name)
        if len(items) > _MAX_NAMES_IN_A_FOLDER:
            self._stop("names in one folder", folder or items[0].name)
        return items

    def _link(self, path: str) -> None:
        """Follow a link to a file that stays inside; a folder is listed where it truly lies."""
        try:
            target = (self.root / path).resolve(strict=True)
            status = target.stat()
        except (OSError, RuntimeError):
            self._skip("broken-link", Severity.LOW, "a link that leads nowhere was not read", path)
            return
        inside = target.relative_to(self.root) if target.is_relative_to(self.root) else None
        if inside is None:
            message = "a link that leaves the release folder was not followed"
            self._skip("link-leaves-folder", Severity.MEDIUM, message, path)
        elif not stat.S_ISDIR(status.st_mode) and not IGNORED.intersection(inside.parts):
            self._file(path, status, alias_of=inside.as_posix())

    def _file(self, path: str, status: os.stat_result, alias_of: str | None = None) -> None:
        if not stat.S_ISREG(status.st_mode):
            message = "a pipe, socket or device was not opened"
            self._skip("special-file", Severity.MEDIUM, message, path)
        elif len(self.files) >= MAX_FILES:
            self._stop("files", path)
        else:
            self.files.append(Entry(path, status.st_size, alias_of))

    def _stop(self, things: str, path: str) -> None:
        self.full = True
        message = f"more than {MAX_FILES:,} {things}: the rest was not read"
        self._skip("too-many-files", Severity.HIGH, message, path)

    def _skip(self, id: str, severity: Severity, message: str, path: str) -> None:
        self.skipped.append(Finding(id, severity, message, (Place(path),)))
