from __future__ import annotations

from pathlib import Path

import pytest
from tests.release.building import Seen, exactly
from tests.release.formats.building import fault, field, onnx_model, onnx_tensor, read, varint

from weighbridge.release.folder import Folder
from weighbridge.release.formats import Kind
from weighbridge.release.formats.onnx_model import read_model

FLOAT, UINT8, INT64, FLOAT16, INT4 = 1, 2, 7, 10, 22


def graph(*tensors: bytes, nodes: tuple[bytes, ...] = ()) -> bytes:
    return b"".join(field(1, node) for node in nodes) + b"".join(field(5, t) for t in tensors)


def node(
    operator: str, inputs: tuple[str, ...] = (), *attributes: bytes, domain: str = ""
) -> bytes:
    out = b"".join(field(1, each) for each in inputs) + field(2, "out") + field(4, operator)
    return out + b"".join(field(5, each) for each in attributes) + field(7, domain)


def whole(name: str, value: int) -> bytes:
    return field(1, name) + field(3, value)


def test_initialisers_are_weighed_and_shapes_set_apart(tmp_path: Path) -> None:
    model = onnx_model(
        graph(
            onnx_tensor("w", FLOAT, (4, 6), bytes(96)),
            onnx_tensor("h", FLOAT16, (5,), bytes(10)),
            onnx_tensor("shape", INT64, (2,), bytes(16)),
        )
    )
    (tmp_path / "model.onnx").write_bytes(model)
    seen = Seen(tmp_path)
    fact = seen.fact("params_total")
    assert fact.value == exactly(29)
    assert fact.note == "counted from the headers, without 2 numbers of buffers"
    assert seen.value("weight_dtypes") == "F32, F16"
    assert seen.value("tensor_count") == exactly(3)


def test_graphs_functions_and_training_are_walked(tmp_path: Path) -> None:
    inner = graph(onnx_tensor("inner", FLOAT, (3,), bytes(12)))
    branch = node("If", ("c",), field(1, "then_branch") + field(6, inner))
    value = field(1, "value") + field(5, onnx_tensor("", FLOAT, (2, 2), bytes(16)))
    small = field(1, "value") + field(5, onnx_tensor("", INT64, (1,), bytes(8)))
    constant, count = node("Constant", (), value), node("Constant", (), small)
    function = field(1, "f") + field(7, constant)
    training = field(1, graph(onnx_tensor("state", FLOAT, (7,), bytes(28))))
    outer = graph(onnx_tensor("w", FLOAT, (5,), bytes(20)), nodes=(branch, count))
    found = read(tmp_path, onnx_model(outer, field(25, function), field(20, training)), "m.onnx")
    assert sorted(found.shapes.items()) == [
        ("inner", ("FLOAT", (3,))),
        ("out", ("FLOAT", (2, 2))),
        ("state", ("FLOAT", (7,))),
        ("w", ("FLOAT", (5,))),
    ]


def test_sparse_tensors_count_what_they_store(tmp_path: Path) -> None:
    values = onnx_tensor("s", FLOAT, (3,), bytes(12))
    indices = onnx_tensor("", INT64, (3,), bytes(24))
    sparse = field(1, values) + field(2, indices) + field(3, 1000)
    found = read(tmp_path, onnx_model(graph() + field(15, sparse)), "m.onnx")
    (tensor,) = found.file.tensors or ()
    assert (tensor.elements, tensor.bytes) == (3, 36)


def test_four_bits_are_two_to_a_byte(tmp_path: Path) -> None:
    model = onnx_model(graph(onnx_tensor("w", INT4, (3, 5), bytes(8))))
    (tmp_path / "model.onnx").write_bytes(model)
    seen = Seen(tmp_path)
    assert seen.value("params_total") == exactly(15)
    assert seen.value("is_quantised") is True


def test_packed_blocks_are_unpacked_and_their_scales_left_out(tmp_path: Path) -> None:
    matrix = node(
        "MatMulNBits",
        ("x", "w", "scales"),
        whole("K", 64),
        whole("N", 8),
        whole("bits", 4),
        domain="com.microsoft",
    )
    model = onnx_model(
        graph(
            onnx_tensor("w", UINT8, (8, 2, 16), bytes(256)),
            onnx_tensor("scales", FLOAT, (16,), bytes(64)),
            nodes=(matrix,),
        )
    )
    (tmp_path / "model.onnx").write_bytes(model)
    seen = Seen(tmp_path)
    assert seen.value("params_total") == exactly(512)
    assert seen.value("is_quantised") is True
    kinds = {each.name: each.kind for each in seen.weights.tensors()}
    assert kinds == {"w": Kind.WEIGHT, "scales": Kind.SCALE}


def test_operator_sets_and_operators_are_listed(tmp_path: Path) -> None:
    own = node("Run", (), domain="evil.ops")
    opset = field(8, field(1, "evil.ops") + field(2, 1))
    (tmp_path / "m.onnx").write_bytes(onnx_model(graph(nodes=(own, own)), opset))
    data = Folder.open(tmp_path).map("m.onnx")
    model = read_model(data, "m.onnx")
    assert model.opsets == {"": 17, "evil.ops": 1}
    assert model.operators == {("evil.ops", "Run"): 2}
    assert model.producer == "pytorch"


@pytest.mark.parametrize(
    ("location", "offset", "messages"),
    [
        ("w.data", 0, []),
        ("./w.data", 1, ["tensor `w` ends 1 bytes past the end of `./w.data`"]),
        ("gone.data", 0, ["the file `gone.data` is missing, in which the model keeps tensors"]),
        ("../w.data", 0, ["the model keeps tensors outside its folder, in `../w.data`"]),
        ("/etc/passwd", 0, ["the model keeps tensors outside its folder, in `/etc/passwd`"]),
        ("a\\..\\w", 0, ["the model keeps tensors outside its folder, in `a\\..\\w`"]),
    ],
)
def test_data_beside_is_looked_for_inside_alone(
    location: str, offset: int, messages: list[str], tmp_path: Path
) -> None:
    tensor = onnx_tensor("w", FLOAT, (4,), location=location, offset=offset, length=16)
    (tmp_path / "w.data").write_bytes(bytes(16))
    found = read(tmp_path, onnx_model(graph(tensor)), "model.onnx")
    assert found.messages == messages
    assert found.shapes == {"w": ("FLOAT", (4,))}


def test_data_beside_counts_with_its_size_and_pointers_with_theirs(tmp_path: Path) -> None:
    tensor = onnx_tensor("w", FLOAT, (4,), location="w.onnx_data", offset=0, length=16)
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "a" * 64 + "\nsize 16\n"
    (tmp_path / "w.onnx_data").write_text(pointer)
    content = onnx_model(graph(tensor))
    found = read(tmp_path, content, "model.onnx")
    assert found.file.size == len(content) + 16
    assert found.messages == []


DEEP = graph()
for _ in range(80):
    DEEP = graph(nodes=(node("If", (), field(6, DEEP)),))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (field(1, 8) + field(2, "pytorch"), "the model holds no graph"),
        (
            onnx_model(b"\x2a\xff\xff\x03abc"),
            "the field before byte 17 claims 65,535 bytes and 3 follow",
        ),
        (
            onnx_model(graph(onnx_tensor("w", FLOAT, (2**60,), b""))),
            "tensor `w` needs 4,611,686,018,427,387,904 bytes and is given 0",
        ),
        (
            onnx_model(graph(onnx_tensor("w", FLOAT, (2**40, 2**40)))),
            "tensor `w` has the impossible shape `[1099511627776, 1099511627776]`",
        ),
        (
            onnx_model(graph(onnx_tensor("w", FLOAT, (-1, 4)))),
            "tensor `w` has the impossible shape `[-1, 4]`",
        ),
        (
            onnx_model(graph(onnx_tensor("w", 99, (4,)))),
            "tensor `w` has the unknown number format 99",
        ),
        (
            onnx_model(graph(field(1, b"\x01" * 65) + field(2, 1))),
            "a tensor has more than 64 dimensions",
        ),
        (onnx_model(DEEP), "graphs lie more than 64 levels deep in each other"),
        (onnx_model(b"\x0b"), "the field before byte 14 is of the unknown wire type 3"),
        (onnx_model(b"\x28" + b"\xff" * 12), "the field before byte 24 ends inside a number"),
    ],
)
def test_damage_is_told(content: bytes, message: str, tmp_path: Path) -> None:
    assert fault(tmp_path, content, "model.onnx") == message


def test_more_fields_than_are_read_leave_the_count_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("weighbridge.release.formats.protobuf._MOST_FIELDS", 0)
    content = onnx_model(graph(field(1, varint(1) * 40)))
    from weighbridge.release.formats.protobuf import TooMuch, Wire

    with pytest.raises(TooMuch):
        list(Wire(memoryview(content), "m.onnx", left=2).fields(0, len(content)))


def test_another_message_under_the_name_is_no_model(tmp_path: Path) -> None:
    assert fault(tmp_path, b"\x0a\x03abc", "model.onnx") == "the model holds no graph"
    (tmp_path / "model.onnx").unlink()
    (tmp_path / "data").write_bytes(b"\x0a\x03abc")
    assert read(tmp_path, b"x", "other").files == []
