from __future__ import annotations

import math
import struct
from pathlib import Path

import pytest
from tests.release.building import Seen, exactly, write_safetensors
from tests.release.formats.building import (
    dictionary,
    fault,
    group,
    name_of,
    number,
    pickled,
    read,
    text,
    torch_tensor,
    torch_zip,
    zipped,
)

from weighbridge.release.formats import Kind

TIED = {
    "embed.weight": torch_tensor("0", 24, (4, 6)),
    "head.weight": torch_tensor("0", 24, (4, 6)),
    "norm.running_mean": torch_tensor("1", 7, (7,)),
    "half": torch_tensor("2", 3, (3,), kind="HalfStorage"),
}
STORAGES = {"0": 96, "1": 28, "2": 6}


def test_each_storage_counts_once_and_buffers_apart(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(torch_zip(TIED, STORAGES))
    seen = Seen(tmp_path)
    fact = seen.fact("params_total")
    assert fact.value == exactly(27)
    assert fact.note == (
        "counted from the headers, without 7 numbers of buffers"
        " and 24 numbers that are tied or views"
    )
    assert seen.value("weight_dtypes") == "F32, F16"
    assert seen.value("tensor_count") == exactly(4)
    assert seen.ids() == []


@pytest.mark.parametrize(
    ("tensor", "own"),
    [
        (torch_tensor("0", 24, (6,), 6, (1,)), 0),
        (torch_tensor("0", 24, (4,), 2, (6,)), 0),
        (torch_tensor("0", 24, (0, 6)), 0),
        (torch_tensor("9", 3, (5, 3), 0, (0, 1)), 3),
        (torch_tensor("9", 3, (3,), 0, (1,)), 3),
    ],
    ids=["row", "column", "empty", "expanded", "own"],
)
def test_views_hold_nothing_of_their_own(tensor: bytes, own: int, tmp_path: Path) -> None:
    items = {"whole": torch_tensor("0", 24, (4, 6)), "view": tensor}
    found = read(tmp_path, torch_zip(items, {"0": 96, "9": 12}), "model.pt")
    view = (found.file.tensors or ())[1]
    assert view.elements - view.repeats == own


def test_a_slice_saved_with_its_whole_storage_leaves_bytes_over(tmp_path: Path) -> None:
    items = {"w": torch_tensor("0", 24, (6,), 6)}
    assert read(tmp_path, torch_zip(items, {"0": 96}), "model.pt").file.unused == 72


def test_the_same_weights_in_two_formats_count_once(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(torch_zip(TIED, STORAGES))
    tensors = {"embed.weight": ("F32", (4, 6)), "half": ("F16", (3,))}
    write_safetensors(tmp_path / "model.safetensors", tensors)
    seen = Seen(tmp_path)
    assert seen.value("params_total") == exactly(27)
    assert seen.messages("weights-repeated") == [
        "`pytorch_model.bin` is taken for a copy of `model.safetensors`: counted once"
    ]


def test_a_checkpoint_counts_its_model_alone(tmp_path: Path) -> None:
    items = {
        "state_dict": dictionary({"w": torch_tensor("0", 6, (6,))}),
        "ema": dictionary({"w": torch_tensor("1", 6, (6,))}),
        "optimizer": dictionary({"w": torch_tensor("2", 12, (12,))}),
        "epoch": number(3),
    }
    found = read(tmp_path, torch_zip(items, {"0": 24, "1": 24, "2": 48}), "last.ckpt")
    kinds = {each.name: each.kind for each in found.file.tensors or ()}
    assert kinds == {
        "state_dict.w": Kind.WEIGHT,
        "ema.w": Kind.STATE,
        "optimizer.w": Kind.STATE,
    }
    assert Seen(tmp_path).value("params_total") == exactly(6)


def test_a_wrapped_state_loses_its_wrapper(tmp_path: Path) -> None:
    items = {"state_dict": dictionary({"w": torch_tensor("0", 6, (6,))}), "epoch": number(3)}
    found = read(tmp_path, torch_zip(items, {"0": 24}), "model.pth")
    assert found.shapes == {"w": ("float32", (6,))}


def test_torchscript_is_told_and_its_constants_counted(tmp_path: Path) -> None:
    constants = pickled(b"(" + torch_tensor("0", 5, (5,)) + b"t")
    more = {"constants.pkl": constants, "constants/0": bytes(20), "code/m.py": b"import os"}
    content = torch_zip({"w": torch_tensor("0", 6, (6,))}, {"0": 24}, **more)
    found = read(tmp_path, content, "model.pt")
    assert found.file.format == "TorchScript archive"
    assert found.shapes == {"w": ("float32", (6,)), "constants.0": ("float32", (5,))}


def test_nothing_in_a_pickle_is_called(tmp_path: Path) -> None:
    mark = tmp_path.parent / "touched"
    call = name_of("os", "system") + b"(" + text(f"touch {mark}") + b"tR"
    items = {"evil": call, "w": torch_tensor("0", 6, (6,))}
    found = read(tmp_path, torch_zip(items, {"0": 24}), "model.pt")
    assert found.shapes == {"w": ("float32", (6,))}
    assert not mark.exists()


def test_the_first_of_two_members_of_one_name_counts(tmp_path: Path) -> None:
    import warnings

    one = pickled(dictionary({"w": torch_tensor("0", 6, (6,))}))
    two = pickled(dictionary({"w": torch_tensor("0", 6, (3,))}))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import io
        import zipfile

        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("a/data.pkl", one)
            archive.writestr("a/data.pkl", two)
            archive.writestr("a/data/0", bytes(24))
    assert read(tmp_path, out.getvalue(), "m.pt").shapes == {"w": ("float32", (6,))}


def legacy(items: dict[str, bytes], storages: dict[str, tuple[int, int]]) -> bytes:
    magic = b"\x8a\x0a" + (0x1950A86A20F9469CFC6C).to_bytes(10, "little")
    keys = b"](" + b"".join(text(key) for key in storages) + b"e"
    head = pickled(magic) + pickled(number(1001)) + pickled(b"}") + pickled(dictionary(items))
    body = [struct.pack("<q", count) + bytes(count * width) for count, width in storages.values()]
    return head + pickled(keys) + b"".join(body)


def test_the_old_form_is_read(tmp_path: Path) -> None:
    storages = {"0": (24, 4), "1": (7, 4), "2": (3, 2)}
    content = legacy(TIED, storages)
    (tmp_path / "model.pth").write_bytes(content)
    assert Seen(tmp_path).value("params_total") == exactly(27)


def test_a_pickle_without_tensors_is_no_model(tmp_path: Path) -> None:
    content = pickled(dictionary({"a": number(1)}))
    assert read(tmp_path / "odd", content, "vocabulary.dat").files == []
    (tmp_path / "named").mkdir()
    (tmp_path / "named" / "vocabulary.pkl").write_bytes(content)
    seen = Seen(tmp_path / "named")
    assert [each.format for each in seen.weights.files] == ["pickle"]
    assert seen.value("params_total") is None
    assert seen.value("weights_public") is None


def joblib_array(shape: tuple[int, ...], code: str, aligned: bool) -> bytes:
    """A wrapper as joblib writes it, and behind it the numbers, or what should be numbers."""
    kind = name_of("numpy", "dtype") + b"(" + text(code) + b"\x89\x88tR"
    told = {"shape": group(*map(number, shape)), "order": text("C"), "dtype": kind}
    if aligned:
        told["numpy_array_alignment_bytes"] = number(16)
    maker = name_of("joblib.numpy_pickle", "NumpyArrayWrapper") + b")\x81"
    padding = b"\x03" + b"\xff" * 3 if aligned else b""
    return maker + dictionary(told) + b"b" + padding + b"\xff" * math.prod(shape) * 4


@pytest.mark.parametrize("aligned", [True, False])
def test_the_numbers_that_joblib_writes_are_stepped_over(aligned: bool, tmp_path: Path) -> None:
    items = {"coef": joblib_array((3, 4), "f4", aligned), "next": joblib_array((2,), "V4", aligned)}
    content = pickled(dictionary(items))
    assert read(tmp_path, content, "model.joblib").shapes == {"coef": ("float32", (3, 4))}


def test_objects_that_joblib_writes_are_not_followed(tmp_path: Path) -> None:
    content = pickled(dictionary({"coef": joblib_array((3, 4), "O8", True)}))
    found = read(tmp_path, content, "model.joblib")
    assert found.file.tensors is None
    assert not found.file.broken


def test_a_tensor_whose_storage_is_not_known_leaves_the_count_open(tmp_path: Path) -> None:
    storage = name_of("torch.storage", "_load_from_bytes") + b"(" + text("x") + b"tR"
    arguments = group(storage, number(0), group(number(6)), group(number(1)), b"\x89", b"N")
    content = pickled(name_of("torch._utils", "_rebuild_tensor_v2") + arguments + b"R")
    assert read(tmp_path, content, "tensor.pkl").file.tensors is None


def test_the_state_of_a_training_beside_the_weights_is_no_model(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "model.safetensors", {"w": ("F32", (4, 6))})
    for name in ("rng_state_0.pth", "optimizer-1.pt"):
        content = torch_zip({"a": torch_tensor("0", 6, (6,))}, {"0": 24})
        (tmp_path / name).write_bytes(content)
    assert Seen(tmp_path).value("params_total") == exactly(24)


CUT = torch_zip(TIED, STORAGES)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            torch_zip({"w": torch_tensor("0", 6, (7,))}, {"0": 24}),
            "a tensor reaches past the end of its storage `0`",
        ),
        (
            torch_zip({"w": torch_tensor("0", 6, (6,))}, {}),
            "the storage `0` of `w` is missing",
        ),
        (
            torch_zip({"w": torch_tensor("0", 2**31 - 1, (2**31 - 1,))}, {"0": 24}),
            "the storage `0` should have 8,589,934,588 bytes and has 24",
        ),
        (
            torch_zip({"w": torch_tensor("0", 6, (2**31 - 1,) * 3)}, {"0": 24}),
            "a tensor has an impossible shape or number format",
        ),
        (
            torch_zip({"w": torch_tensor("0", 6, (2, 2), 0, (1, 2**30))}, {"0": 24}),
            "a tensor reaches past the end of its storage `0`",
        ),
        (CUT[:-30], "the archive has no directory: the file is cut off"),
        (zipped({"a/data.pkl": b"\x80\x02\xff."}), "byte 2 of the pickle is no instruction: 0xff"),
        (zipped({"a/data.pkl": b"\x80\x02}"}), "the pickle is cut off at byte 3"),
        (
            zipped({"a/data.pkl": b"\x80\x02R."}),
            "the pickle takes from an empty stack before byte 3",
        ),
        (
            zipped({"a/data.pkl": b"\x80\x02h\x07."}),
            "the pickle recalls what it never kept before byte 4",
        ),
        (zipped({"a/data.pkl": b"\x80\x02}u."}), "the pickle has no mark before byte 4"),
        (
            zipped({"a/data.pkl": b"\x80\x02X\xff\xff\xff\x7fab."}),
            "the pickle is cut off at byte 10",
        ),
    ],
)
def test_damage_is_told(content: bytes, message: str, tmp_path: Path) -> None:
    assert fault(tmp_path, content, "model.pt") == message


def test_an_old_file_cut_in_a_storage_is_told(tmp_path: Path) -> None:
    content = legacy({"w": torch_tensor("0", 6, (6,))}, {"0": (6, 4)})
    assert fault(tmp_path, content[:-5], "m.pt") == "the storage `0` ends past the end of the file"
    assert fault(tmp_path, content[:-30], "m.pt") == "the file ends before the storage `0`"


def test_a_pickle_that_holds_itself_ends(tmp_path: Path) -> None:
    loop = (
        b"\x80\x02}q\x00(" + text("me") + b"h\x00" + text("w") + torch_tensor("0", 6, (6,)) + b"u."
    )
    content = zipped({"a/data.pkl": loop, "a/data/0": bytes(24)})
    assert read(tmp_path, content, "m.pt").shapes == {"w": ("float32", (6,))}


def test_a_pickle_of_lists_in_lists_in_lists_ends(tmp_path: Path) -> None:
    # Each list holds the one before it twice: 2^200 leaves, 200 lists.
    laughs = b"\x80\x02]q\x00" + b"".join(
        b"](" + b"h" + bytes([at]) * 1 + b"h" + bytes([at]) + b"eq" + bytes([at + 1])
        for at in range(200)
    )
    content = zipped({"a/data.pkl": laughs + b"."})
    found = read(tmp_path, content, "m.pt")
    assert found.file.tensors == () or found.file.broken


def test_a_pickle_longer_than_is_followed_is_not_counted(tmp_path: Path) -> None:
    found = read(tmp_path, pickled(b"N0" * (1_000_500 // 2 + 1) + b"N"), "m.pt")
    assert found.file.tensors is None
    assert not found.file.broken
    assert found.messages == [
        "`m.pt`, in the format PyTorch pickle, holds more than is followed: not counted"
    ]


@pytest.mark.parametrize("at", range(0, len(CUT), 23))
def test_a_changed_byte_never_crashes(at: int, tmp_path: Path) -> None:
    content = bytearray(CUT)
    content[at] ^= 0xFF
    found = read(tmp_path, bytes(content), "model.pt")
    assert len(found.files) <= 1
