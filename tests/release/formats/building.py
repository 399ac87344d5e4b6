"""Weight files of many formats put together byte by byte."""

from __future__ import annotations

import io
import math
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from weighbridge.release.folder import Folder
from weighbridge.release.formats import WeightFile, read_weight_files
from weighbridge.release.observations import Observations


class Read:
    """The one weight file of a folder, and what was found wrong with it."""

    def __init__(self, folder: Path) -> None:
        seen = Observations()
        self.files = read_weight_files(Folder.open(folder), seen)
        self.findings = seen.findings

    @property
    def file(self) -> WeightFile:
        (file,) = self.files
        return file

    @property
    def messages(self) -> list[str]:
        return [each.message for each in self.findings]

    @property
    def shapes(self) -> dict[str, tuple[str, tuple[int, ...]]]:
        return {each.name: (each.dtype, each.shape) for each in self.file.tensors or ()}


def read(path: Path, content: bytes, name: str) -> Read:
    (path / name).parent.mkdir(parents=True, exist_ok=True)
    (path / name).write_bytes(content)
    return Read(path)


def fault(path: Path, content: bytes, name: str) -> str:
    """What is said of a file that is damaged; it must be said and nothing counted."""
    found = read(path, content, name)
    assert found.file.broken
    assert found.file.tensors is None
    (message,) = found.messages
    lead = f"`{name}` could not be read: "
    assert message.startswith(lead)
    return message.removeprefix(lead)


# GGUF

U8, U32, STRING, LIST, U64 = 0, 4, 8, 9, 10


class Gguf:
    """Writes the parts of a GGUF file in one byte order and one width of counts."""

    def __init__(self, version: int = 3, order: str = "<") -> None:
        self.version, self.order = version, order
        self.count = "I" if version == 1 else "Q"

    def number(self, code: str, value: float) -> bytes:
        return struct.pack(self.order + code, value)

    def text(self, text: str) -> bytes:
        return self.number(self.count, len(text.encode())) + text.encode()

    def pair(self, key: str, value: object) -> bytes:
        if isinstance(value, str):
            return self.text(key) + self.number("I", STRING) + self.text(value)
        if isinstance(value, int):
            return self.text(key) + self.number("I", U32) + self.number("I", value)
        assert isinstance(value, list)
        items = b"".join(self.text(each) for each in value)
        head = self.text(key) + self.number("I", LIST) + self.number("I", STRING)
        return head + self.number(self.count, len(value)) + items

    def tensor(self, name: str, kind: int, shape: Sequence[int], offset: int) -> bytes:
        sizes = b"".join(self.number(self.count, size) for size in reversed(shape))
        head = self.text(name) + self.number("I", len(shape)) + sizes
        return head + self.number("I", kind) + self.number("Q", offset)

    def file(
        self,
        pairs: Mapping[str, object],
        tensors: Sequence[bytes] = (),
        data: int = 0,
        keys: int | None = None,
        listed: int | None = None,
    ) -> bytes:
        head = b"GGUF" + self.number("I", self.version)
        head += self.number(self.count, len(tensors) if listed is None else listed)
        head += self.number(self.count, len(pairs) if keys is None else keys)
        head += b"".join(self.pair(key, value) for key, value in pairs.items())
        head += b"".join(tensors)
        return head + bytes(-len(head) % 32) + bytes(data)


# Protocol buffers


def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def field(number: int, value: int | bytes | str) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    content = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(content)) + content


def onnx_tensor(
    name: str, kind: int, shape: Sequence[int], raw: bytes | None = None, **outside: object
) -> bytes:
    out = b"".join(field(1, size) for size in shape) + field(2, kind) + field(8, name)
    if raw is not None:
        out += field(9, raw)
    for key, value in outside.items():
        out += field(13, field(1, key) + field(2, str(value)))
    return out + (field(14, 1) if outside else b"")


def onnx_model(graph: bytes, *more: bytes) -> bytes:
    head = field(1, 8) + field(2, "pytorch") + field(7, graph)
    return head + field(8, field(1, "") + field(2, 17)) + b"".join(more)


# Pickles of tensors

Item = tuple[str, bytes]


def name_of(module: str, name: str) -> bytes:
    return f"c{module}\n{name}\n".encode()


def text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def number(value: int) -> bytes:
    if value.bit_length() > 31:
        return b"\x8a\x09" + value.to_bytes(9, "little", signed=True)
    return b"J" + struct.pack("<i", value)


def group(*items: bytes) -> bytes:
    return b"(" + b"".join(items) + b"t"


def strides(shape: Sequence[int]) -> list[int]:
    return [math.prod(shape[at + 1 :]) for at in range(len(shape))]


def torch_tensor(
    key: str,
    held: int,
    shape: Sequence[int],
    offset: int = 0,
    stride: Sequence[int] | None = None,
    kind: str = "FloatStorage",
) -> bytes:
    stride = strides(shape) if stride is None else stride
    storage = group(text("storage"), name_of("torch", kind), text(key), text("cpu"), number(held))
    hooks = name_of("collections", "OrderedDict") + b")R"
    arguments = group(
        storage + b"Q",
        number(offset),
        group(*map(number, shape)),
        group(*map(number, stride)),
        b"\x89",
        hooks,
    )
    return name_of("torch._utils", "_rebuild_tensor_v2") + arguments + b"R"


def dictionary(items: Mapping[str, bytes]) -> bytes:
    return b"}(" + b"".join(text(key) + value for key, value in items.items()) + b"u"


def pickled(value: bytes) -> bytes:
    return b"\x80\x02" + value + b"."


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def torch_zip(items: Mapping[str, bytes], storages: Mapping[str, int], **more: bytes) -> bytes:
    members = {"archive/data.pkl": pickled(dictionary(items)), "archive/version": b"3\n"}
    members |= {f"archive/data/{key}": bytes(size) for key, size in storages.items()}
    return zipped(members | {f"archive/{name}": content for name, content in more.items()})


# NumPy and msgpack


def npy(header: str, data: int = 0, version: int = 1) -> bytes:
    width = "<H" if version == 1 else "<I"
    return (
        b"\x93NUMPY"
        + bytes([version, 0])
        + struct.pack(width, len(header))
        + header.encode()
        + bytes(data)
    )


def packed_text(value: str) -> bytes:
    return bytes([0xA0 | len(value)]) + value.encode()


def packed_map(items: Mapping[str, bytes]) -> bytes:
    body = b"".join(packed_text(key) + value for key, value in items.items())
    return bytes([0x80 | len(items)]) + body


def packed_array(kind: str, shape: Sequence[int], size: int) -> bytes:
    dimensions = bytes([0x90 | len(shape), *shape])
    body = (
        b"\x93" + dimensions + packed_text(kind) + b"\xc6" + struct.pack(">I", size) + bytes(size)
    )
    return b"\xc9" + struct.pack(">I", len(body)) + b"\x01" + body
