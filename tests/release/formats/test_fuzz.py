"""Sound files with bytes changed, cut, doubled and swapped: told or read, never a crash."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.release.building import TINY, framed, header_of
from tests.release.formats import test_gguf, test_others, test_torch
from tests.release.formats.building import (
    Gguf,
    field,
    npy,
    onnx_model,
    onnx_tensor,
    zipped,
)
from tests.release.formats.test_nested import tarred

from weighbridge.release.folder import Folder
from weighbridge.release.formats import read_weight_files
from weighbridge.release.observations import Observations

SOUND = {
    "model.gguf": test_gguf.sound(Gguf()),
    "big-endian.gguf": test_gguf.sound(Gguf(3, ">")),
    "model.onnx": onnx_model(
        field(5, onnx_tensor("w", 1, (4, 6), bytes(96)))
        + field(
            1, field(4, "If") + field(5, field(1, "b") + field(6, field(5, b"\x08\x04\x10\x01")))
        )
    ),
    "pytorch_model.bin": test_torch.CUT,
    "old.pth": test_torch.legacy(test_torch.TIED, {"0": (24, 4), "1": (7, 4), "2": (3, 2)}),
    "a.npy": npy(test_others.PLAIN, 48),
    "a.npz": zipped({"a.npy": npy(test_others.PLAIN, 48)}),
    "flax_model.msgpack": test_others.FLAX,
    "model.h5": test_others.hdf5(),
    "model.keras": zipped({"config.json": b"{}", "model.weights.h5": test_others.hdf5()}),
    "model.index": test_others.table(test_others.VARIABLES),
    "ggml-model.bin": test_others.ggjt(2, test_others.ggml_tensor(b"tok", (2, 8))),
    "model.nemo": tarred({"w.ckpt": test_torch.CUT}),
    "model.safetensors": framed(*header_of(TINY)),
    "model.joblib": test_torch.pickled(
        test_torch.dictionary({"a": test_torch.joblib_array((3, 4), "f4", aligned=True)})
    ),
}
LONGEST = 5.0

places = st.floats(0, 1, exclude_max=True)
changes = st.lists(
    st.one_of(
        st.tuples(st.just("set"), places, st.binary(min_size=1, max_size=9)),
        st.tuples(st.just("cut"), places, st.just(b"")),
        st.tuples(st.just("add"), places, st.binary(min_size=1, max_size=9)),
        st.tuples(st.just("drop"), places, st.just(b"")),
        st.tuples(
            st.just("set"),
            places,
            st.sampled_from([b"\xff" * 8, b"\0" * 8, b"\xff" * 4, b"\x7f" + b"\xff" * 7]),
        ),
    ),
    min_size=1,
    max_size=4,
)


def changed(content: bytes, steps: list[tuple[str, float, bytes]]) -> bytes:
    for what, share, piece in steps:
        at = int(share * len(content))
        if what == "set":
            content = content[:at] + piece + content[at + len(piece) :]
        elif what == "cut":
            content = content[:at]
        elif what == "add":
            content = content[:at] + piece + content[at:]
        else:
            content = content[:at] + content[at + 1 :]
    return content


@pytest.mark.parametrize("name", SOUND)
@settings(max_examples=60)
@given(steps=changes)
def test_a_changed_file_is_told_or_read(name: str, steps: list[tuple[str, float, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(changed(SOUND[name], steps))
        begun = time.perf_counter()
        seen = Observations()
        found = read_weight_files(Folder.open(Path(folder)), seen)
        assert time.perf_counter() - begun < LONGEST
        for each in found:
            assert each.tensors is None or not each.broken
            assert all(t.elements >= 0 and 0 <= t.repeats <= t.elements for t in each.tensors or ())
