from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest
from tests.release.building import TINY, Seen, exactly, write_safetensors
from tests.release.formats.building import (
    dictionary,
    fault,
    field,
    npy,
    packed_array,
    packed_map,
    packed_text,
    pickled,
    read,
    varint,
    zipped,
)

from weighbridge.release.formats import Kind

# NumPy


@pytest.mark.parametrize(
    ("header", "shape"),
    [
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }\n", ("float32", (3, 4))),
        ("{'descr': '|b1', 'fortran_order': True, 'shape': (48,), }\n", ("bool", (48,))),
        ("{'shape': (), 'descr': '>f8', 'fortran_order': False}", ("float64", ())),
        ("{'descr': '<i8', 'fortran_order': False, 'shape': (3L, 2L), }", ("int64", (3, 2))),
    ],
)
def test_arrays_state_type_and_shape(
    header: str, shape: tuple[str, tuple[int, ...]], tmp_path: Path
) -> None:
    for version in (1, 2, 3):
        found = read(tmp_path, npy(header, 48, version), "a.npy")
        assert found.shapes == {"a": shape}


def test_records_and_texts_are_no_weights(tmp_path: Path) -> None:
    for kind in ("'<U5'", "[('a', '<f4'), ('b', '<f4')]"):
        header = f"{{'descr': {kind}, 'fortran_order': False, 'shape': (3,), }}"
        assert read(tmp_path, npy(header, 60), "a.npy").files == []


@pytest.mark.parametrize("kind", ["'|O'", "[('a', '<f4'), ('b', '|O')]"])
def test_objects_are_named_and_hold_no_tensor(kind: str, tmp_path: Path) -> None:
    header = f"{{'descr': {kind}, 'fortran_order': False, 'shape': (3,), }}"
    for name, content in (("a.npy", npy(header, 60)), ("b.npz", zipped({"a.npy": npy(header)}))):
        found = read(tmp_path / name[0], content, name)
        assert (found.file.format, found.file.tensors) == ("NumPy objects", ())


PLAIN = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (npy(PLAIN, 47), "the array needs 48 bytes and 47 follow"),
        (
            npy(PLAIN.replace("3", "9" * 18), 48),
            "the array needs 15,999,999,999,999,999,984 bytes and 48 follow",
        ),
        (npy(PLAIN.replace("(3, 4)", "3")), "array `a` has no shape"),
        (npy(PLAIN.replace("3, 4", "32 4")), "array `a` has an impossible shape"),
        (
            npy(PLAIN.replace("3", "1" * 25)),
            "array `a` has an impossible shape",
        ),
        (
            npy(PLAIN.replace("3, 4", "9999999999, 9999999999")),
            "array `a` has a shape too large for any file",
        ),
        (
            b"\x93NUMPY\x01\x00\xff\xff" + PLAIN.encode(),
            "array `a` has a header that is damaged or longer than is read",
        ),
        (
            npy(PLAIN, 48, 9),
            "array `a` has a header that is damaged or longer than is read",
        ),
    ],
)
def test_damaged_arrays_are_told(content: bytes, message: str, tmp_path: Path) -> None:
    assert fault(tmp_path, content, "a.npy") == message


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_of_arrays(method: int, tmp_path: Path) -> None:
    members = {"a.npy": npy(PLAIN, 48), "b/c.npy": npy(PLAIN.replace("3", "1"), 16)}
    found = read(tmp_path, zipped(members, method), "weights.npz")
    assert found.shapes == {"a": ("float32", (3, 4)), "b/c": ("float32", (1, 4))}
    short = zipped({"a.npy": npy(PLAIN, 47)}, method)
    assert fault(tmp_path, short, "weights.npz") == (
        "array `a.npy` is longer than the member it lies in"
    )


def test_arrays_beside_weights_are_data(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "model.safetensors", TINY)
    (tmp_path / "voices.npy").write_bytes(npy(PLAIN, 48))
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "weights.npy").write_bytes(npy(PLAIN, 48))
    assert Seen(alone).value("params_total") == exactly(12)
    seen = Seen(tmp_path)
    assert seen.value("params_total") == exactly(sum_of(TINY))
    assert "several-models" not in seen.ids()


def sum_of(tensors: object) -> int:
    from tests.release.building import TINY_COUNT

    assert tensors is TINY
    return TINY_COUNT


# Flax

FLAX = packed_map(
    {
        "params": packed_map(
            {
                "dense": packed_map({"kernel": packed_array("float32", (3, 4), 48)}),
                "bias": packed_array("bfloat16", (5,), 10),
            }
        ),
        "batch_stats": packed_map({"mean": packed_array("float32", (4,), 16)}),
        "opt_state": packed_map({"mu": packed_array("float32", (3, 4), 48)}),
        "note": packed_text("trained"),
        "numbers": b"\x95\x01\xcd\x10\x00\xcb" + bytes(8) + b"\xc0\xc3",
    }
)


def test_flax_arrays_lie_in_maps(tmp_path: Path) -> None:
    (tmp_path / "flax_model.msgpack").write_bytes(FLAX)
    seen = Seen(tmp_path)
    assert seen.value("params_total") == exactly(17)
    assert {each.name: each.kind for each in seen.weights.tensors()} == {
        "params/dense/kernel": Kind.WEIGHT,
        "params/bias": Kind.WEIGHT,
        "batch_stats/mean": Kind.BUFFER,
        "opt_state/mu": Kind.STATE,
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (FLAX[:-3], "a value needs 8 bytes and 7 follow"),
        (FLAX + b"\0", "1 bytes follow the last value"),
        (
            b"\xdf\xff\xff\xff\xff\xa1a\xc0",
            "a map or list claims 4,294,967,295 items and fewer bytes follow",
        ),
        (b"\x81\xa1a" + b"\x91" * 300, "values lie more than 200 levels deep in each other"),
        (
            packed_map({"w": packed_array("float32", (3, 4), 47)}),
            "array `w` has not the bytes that its shape needs",
        ),
        (
            packed_map({"w": b"\xc7\x02\x01\x90\x90"}),
            "array `w` does not state shape, type and numbers",
        ),
        (b"\x81\xa1a\xc1", "byte 3 begins no value: 0xc1"),
        (b"\x81\x01\x01", "byte 1 should begin the key of a map"),
        (b"\x81\xa1a\xdb\x7f\xff\xff\xff", "a value needs 2,147,483,647 bytes and 0 follow"),
    ],
)
def test_damaged_msgpack_is_told(content: bytes, message: str, tmp_path: Path) -> None:
    assert fault(tmp_path, content, "flax_model.msgpack") == message


def test_msgpack_of_other_things_is_no_model(tmp_path: Path) -> None:
    assert read(tmp_path, packed_map({"a": packed_map({})}), "index.dat").files == []


# HDF5


def padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % 8)


def header(*messages: tuple[int, bytes]) -> bytes:
    body = b"".join(
        struct.pack("<HHB3x", kind, len(padded(content)), 0) + padded(content)
        for kind, content in messages
    )
    return struct.pack("<BxHII4x", 1, len(messages), 1, len(body)) + body


def dataset(shape: tuple[int, ...], at: int, size: int) -> bytes:
    space = struct.pack("<BBB5x", 1, len(shape), 0) + struct.pack(f"<{len(shape)}Q", *shape)
    kind = struct.pack("<BBBBI", 0x11, 0x20, 31, 0, 4) + struct.pack(
        "<HHBBBBI", 0, 32, 23, 8, 0, 23, 127
    )
    layout = struct.pack("<BBQQ", 3, 1, at, size)
    return header((1, space), (3, kind), (8, layout))


def hdf5(shape: tuple[int, ...] = (3, 4), tree: int | None = None, at: int = 0) -> bytes:
    """A file of one dataset, ``w``, in the root group."""
    start = 96
    root = header((17, struct.pack("<QQ", 200, 400)))
    heap = b"HEAP" + bytes(4) + struct.pack("<QQQ", 16, 0, 440)
    node = b"TREE" + struct.pack("<BBHQQ", 0, 0, 1, 0, 0) + struct.pack("<QQQ", 0, 300, 8)
    symbols = b"SNOD" + struct.pack("<BxH", 1, 1) + struct.pack("<QQ24x", 8, 500)
    content = bytearray(900)
    head = b"\x89HDF\r\n\x1a\n" + bytes(5) + b"\x08\x08" + bytes(9)
    head += struct.pack("<QQQQ", 0, 2**64 - 1, 900, 2**64 - 1) + struct.pack("<QQ", 0, start)
    size = 48
    for place, part in (
        (0, head),
        (start, root),
        (200, node),
        (300, symbols),
        (400, heap),
        (440, bytes(8) + b"w\0"),
        (500, dataset(shape, at or 700, size)),
    ):
        content[place : place + len(part)] = part
    if tree is not None:
        content[start + 24 : start + 32] = struct.pack("<Q", tree)
    return bytes(content)


def test_datasets_of_hdf5_are_read(tmp_path: Path) -> None:
    found = read(tmp_path, hdf5(), "model.h5")
    assert found.shapes == {"w": ("float32", (3, 4))}
    assert Seen(tmp_path).value("params_total") == exactly(12)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (hdf5()[:20], "an address of the file, 56, lies past its end"),
        (hdf5(tree=2**40), "an address of the file, 1,099,511,627,776, lies past its end"),
        (hdf5(tree=96), "the links of a group are not at byte 96"),
        (hdf5(shape=(2**40, 2**40)), "dataset `w` has a shape too large for any file"),
        (hdf5(at=880), "dataset `w` ends 28 bytes past the end of the file"),
        (
            hdf5()[:324] + struct.pack("<QQ", 8, 500) + hdf5()[340:],
            "dataset",
        ),
    ],
)
def test_damaged_hdf5_is_told(content: bytes, message: str, tmp_path: Path) -> None:
    if message == "dataset":  # a second link to what was read already is followed once
        assert read(tmp_path, content, "model.h5").shapes == {"w": ("float32", (3, 4))}
    else:
        assert fault(tmp_path, content, "model.h5") == message


@pytest.mark.parametrize("at", range(0, 640, 13))
def test_a_changed_byte_of_hdf5_never_crashes(at: int, tmp_path: Path) -> None:
    content = bytearray(hdf5())
    content[at] ^= 0xFF
    read(tmp_path, bytes(content), "model.h5")


def test_a_keras_archive_holds_hdf5(tmp_path: Path) -> None:
    members = {"config.json": b"{}", "metadata.json": b"{}", "model.weights.h5": hdf5()}
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        found = read(tmp_path, zipped(members, method), "model.keras")
        assert found.file.format == "Keras archive"
        assert found.shapes == {"w": ("float32", (3, 4))}
    arrays = zipped({"w.npy": npy(PLAIN, 48)})
    inner = {"config.json": b"{}", "model.weights.npz": arrays}
    assert read(tmp_path, zipped(inner), "model.keras").shapes == {"w": ("float32", (3, 4))}


# TensorFlow


def table(entries: dict[str, bytes]) -> bytes:
    def block(items: list[tuple[bytes, bytes]]) -> bytes:
        body = b"".join(
            varint(0) + varint(len(key)) + varint(len(value)) + key + value for key, value in items
        )
        return body + struct.pack("<II", 0, 1)

    data = block([(key.encode(), value) for key, value in entries.items()])
    out = data + bytes(5)
    handle = varint(0) + varint(len(data))
    index = block([(b"~", handle)])
    at = len(out)
    out += index + bytes(5)
    footer = varint(0) + varint(0) + varint(at) + varint(len(index))
    return out + footer + bytes(40 - len(footer)) + struct.pack("<Q", 0xDB4775248B80FB57)


def variable(shape: tuple[int, ...], size: int, kind: int = 1) -> bytes:
    dims = b"".join(field(2, field(1, each)) for each in shape)
    return field(1, kind) + field(2, dims) + field(5, size)


HEADER = field(1, 1) + field(3, field(1, 1))
VARIABLES = {
    "": HEADER,
    "dense/kernel/.ATTRIBUTES/VARIABLE_VALUE": variable((3, 4), 48),
    "optimizer/lr/.ATTRIBUTES/VARIABLE_VALUE": variable((), 4),
}


def test_a_saved_model_is_read_by_its_index(tmp_path: Path) -> None:
    folder = tmp_path / "variables"
    folder.mkdir()
    (tmp_path / "saved_model.pb").write_bytes(field(1, 1) + field(2, b"graph"))
    (folder / "variables.index").write_bytes(table(VARIABLES))
    (folder / "variables.data-00000-of-00001").write_bytes(bytes(52))
    seen = Seen(tmp_path)
    assert seen.value("params_total") == exactly(12)
    assert [each.path for each in seen.weights.files] == ["variables/variables.index"]
    assert seen.ids() == []


def test_a_graph_alone_is_named(tmp_path: Path) -> None:
    found = read(tmp_path, field(1, 1) + field(2, b"graph"), "saved_model.pb")
    assert found.messages == [
        "`saved_model.pb` is in the format TensorFlow SavedModel,"
        " which is not read in this version: not counted"
    ]


def test_an_index_without_its_data_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, table(VARIABLES), "model.index")
    assert found.messages == ["1 files are missing that hold the variables"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (table(VARIABLES)[:-1], "the table has no footer: the file is cut off"),
        (
            table({"": HEADER, "w": variable((3, 4), 47)}),
            "variable `w` has not the bytes that its shape needs",
        ),
        (
            table({"": HEADER, "w": variable((2**40, 2**40), 47)}),
            "variable `w` has not the bytes that its shape needs",
        ),
    ],
)
def test_damaged_indexes_are_told(content: bytes, message: str, tmp_path: Path) -> None:
    assert fault(tmp_path, content, "model.index") == message


# GGML before GGUF


def ggjt(words: int = 2, *tensors: bytes) -> bytes:
    head = b"tjgg" + struct.pack("<I", 3) + struct.pack("<7I", words, 8, 1, 1, 1, 4, 0)
    out = head + b"".join(struct.pack("<I", 2) + b"ab" + bytes(4) for _ in range(2))
    for each in tensors:
        out += each
        out += bytes(-len(out) % 32) + bytes(64)
    return out


def ggml_tensor(name: bytes, shape: tuple[int, ...], kind: int = 0) -> bytes:
    head = struct.pack("<III", len(shape), len(name), kind)
    return head + struct.pack(f"<{len(shape)}I", *reversed(shape)) + name


def test_the_first_llama_files_are_read(tmp_path: Path) -> None:
    content = ggjt(2, ggml_tensor(b"tok", (2, 8)), ggml_tensor(b"norm", (16,)))
    found = read(tmp_path, content, "ggml-model.bin")
    assert found.shapes == {"tok": ("F32", (2, 8)), "norm": ("F32", (16,))}


@pytest.mark.parametrize(
    "content",
    [
        b"lmgg" + bytes(40),
        b"algg",
        ggjt(2**31),
        ggjt(2, ggml_tensor(b"tok", (2, 9))),
        ggjt(2, ggml_tensor(b"tok", (2**31, 2**31))),
        ggjt(2, ggml_tensor(b"tok", (2, 8)))[:-1],
    ],
)
def test_other_files_of_ggml_are_named(content: bytes, tmp_path: Path) -> None:
    found = read(tmp_path, content, "model.bin")
    assert found.file.format == "GGML"
    assert found.messages == [
        "`model.bin` is in the format GGML, which is not read in this version: not counted"
    ]


# Recognised


@pytest.mark.parametrize(
    ("name", "content", "format_name"),
    [
        ("odd", b"\x1c\0\0\0TFL3" + bytes(20), "TensorFlow Lite"),
        ("model.mlmodel", field(1, 7) + field(2, field(1, field(1, "x"))), "Core ML"),
        ("model.xml", b'<?xml version="1.0"?>\n<net name="m" version="11">', "OpenVINO"),
    ],
)
def test_formats_without_a_reader_are_known_by_content(
    name: str, content: bytes, format_name: str, tmp_path: Path
) -> None:
    found = read(tmp_path, content, name)
    assert found.file.format == format_name
    assert found.file.tensors is None


def test_openvino_keeps_its_numbers_beside(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(bytes(100))
    content = b'<?xml version="1.0"?>\n<net name="m" version="11">'
    found = read(tmp_path, content, "model.xml")
    assert found.file.size == 100 + len(content)


def test_a_page_or_a_text_is_no_weight(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text('<?xml version="1.0"?><rss></rss>')
    (tmp_path / "notes.txt").write_text("GGU is not GGUF")
    assert read(tmp_path, b"{}", "config.json").files == []


def test_weights_under_a_name_of_text_are_found(tmp_path: Path) -> None:
    assert read(tmp_path, hdf5(), "notes.txt").file.format == "HDF5"


def test_a_plain_pickle_of_words_is_no_weight(tmp_path: Path) -> None:
    assert read(tmp_path, pickled(dictionary({})), "words.dump").files == []
