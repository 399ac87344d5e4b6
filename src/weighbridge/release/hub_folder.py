"""A release on the Hub, read as a folder: which of its bytes are fetched, and which never.

Texts that a reader opens are fetched whole and compared with the digest that the commit gives
them. Of weights only headers are fetched, by ranges: of a safetensors file its length and its
header, of any other the first part that a reader asks for, within a limit. Files that are neither
are known by name and size alone. What no reader opens is not fetched.
"""

from __future__ import annotations

import hashlib
import mmap
from pathlib import PurePosixPath
from tempfile import TemporaryFile

from weighbridge.facts import Finding, Severity
from weighbridge.release.folder import (
    IGNORED,
    MAX_DEPTH,
    MAX_FILES,
    Entry,
    Folder,
    NotFetched,
    Told,
    shown_name,
)
from weighbridge.release.formats import formats
from weighbridge.release.formats.safetensors import HEADER_LIMIT
from weighbridge.release.gguf_header import MARK, header_end
from weighbridge.release.hub import Fetched, Hub, HubFile, HubName
from weighbridge.release.licence.documents import kind_of
from weighbridge.text.errors import InputError
from weighbridge.text.places import Place

NAMELESS_TEXT = 2 << 20
"""The largest file without an ending to its name that is taken for text."""

FIRST_PART = 16 << 20
"""How much is fetched of one weight file that is not safetensors, at most."""

MOST_IN_ALL = 512 << 20
"""How much is fetched of all files together, at most, before parts are refused."""

SMALL = 1 << 20
"""Up to which size a weight file that has no header at its start is fetched from end to end."""

_FIRST_STEP = 64 << 10
_LENGTH = 8
_TEXTS = frozenset(
    ".md .txt .rst .json .jsonl .yaml .yml .toml .jinja .jinja2 .py .csv .sig .cff .html".split()
)
_MEDIA = frozenset(
    ".png .jpg .jpeg .gif .webp .svg .bmp .ico .pdf .mp3 .wav .flac .ogg .mp4 .mov .webm .avi "
    ".parquet .arrow .zip .gz .tar .xz .7z .docx .pptx .xlsx .ttf .woff2".split()
)


class HubFolder(Folder):
    """The files of one commit; made by :func:`open_hub`."""

    def __init__(
        self, hub: Hub, commit: str, files: dict[str, HubFile], skipped: tuple[Finding, ...]
    ) -> None:
        """Keep the listing of a commit."""
        entries = tuple(sorted(Entry(each.path, each.size) for each in files.values()))
        repository = hub.name.repository
        name = repository.rpartition("/")[2]
        super().__init__(name, entries, skipped, f"{repository}@{commit}")
        self.commit = commit
        self.pinned = _digest(commit, entries, files)
        self._hub = hub
        self._files = files
        self._whole: dict[str, bytes] = {}
        self._first: dict[str, bytes] = {}
        self._far: dict[tuple[str, int, int], bytes] = {}

    @property
    def requested(self) -> HubName:
        """The name under which it was asked for."""
        return self._hub.name

    def fetched(self) -> list[Told]:
        """Return what was fetched of each file, sorted by path; of the listing first, as ``""``."""
        sizes = {entry.path: entry.size for entry in self.files}
        return [
            Told(path, told.bytes, sizes.get(path, told.bytes), told.requests)
            for path, told in sorted(self._hub.fetched.items())
        ]

    def read_bytes(self, path: str, limit: int, offset: int = 0) -> bytes:
        """Return bytes of a listed file, fetched where they were not before.

        Of a safetensors file nothing behind its header is given. Raises :class:`NotFetched` for
        what is never fetched, and :class:`InputError` where the Hub does not answer.
        """
        entry = self.listed(path)
        end = min(offset + limit, entry.size)
        if end <= offset:
            return b""
        if path not in self._whole and not self._is_text(entry):
            return self._weights(entry, offset, end)
        asked_whole = offset == 0 and end == entry.size
        if asked_whole or entry.size <= _FIRST_STEP or path in self._whole:
            return self._text(entry)[offset:end]
        return self._stretch(entry, offset, end)

    def map(self, path: str) -> memoryview:
        """Return a listed file as a view: a text or a small file whole, a GGUF file by its header.

        Zeros stand behind that header. Raises :class:`NotFetched` for larger files of other
        kinds, whose readers would look anywhere in them.
        """
        entry = self.listed(path)
        if self._is_text(entry):
            return memoryview(self._text(entry))
        if entry.size <= SMALL and not entry.name.lower().endswith(".safetensors"):
            return memoryview(self.read_bytes(path, entry.size))
        if self.read_bytes(path, len(MARK)) != MARK:
            raise NotFetched("only its first bytes are fetched from the Hub", Place(path))
        step = min(SMALL, entry.size)
        while True:
            first = self.read_bytes(path, step)
            end = header_end(first)
            if end is not None:
                return _mapped(first[:end], entry)
            if step in (entry.size, FIRST_PART):
                message = f"no whole header in the first {step:,} bytes, which are what is fetched"
                raise NotFetched(message, Place(path))
            step = min(step << 2, FIRST_PART, entry.size)

    def _is_text(self, entry: Entry) -> bool:
        """Return whether it is a text. Raises :class:`NotFetched` where it is no weights either."""
        name = entry.name.lower()
        suffix = PurePosixPath(name).suffix
        if any(name.endswith(each) for known in formats() for each in known.suffixes):
            return False
        if suffix in _TEXTS or (suffix not in _MEDIA and kind_of(name)):
            return True
        if self._files[entry.path].sha256 is not None and suffix not in _MEDIA:
            return False
        if not suffix and entry.size <= NAMELESS_TEXT:
            return True
        raise NotFetched("neither text nor weights: not fetched", Place(entry.path))

    def _text(self, entry: Entry) -> bytes:
        if entry.path not in self._whole:
            data = self._hub.fetch(self.commit, entry.path, entry.size)
            if not _is_pinned(data, self._files[entry.path]):
                raise InputError(
                    f"`{self.requested}`: `{entry.path}` is not the file of commit {self.commit}"
                )
            self._whole[entry.path] = data
        return self._whole[entry.path]

    def _weights(self, entry: Entry, offset: int, end: int) -> bytes:
        first = self._first.get(entry.path, b"")
        if entry.name.lower().endswith(".safetensors"):
            first = first or self._header(entry)
            length = int.from_bytes(first[:_LENGTH], "little")
            if _is_header(length, entry):
                return first[offset:end]
        if end <= len(first):
            return first[offset:end]
        if end <= FIRST_PART:
            # The first bytes tell the format; whoever reads on from there will want more.
            step = max(end, 2 * len(first), _FIRST_STEP) if first else end
            more = min(step, FIRST_PART, entry.size) - len(first)
            first += self._part(entry, len(first), more)
            self._first[entry.path] = first
            return first[offset:end]
        return self._stretch(entry, offset, end)

    def _header(self, entry: Entry) -> bytes:
        """Return the length and the header of a safetensors file, or what stands in their place."""
        first = self._part(entry, 0, min(_LENGTH, entry.size))
        length = int.from_bytes(first, "little")
        if _is_header(length, entry):
            first += self._part(entry, _LENGTH, length)
        self._first[entry.path] = first
        return first

    def _stretch(self, entry: Entry, offset: int, end: int) -> bytes:
        key = (entry.path, offset, end)
        if key not in self._far:
            self._far[key] = self._part(entry, offset, end - offset)
        return self._far[key]

    def _part(self, entry: Entry, offset: int, length: int) -> bytes:
        """Fetch a part of a file, within what may be fetched of it and of all."""
        told = self._hub.fetched.get(entry.path, Fetched())
        is_safetensors = entry.name.lower().endswith(".safetensors")
        most = HEADER_LIMIT + _LENGTH if is_safetensors else FIRST_PART
        if told.bytes + length > most or self._hub.total + length > MOST_IN_ALL:
            message = "too much of it would have to be fetched to read it: not read"
            raise NotFetched(message, Place(entry.path))
        return self._hub.fetch(self.commit, entry.path, length, offset)


def open_hub(name: HubName) -> HubFolder:
    """Return a repository of the Hub as a folder, at the commit its revision stands for now.

    Raises :class:`InputError` where the library is missing, the Hub cannot be reached, the
    repository or revision is not there or not open, or it holds no files.
    """
    hub = Hub(name)
    commit = hub.commit()
    files: dict[str, HubFile] = {}
    skipped: list[Finding] = []
    for each in hub.files(commit):
        if IGNORED.intersection(each.path.split("/")):
            continue
        if _is_odd(each.path) or each.path in files:
            message = f"a name that no file can have was not read: `{shown_name(each.path)}`"
            skipped.append(_finding("odd-file-name", Severity.MEDIUM, message, each.path))
        elif each.path.count("/") >= MAX_DEPTH:
            message = f"folders more than {MAX_DEPTH} levels deep were not read"
            skipped.append(_finding("too-deep", Severity.MEDIUM, message, each.path))
        elif len(files) >= MAX_FILES:
            message = f"more than {MAX_FILES:,} files: the rest was not read"
            skipped.append(_finding("too-many-files", Severity.HIGH, message, each.path))
            break
        else:
            files[each.path] = each
    if not files and not skipped:
        raise InputError(f"`{name}` holds no files")
    return HubFolder(hub, commit, files, tuple(skipped))


def _mapped(first: bytes, entry: Entry) -> memoryview:
    """Return a view of the file's whole size that holds these first bytes, and then nothing."""
    try:
        with TemporaryFile() as file:
            file.truncate(entry.size)
            file.write(first)
            file.flush()
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError):
        raise NotFetched("no room on this machine to read it", Place(entry.path)) from None


def _is_odd(path: str) -> bool:
    parts = path.split("/")
    return not path.isprintable() or not {"", ".", ".."}.isdisjoint(parts) or len(path) > 1000


def _finding(id: str, severity: Severity, message: str, path: str) -> Finding:
    return Finding(id, severity, message, (Place(shown_name(path)),))


def _is_header(length: int, entry: Entry) -> bool:
    return 2 <= length <= min(HEADER_LIMIT, entry.size - _LENGTH)


def _is_pinned(data: bytes, file: HubFile) -> bool:
    """Return whether the content is the one the commit names."""
    if file.sha256 is not None:
        return hashlib.sha256(data).hexdigest() == file.sha256
    framed = b"blob %d\0%b" % (len(data), data)
    name = hashlib.sha1 if len(file.blob) == 40 else hashlib.sha256
    return name(framed, usedforsecurity=False).hexdigest() == file.blob


def _digest(commit: str, entries: tuple[Entry, ...], files: dict[str, HubFile]) -> str:
    """Return a digest over the commit and over what it says of each file, content included."""
    total = hashlib.sha256(f"{commit}\n".encode())
    for entry in entries:
        file = files[entry.path]
        total.update(f"{entry.path}\n{entry.size}\n{file.sha256 or file.blob}\n".encode())
    return f"sha256-hub:{total.hexdigest()}"
