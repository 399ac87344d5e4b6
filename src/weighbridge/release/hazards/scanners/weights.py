"""Weights in formats that carry numbers and settings: whether they are whole, what they ask for.

The readers of ``formats`` say what is damaged. Beside that a template in the metadata is judged, a
config of Keras, a graph's operators, and paths that lead out of the folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from weighbridge.release.folder import Entry, Folder, is_pointer
from weighbridge.release.formats.base import Format
from weighbridge.release.formats.flax import FlaxFormat
from weighbridge.release.formats.ggml import GgmlFormat
from weighbridge.release.formats.gguf import GgufFormat, metadata_of
from weighbridge.release.formats.hdf5 import Hdf5Format
from weighbridge.release.formats.onnx import OnnxFormat
from weighbridge.release.formats.onnx_model import read_model
from weighbridge.release.formats.protobuf import TooMuch
from weighbridge.release.formats.safetensors import SafetensorsFormat
from weighbridge.release.hazards.found import shown, tell
from weighbridge.release.hazards.keras_config import keras_in_bytes
from weighbridge.release.hazards.scan import Scan
from weighbridge.release.hazards.template import template_hazards
from weighbridge.release.hazards.verdict import Grade
from weighbridge.release.hazards.view import View
from weighbridge.text.errors import ParseError

_HEAD = 512
_UNREAD = "not-fully-read"
_DOMAINS = ("", "ai.onnx", "com.microsoft", "com.ms.", "org.pytorch", "pkg.", "ai.onnx.")
_DRIVE = 2
_MOST_TOLD = 20
_MOST_TEMPLATES = 200
_WRITES = ("WriteFile", "PyFunc", "PyFuncStateless", "EagerPyFunc")
_READS = ("ReadFile", "MatchingFiles")
_LAMBDA = b"__inference_lambda"


class _Held(Folder):
    """A folder of one file, which a scan holds already."""

    def __init__(self, view: View, data: memoryview) -> None:
        super().__init__("", (Entry(view.path, view.size),), ())
        self.held = data

    def read_bytes(self, path: str, limit: int, offset: int = 0) -> bytes:
        """Return bytes of the one file."""
        del path
        return bytes(self.held[offset : offset + limit])

    def map(self, path: str) -> memoryview:
        """Return the one file."""
        del path
        return self.held


@contextmanager
def _held(view: View) -> Iterator[memoryview]:
    with memoryview(view.data) as data, data[view.start : view.end] as part:
        yield part


@dataclass(frozen=True, slots=True)
class WeightScanner:
    """Looks at weights through the reader of their format."""

    format: Format

    @property
    def name(self) -> str:
        """How reports call the format."""
        return self.format.name

    def claims(self, view: View) -> bool:
        """Return whether the first bytes are of the format; the name where it has no mark."""
        head = view.head(_HEAD)
        if not head or is_pointer(head):
            return False
        known = self.format.recognises(head, Entry(view.path, view.size))
        return known or (not self.format.certain and self._is_named(view))

    def _is_named(self, view: View) -> bool:
        return (view.member or view.path).lower().endswith(self.format.suffixes)

    def scan(self, view: View, scan: Scan) -> None:
        """Read the header, and look at what stands in it; damage hides nothing."""
        look = _LOOKS.get(self.name)
        for step in (self._read, look) if look is not None else (self._read,):
            try:
                with _held(view) as data:
                    step(view, data, scan)
            except TooMuch:
                scan.not_fully_read(view, f"a {self.name} file longer than is walked")
            except ParseError as error:
                damaged = self.format.certain or self._is_named(view)
                if damaged and error.message not in scan.reasons_broken:
                    scan.broken(view, error.message)

    def _read(self, view: View, data: memoryview, scan: Scan) -> None:
        weights = self.format.read(_Held(view, data), Entry(view.path, view.size))
        for fault in weights.faults if weights is not None else ():
            if fault.id == _UNREAD:
                scan.not_fully_read(view, fault.message)


def _look_at_gguf(view: View, data: memoryview, scan: Scan) -> None:
    """Judge the chat templates in the metadata."""
    found = metadata_of(data, view.path).values.items()
    templates = [(key, value) for key, value in found if "template" in key]
    if len(templates) > _MOST_TEMPLATES:
        scan.not_fully_read(view, "more templates than are read")
    for key, value in templates[:_MOST_TEMPLATES]:
        if isinstance(value, str):
            inside = view.within(key[:80], value.encode("utf-8", "surrogatepass"))
            tell(scan, inside, template_hazards(value))


def _look_at_onnx(view: View, data: memoryview, scan: Scan) -> None:
    """Judge where data lies outside the file, and whose operators the graphs use."""
    model = read_model(data, view.path)
    leaving = sorted({each.location for each in model.external if _leaves(each.location)})
    for location in leaving[:_MOST_TOLD]:
        message = f"tensors are read from `{shown(location)}`, outside the folder of the model"
        scan.find("onnx-path", Grade.DANGEROUS, message, view)
    others = sorted({key for each in model.external for key in each.others})
    for key in others[:_MOST_TOLD]:
        message = f"data outside the file sets `{shown(key)}` of whatever loads it"
        scan.find("onnx-attribute", Grade.DANGEROUS, message, view)
    used = {domain for domain, _ in model.operators}
    own = sorted(each for each in used if not _is_listed(each))
    for domain in own[:_MOST_TOLD]:
        message = f"operators of the domain `{shown(domain)}` need a library of somebody's own"
        scan.find("onnx-operators", Grade.UNLISTED, message, view)


def _is_listed(domain: str) -> bool:
    return domain in _DOMAINS or domain.startswith(
        tuple(each for each in _DOMAINS if each.endswith("."))
    )


def _leaves(location: str) -> bool:
    """Return whether a path in a model may lead out of the model's folder."""
    parts = location.replace("\\", "/").split("/")
    drive = location[1:_DRIVE] == ":"
    return parts[0] == "" or ".." in parts or drive or "\0" in location or "://" in location


def _look_at_hdf5(view: View, data: memoryview, scan: Scan) -> None:
    del data
    _look_for_keras(view, scan)


def _look_for_keras(view: View, scan: Scan) -> None:
    """Judge every config of Keras that stands in binary data."""
    found, whole = keras_in_bytes(view.data, view.start, view.end)
    told = set()
    for begin, each in found:
        if each.message not in told:
            told.add(each.message)
            at = begin - view.start + (each.at or 0)
            scan.find(each.id, each.grade, each.message, view, at)
    if not whole:
        scan.not_fully_read(view, "what looks like a config of Keras could not be read")


_LOOKS = {"GGUF": _look_at_gguf, "ONNX": _look_at_onnx, "HDF5": _look_at_hdf5}


@dataclass(frozen=True, slots=True)
class GraphScanner:
    """Looks at the graph of a TensorFlow SavedModel: a program of operators."""

    name: str = "TensorFlow SavedModel"

    def claims(self, view: View) -> bool:
        """Return whether the schema's version and a graph open the file."""
        return view.head(3) == b"\x08\x01\x12" and view.size > len(_LAMBDA)

    def scan(self, view: View, scan: Scan) -> None:
        """Name the operators that touch files or run Python, and traced code of Lambda layers."""
        scan.raise_to(Grade.KNOWN)
        for operators, grade, does in (
            (_WRITES, Grade.DANGEROUS, "would write a file or run Python"),
            (_READS, Grade.UNLISTED, "would read files or list them"),
        ):
            for operator in operators:
                # In a node the operator stands behind a tag and its length.
                at = view.data.find(_tagged(operator), view.start, view.end)
                if at >= 0:
                    message = f"the operator `{operator}` {does} when the graph is run"
                    scan.find("graph-operator", grade, message, view, at - view.start)
        at = view.data.find(_LAMBDA, view.start, view.end)
        if at >= 0:
            message = "the graph holds what a Lambda layer of somebody's own was traced to"
            scan.find("keras-lambda", Grade.UNLISTED, message, view, at - view.start)


def _tagged(operator: str) -> bytes:
    return b"\x12" + bytes([len(operator)]) + operator.encode()


@dataclass(frozen=True, slots=True)
class MetadataScanner:
    """Looks at the metadata that Keras keeps beside a SavedModel."""

    name: str = "Keras metadata"

    def claims(self, view: View) -> bool:
        """Return whether a message opens the file and a config of Keras follows soon."""
        head = view.head(4096)
        return head[:1] == b"\n" and b"\0" not in head[:1] and b'"class_name"' in head

    def scan(self, view: View, scan: Scan) -> None:
        """Judge every config in it."""
        _look_for_keras(view, scan)


_FORMATS: tuple[Format, ...] = (
    *(SafetensorsFormat(), GgufFormat(), GgmlFormat(), OnnxFormat(), Hdf5Format(), FlaxFormat()),
)
SCANNERS = (*(WeightScanner(each) for each in _FORMATS), GraphScanner(), MetadataScanner())
