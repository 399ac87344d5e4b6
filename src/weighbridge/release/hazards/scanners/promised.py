"""Files that are not what their name promises: pointers, pages, other formats, nothing at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from weighbridge.release.folder import is_pointer
from weighbridge.release.hazards.scan import UNKNOWN, Scan
from weighbridge.release.hazards.verdict import Grade
from weighbridge.release.hazards.view import View

_LONGEST_POINTER = 1024
_DIGEST = re.compile(rb"^oid sha256:([0-9a-f]{64})\r?$", re.MULTILINE)
_SIZE = re.compile(rb"^size ([0-9]{1,18})\r?$", re.MULTILINE)
_PAGE = re.compile(rb"\s*(?:<!doctype html|<html\b|<head\b|<\?xml)", re.IGNORECASE)
_PAGE_NAMES = (".html", ".htm", ".xhtml", ".xml", ".svg", ".md", ".txt", ".xsl", ".url")
_END_OF_ZIP = b"PK\x05\x06"
_LONGEST_ZIP_END = (1 << 16) + 22
_SHORTEST_ZIP_END = 22


def _safetensors(head: bytes, size: int) -> bool:
    length = int.from_bytes(head[:8], "little")
    return len(head) > 8 and head[8:9] == b"{" and 2 <= length <= size - 8


def _pickle(head: bytes, _size: int) -> bool:
    return head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05")


def _starts(*marks: bytes) -> Callable[[bytes, int], bool]:
    return lambda head, _size: head.startswith(marks)


_CONTENT: dict[str, Callable[[bytes, int], bool]] = {
    "GGUF": _starts(b"GGUF", b"FUGG"),
    "HDF5": _starts(b"\x89HDF\r\n\x1a\n"),
    "zip": _starts(b"PK\x03\x04", b"PK\x05\x06"),
    "NumPy": _starts(b"\x93NUMPY"),
    "gzip": _starts(b"\x1f\x8b"),
    "xz": _starts(b"\xfd7zXZ\x00"),
    "bzip2": _starts(b"BZh"),
    "7z": _starts(b"7z\xbc\xaf\x27\x1c"),
    "PNG": _starts(b"\x89PNG\r\n\x1a\n"),
    "JPEG": _starts(b"\xff\xd8\xff"),
    "pickle": _pickle,
    "safetensors": _safetensors,
}
_RUNS_CODE = ("pickle", "zip", "NumPy", "HDF5", "gzip", "xz", "bzip2", "7z")
# What an ending promises, where the format has a mark of its own and no other content fits.
_PROMISES = {
    ".safetensors": ("safetensors",),
    ".gguf": ("GGUF",),
    ".h5": ("HDF5",),
    ".hdf5": ("HDF5",),
    ".keras": ("zip",),
    ".npz": ("zip",),
    ".npy": ("NumPy",),
    ".zip": ("zip",),
    ".gz": ("gzip",),
    ".7z": ("7z",),
    ".png": ("PNG",),
    ".jpg": ("JPEG",),
    ".jpeg": ("JPEG",),
    ".json": (),
    ".jsonl": (),
    ".txt": (),
    ".md": (),
    ".yaml": (),
    ".yml": (),
    ".jinja": (),
    ".py": (),
    ".onnx": (),
    ".tflite": (),
    ".msgpack": (),
}
_MARKED = tuple(ending for ending, formats in _PROMISES.items() if formats)
_WEIGHTS = (
    *(".safetensors", ".gguf", ".bin", ".pt", ".pth", ".ckpt", ".h5", ".hdf5", ".keras", ".onnx"),
    *(".npz", ".npy", ".msgpack", ".tflite", ".pkl", ".pickle", ".joblib", ".ggml"),
)
_WITHOUT_CODE = ("safetensors", "GGUF", "PNG", "JPEG")


@dataclass(frozen=True, slots=True)
class PointerScanner:
    """Names what a git-lfs pointer stands for."""

    name: str = "git-lfs pointer"

    def claims(self, view: View) -> bool:
        """Return whether the content is a pointer."""
        return view.size <= _LONGEST_POINTER and is_pointer(view.head(_LONGEST_POINTER))

    def scan(self, view: View, scan: Scan) -> None:
        """Say which bytes the pointer promises: none of them were looked at."""
        text = view.head(_LONGEST_POINTER)
        digest, size = _DIGEST.search(text), _SIZE.search(text)
        if not digest or not size:
            scan.broken(view, "a git-lfs pointer without sha256 or size")
            return
        scan.not_fully_read(
            view,
            f"a git-lfs pointer to {int(size[1]):,} bytes with sha256 {digest[1].decode()}: "
            "the file itself is not here",
        )


@dataclass(frozen=True, slots=True)
class PageScanner:
    """Finds web pages: what a failed download leaves under the name of weights."""

    name: str = "web page"

    def claims(self, view: View) -> bool:
        """Return whether the content is a page."""
        return bool(_PAGE.match(view.head(512)))

    def scan(self, view: View, scan: Scan) -> None:
        """Say that it stands in the place of weights, where it does."""
        if view.depth == 0 and view.path.lower().endswith(_WEIGHTS):
            scan.broken(view, "a web page saved under the name of weights", 0)
        elif view.depth == 0 and not view.path.lower().endswith(_PAGE_NAMES):
            message = "a web page under another name: a browser that opens it runs what is in it"
            scan.find("name-content", Grade.INERT, message, view, 0)


@dataclass(frozen=True, slots=True)
class PromiseScanner:
    """Compares what a name promises with what the content is."""

    name: str = UNKNOWN

    def claims(self, view: View) -> bool:
        """Return whether the name promises anything."""
        return view.depth == 0 and view.path.lower().endswith((*_PROMISES, *_WEIGHTS))

    def scan(self, view: View, scan: Scan) -> None:
        """Say where the two disagree, and where the file is two things at once."""
        name = view.path.lower()
        if view.size == 0:
            if name.endswith(_WEIGHTS):
                scan.broken(view, "an empty file under the name of weights")
            return
        head = view.head(64)
        is_ = next((each for each, fits in _CONTENT.items() if fits(head, view.size)), None)
        ending = next((each for each in _PROMISES if name.endswith(each)), None)
        if ending is not None:
            self._compare(ending, is_, view, scan)
        if is_ in _WITHOUT_CODE:
            _look_for_zip(is_, view, scan)

    def _compare(self, ending: str, is_: str | None, view: View, scan: Scan) -> None:
        promised = _PROMISES[ending]
        if is_ in promised or (is_ is None and ending not in _MARKED):
            return
        if is_ is None:
            if not is_pointer(view.head(64)) and not _PAGE.match(view.head(512)):
                scan.broken(view, f"the name ends in `{ending}` and the content is no such file", 0)
            return
        grade = Grade.UNLISTED if is_ in _RUNS_CODE else Grade.INERT
        message = f"the name ends in `{ending}` and the content is {is_}: loaders that go by "
        scan.find("name-content", grade, f"{message}content read it as that", view, 0)


def _look_for_zip(is_: str, view: View, scan: Scan) -> None:
    """Look for the directory of a zip at the end of a file that begins as something else."""
    if view.size < _SHORTEST_ZIP_END:
        return
    tail = max(view.start, view.end - _LONGEST_ZIP_END)
    at = view.data.rfind(_END_OF_ZIP, tail, view.end)
    if at < 0 or view.end - at < _SHORTEST_ZIP_END:
        return
    comment = int.from_bytes(view.data[at + 20 : at + 22], "little")
    if at + _SHORTEST_ZIP_END + comment == view.end:
        message = f"the file begins as {is_} and ends as a zip: what it is depends on who opens it"
        scan.find("polyglot", Grade.UNLISTED, message, view, at - view.start)


SCANNERS = (PointerScanner(), PageScanner(), PromiseScanner())
