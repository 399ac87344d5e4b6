"""Programs among the files of a release: machine code, byte code, scripts.

Loading a model runs none of them. One that bears the name of data is taken for something it is
not, and that is what it is for.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from weighbridge.release.hazards.scan import UNKNOWN, Scan
from weighbridge.release.hazards.verdict import Grade
from weighbridge.release.hazards.view import View

_DATA_NAMES = (
    *(".safetensors", ".gguf", ".ggml", ".bin", ".pt", ".pth", ".ckpt", ".pkl", ".h5", ".keras"),
    *(".onnx", ".npz", ".npy", ".msgpack", ".tflite", ".pb", ".json", ".jsonl", ".yaml", ".yml"),
    *(".md", ".txt", ".csv", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf", ".model", ".jinja"),
    *(".toml", ".zip", ".gz", ".tar", ".mp3", ".wav", ".mp4", ".parquet", ".arrow", ".joblib"),
)
_SCRIPT_NAMES = (".sh", ".bash", ".zsh", ".py", ".pl", ".rb", ".js", ".awk", ".fish", ".command")
_RUN_BY_NAME = (
    *(".exe", ".scr", ".com", ".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js.lnk", ".lnk", ".hta"),
    *(".msi", ".pif", ".wsf", ".jar", ".desktop", ".url"),
)
_MACH = (b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe")
_FAT = b"\xca\xfe\xba\xbe"
_MOST_ARCHITECTURES = 40
_SHORTCUT = b"L\x00\x00\x00\x01\x14\x02\x00"
_OFFSET_OF_HEADER = 60


def _elf(view: View) -> bool:
    return view.head(4) == b"\x7fELF"


def _windows(view: View) -> bool:
    head = view.head(_OFFSET_OF_HEADER + 4)
    if head[:2] != b"MZ" or len(head) < _OFFSET_OF_HEADER + 4:
        return False
    at = view.start + struct.unpack_from("<I", head, _OFFSET_OF_HEADER)[0]
    return view.data[at : min(at + 4, view.end)] == b"PE\x00\x00"


def _mach(view: View) -> bool:
    head = view.head(8)
    if head[:4] in _MACH:
        return True
    # Java's classes begin alike and put their version where a count stands here.
    return (
        head[:4] == _FAT
        and len(head) == 8
        and 0 < struct.unpack(">I", head[4:])[0] < (_MOST_ARCHITECTURES)
    )


def _java(view: View) -> bool:
    head = view.head(8)
    return (
        head[:4] == _FAT
        and len(head) == 8
        and (struct.unpack(">I", head[4:])[0] & 0xFFFF >= _MOST_ARCHITECTURES)
    )


def _web(view: View) -> bool:
    return view.head(8) in (b"\x00asm\x01\x00\x00\x00", b"\x00asm\x0d\x00\x01\x00")


def _byte_code(view: View) -> bool:
    head = view.head(8)
    return len(head) == 8 and head[2:4] == b"\r\n" and head[1] in (12, 13, 14) and not any(head[5:])


def _shortcut(view: View) -> bool:
    return view.head(8) == _SHORTCUT


def _script(view: View) -> bool:
    head = view.head(64).removeprefix(b"\xef\xbb\xbf")
    return head[:2] == b"#!" and head[2:].lstrip(b" \t")[:1] == b"/"


_KNOWN = (
    ("program for Linux (ELF)", _elf),
    ("program for Windows (PE)", _windows),
    ("program for macOS (Mach-O)", _mach),
    ("Java class", _java),
    ("WebAssembly module", _web),
    ("byte code of Python", _byte_code),
    ("Windows shortcut", _shortcut),
    ("script", _script),
)


@dataclass(frozen=True, slots=True)
class ProgramScanner:
    """Names programs by their first bytes, whatever they are called."""

    name: str

    def claims(self, view: View) -> bool:
        """Return whether the content is a program of this kind."""
        return dict(_KNOWN)[self.name](view)

    def scan(self, view: View, scan: Scan) -> None:
        """Say that it is there; worse where its name says that it is data."""
        name = (view.member or view.path).lower()
        disguised = name.endswith(_DATA_NAMES)
        if self.name == "script" and name.endswith(_SCRIPT_NAMES):
            return
        what = f"a {self.name}"
        if disguised:
            message = f"{what} under the name of data: whoever is told to run it is misled"
            scan.find("executable", Grade.DANGEROUS, message, view, 0)
        elif self.name == "script" and "." not in name.rpartition("/")[2]:
            scan.find("executable", Grade.INERT, f"{what} that nothing but a person runs", view, 0)
        else:
            scan.find("executable", Grade.UNLISTED, f"{what}: a model needs none", view, 0)


@dataclass(frozen=True, slots=True)
class RunByNameScanner:
    """Names files that a desktop runs on a double click, by the end of their names."""

    name: str = UNKNOWN

    def claims(self, view: View) -> bool:
        """Return whether a desktop would run a file of this name."""
        return view.depth == 0 and view.path.lower().endswith(_RUN_BY_NAME)

    def scan(self, view: View, scan: Scan) -> None:
        """Say that opening the file runs it."""
        ending = view.path.rpartition(".")[2][:10]
        message = f"a double click on a file that ends in `.{ending}` runs it"
        scan.find("run-by-name", Grade.UNLISTED, message, view)


SCANNERS = (*(ProgramScanner(name) for name, _ in _KNOWN), RunByNameScanner())
