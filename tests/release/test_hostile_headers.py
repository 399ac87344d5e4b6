"""Headers that promise what no file holds: each is read or refused in two seconds and 256 MB."""

from __future__ import annotations

import bz2
import gzip
import lzma
import time
import zipfile
from collections.abc import Callable
from struct import pack

import pytest
from bench.fuzz.checks import read
from bench.fuzz.limits import MEMORY, SECONDS, failure_in
from tests.release.building import framed
from tests.release.formats import test_others
from tests.release.formats.building import (
    U8,
    Gguf,
    dictionary,
    field,
    npy,
    onnx_model,
    onnx_tensor,
    pickled,
    torch_tensor,
    torch_zip,
    varint,
)
from tests.release.hazards.archives import CENTRAL, LOCAL, patched, seven, tarred, zipped
from tests.release.hazards.assembling import PLAIN
from tests.release.hazards.hearing import scan

HUGE = 1 << 60
LARGE = 200 << 20
LISTED = Gguf().text("k") + pack("<I", 9)


def gguf(tensors: int, keys: int, rest: bytes = b"") -> bytes:
    return b"GGUF" + pack("<IQQ", 3, tensors, keys) + rest


def zeros() -> bytes:
    return bytes(60 << 20)


def zip_bomb() -> bytes:
    return zipped(("a", zeros()), method=zipfile.ZIP_DEFLATED)


def nested_zip(count: int = 8) -> bytes:
    content = zip_bomb()
    return zipped(*((str(n), content) for n in range(count)), method=zipfile.ZIP_DEFLATED)


HEADERS: dict[str, tuple[str, bytes | Callable[[], bytes]]] = {
    "safetensors, the header's length": ("a.safetensors", pack("<Q", 1 << 62) + b"{}"),
    "safetensors, a shape": (
        "a.safetensors",
        framed({"a": {"dtype": "F32", "shape": [HUGE, HUGE], "data_offsets": [0, HUGE]}}),
    ),
    "safetensors, nested lists": ("a.safetensors", framed("[" * 500_000)),
    "GGUF, tensors": ("a.gguf", gguf(HUGE, 0)),
    "GGUF, keys": ("a.gguf", gguf(0, HUGE)),
    "GGUF, a list": ("a.gguf", gguf(0, 1, LISTED + pack("<IQ", U8, HUGE))),
    "GGUF, nested lists": (
        "a.gguf",
        gguf(0, 1, LISTED + pack("<IQ", 9, 1) * 20_000 + pack("<IQ", U8, 0)),
    ),
    "GGUF, a text": ("a.gguf", gguf(0, 1, pack("<Q", 1 << 62))),
    "ONNX, a length": ("a.onnx", b"\x08\x08\x12\x07pytorch\x3a" + varint(HUGE)),
    "ONNX, a shape": ("a.onnx", onnx_model(field(5, onnx_tensor("w", 1, (HUGE, HUGE), b"")))),
    "PyTorch, a shape": ("a.pt", torch_zip({"w": torch_tensor("0", HUGE, (HUGE,))}, {"0": 4})),
    "PyTorch, a bare pickle": (
        "pytorch_model.bin",
        pickled(dictionary({"w": torch_tensor("0", HUGE, (HUGE, HUGE))})),
    ),
    "pickle, a frame": ("a.pkl", b"\x80\x04\x95" + pack("<Q", HUGE) + b"N."),
    "pickle, bytes": ("a.pkl", b"\x80\x04\x8e" + pack("<Q", HUGE) + b"N."),
    "pickle, a place of the memo": ("a.pkl", b"\x80\x04Nr\xff\xff\xff\xff."),
    "pickle, lists in lists": ("a.pkl", b"\x80\x04" + b"]" * 50_000 + b"a" * 49_999 + b"."),
    "NumPy, a shape": (
        "a.npy",
        npy(f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({HUGE},), }}"),
    ),
    "NumPy, the header's length": ("a.npy", b"\x93NUMPY\x02\0" + b"\xff" * 4 + b"{"),
    "NumPy, nested types": ("a.npy", npy("{'descr': " + "[" * 30_000)),
    "msgpack, a map": ("flax_model.msgpack", b"\xdf\xff\xff\xff\xff"),
    "msgpack, a list": ("flax_model.msgpack", b"\x81\xa1a\xdd\xff\xff\xff\xff"),
    "msgpack, nested lists": ("flax_model.msgpack", b"\x81\xa1a" + b"\x91" * 500_000),
    "HDF5, all lengths": ("a.h5", test_others.hdf5()[:64] + b"\xff" * 4000),
    "GGML, words": ("ggml-model.bin", b"tjgg" + pack("<I", 3) + b"\xff\xff\xff\x7f" * 7),
    "TensorFlow, a block": (
        "model.index",
        (varint(HUGE) * 4).ljust(40, b"\0") + pack("<Q", 0xDB4775248B80FB57),
    ),
    "tar, a member": ("a.tar", patched(tarred(("a", PLAIN)), b"a\0", 124, b"77777777777\0")),
    "zip, an entry": (
        "a.zip",
        patched(patched(zipped(("a", PLAIN)), LOCAL, 18, b"\xfe" * 8), CENTRAL, 20, b"\xfe" * 8),
    ),
    "zip, a bomb": ("a.zip", zip_bomb),
    "zip, bombs in a bomb": ("a.zip", nested_zip),
    "gzip, a bomb": ("a.gz", lambda: gzip.compress(zeros(), 1, mtime=0)),
    "gzip, a large bomb": ("a.gz", lambda: gzip.compress(bytes(LARGE), 1, mtime=0)),
    "bzip2, a bomb": ("a.bz2", lambda: bz2.compress(zeros(), 1)),
    "xz, a bomb": ("a.xz", lambda: lzma.compress(zeros(), preset=0)),
    "xz, a window": (
        "a.xz",
        lzma.compress(b"a", filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 30}]),
    ),
    "7z, files": ("a.7z", seven(b"", b"\x01\x04\x06\x00" + b"\xff" * 9 + b"\x00")),
    "JSON, nested lists": ("config.json", b'{"auto_map": ' + b"[" * 500_000),
    "JSON, a number": ("config.json", b'{"auto_map": ' + b"9" * 500_000 + b"}"),
    "YAML, nested lists": ("conf.yaml", b"_target_: " + b"[" * 100_000),
    "YAML, a bomb": (
        "conf.yaml",
        b"a: &a [x,x]\n"
        + b"".join(b"%c: &%c [*%c,*%c]\n" % (n + 1, n + 1, n, n) for n in range(97, 121)),
    ),
    "a template, parentheses": ("chat_template.jinja", b"{{ " + b"(" * 100_000 + b".__class__ }}"),
}


@pytest.mark.parametrize("how", HEADERS)
def test_a_hostile_header_costs_little(how: str) -> None:
    name, made = HEADERS[how]
    content = made() if callable(made) else made
    assert failure_in(lambda: read(name, content)) == "", (SECONDS, MEMORY)


def test_a_file_unpacks_to_a_gibibyte_at_most() -> None:
    begin = time.process_time()
    report = scan(nested_zip(40))
    assert report.verdict == "not fully read"
    assert time.process_time() - begin < 8


def test_what_costs_too_much_is_told() -> None:
    kept: list[bytearray] = []
    # Far more than a large process may free while it runs.
    assert "MB" in failure_in(lambda: kept.append(bytearray(b"x") * (4 * MEMORY)))
