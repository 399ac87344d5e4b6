"""The readers beside the libraries of the formats, on real files and on files they write."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from tests.release.oracles import library

from weighbridge.release.folder import Folder
from weighbridge.release.formats import Kind, WeightFile, read_weight_files
from weighbridge.release.formats.number_formats import common_name
from weighbridge.release.observations import Observations

pytestmark = [
    pytest.mark.extra,
    pytest.mark.filterwarnings("ignore"),  # what the libraries say of themselves
]


def read(folder: Path) -> dict[str, WeightFile]:
    seen = Observations()
    return {each.path: each for each in read_weight_files(Folder.open(folder), seen)}


def one(path: Path) -> WeightFile:
    return read(path.parent)[path.name]


def shapes(weights: WeightFile) -> dict[str, tuple[str, tuple[int, ...]]]:
    return {t.name: (common_name(t.dtype), t.shape) for t in weights.tensors or ()}


def real(corpus: Path, *endings: str) -> list[Path]:
    found = (path for path in (corpus / "weights").rglob("*") if path.name.endswith(endings))
    return sorted(found)


def test_safetensors(corpus: Path) -> None:
    safetensors = library("safetensors")
    library("numpy")
    for path in real(corpus, ".safetensors"):
        with safetensors.safe_open(path, framework="numpy") as file:
            slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118
            told = {name: (s.get_dtype(), tuple(s.get_shape())) for name, s in slices.items()}
        assert shapes(one(path)) == told


def test_gguf(corpus: Path, tmp_path: Path) -> None:
    gguf = library("gguf")
    numpy = library("numpy")
    for path in real(corpus, ".gguf"):
        reader = gguf.GGUFReader(path)
        assert len(one(path).tensors or ()) == len(reader.tensors)
    for order in (gguf.GGUFEndian.LITTLE, gguf.GGUFEndian.BIG):
        path = tmp_path / order.name / "model.gguf"
        path.parent.mkdir()
        writer = gguf.GGUFWriter(path, "llama", endianess=order)
        writer.add_context_length(512)
        writer.add_chat_template("{{ messages }}")
        writer.add_tensor("token_embd.weight", numpy.zeros((6, 64), dtype=numpy.float32))
        for kind in ("Q4_0", "Q8_0", "Q6_K", "IQ4_XS", "MXFP4"):
            type_ = getattr(gguf.GGMLQuantizationType, kind)
            block, size = gguf.GGML_QUANT_SIZES[type_]
            raw = numpy.zeros((4, 2 * size), dtype=numpy.uint8)
            writer.add_tensor(f"blk.{kind}.weight", raw, raw_dtype=type_)
            assert block
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        weights = one(path)
        assert {fact.name for fact in weights.says} >= {"model_architecture", "context_length"}
        told = {
            t.name: (t.tensor_type.name, tuple(int(size) for size in reversed(t.shape)), t.n_bytes)
            for t in gguf.GGUFReader(path).tensors
        }
        assert {t.name: (t.dtype, t.shape, t.bytes) for t in weights.tensors or ()} == told


def test_every_block_of_gguf_has_its_size() -> None:
    gguf = library("gguf")
    from weighbridge.release.formats.ggml_types import TYPES

    # The library still has the size of an older block of Q8_1, which no file holds.
    for type_, sizes in gguf.GGML_QUANT_SIZES.items():
        if type_.name == "Q8_1":
            continue
        assert TYPES[int(type_)] == (type_.name, *sizes)


def test_onnx(corpus: Path, tmp_path: Path) -> None:
    onnx = library("onnx")
    for path in real(corpus, ".onnx"):
        graph = onnx.load(path).graph
        told = [(each.name, tuple(each.dims)) for each in graph.initializer]
        mine = [(each.name, each.shape) for each in one(path).tensors or ()]
        assert mine[: len(told)] == told
    tensor, helper = onnx.TensorProto, onnx.helper
    weight = helper.make_tensor("w", tensor.INT4, (3, 5), list(range(15)))
    inner = helper.make_tensor("inner", tensor.FLOAT, (2, 2), [1.0, 2.0, 3.0, 4.0])
    branch = helper.make_graph([], "branch", [], [], [inner])
    node = helper.make_node("If", ["c"], ["y"], then_branch=branch, else_branch=branch)
    matrix = helper.make_tensor("value", tensor.FLOAT16, (4, 4), bytes(32), raw=True)
    constant = helper.make_node("Constant", [], ["k"], value=matrix)
    scalar = helper.make_tensor("value", tensor.INT64, (1,), [3])
    shape = helper.make_node("Constant", [], ["s"], value=scalar)
    values = helper.make_tensor("sparse", tensor.FLOAT, (3,), [1.0, 2.0, 3.0])
    indices = helper.make_tensor("indices", tensor.INT64, (3,), [1, 5, 9])
    sparse = helper.make_sparse_tensor(values, indices, [10, 10])
    graph = helper.make_graph([node, constant, shape], "g", [], [], [weight])
    graph.sparse_initializer.append(sparse)
    function = helper.make_function(
        "own", "f", [], ["k"], [constant], [helper.make_opsetid("", 21)]
    )
    model = helper.make_model(graph, functions=[function])
    path = tmp_path / "made.onnx"
    onnx.save(model, path)
    found = [(each.name, each.dtype, each.shape, each.bytes) for each in one(path).tensors or ()]
    assert sorted(found) == [
        ("inner", "FLOAT", (2, 2), 16),
        ("inner", "FLOAT", (2, 2), 16),
        ("k", "FLOAT16", (4, 4), 32),
        ("k", "FLOAT16", (4, 4), 32),
        ("sparse", "FLOAT", (3,), 36),
        ("w", "INT4", (3, 5), 8),
    ]


def test_onnx_with_data_beside(tmp_path: Path) -> None:
    onnx = library("onnx")
    helper, tensor = onnx.helper, onnx.TensorProto
    weight = helper.make_tensor("w", tensor.FLOAT, (8, 8), bytes(256), raw=True)
    model = helper.make_model(helper.make_graph([], "g", [], [], [weight]))
    path = tmp_path / "model.onnx"
    onnx.save_model(
        model, path, save_as_external_data=True, location="model.onnx_data", size_threshold=0
    )
    found = read(tmp_path)
    assert list(found) == ["model.onnx"]
    assert found["model.onnx"].beside == ("model.onnx_data",)
    assert found["model.onnx"].size == path.stat().st_size + 256
    assert found["model.onnx"].faults == ()


def told_by_torch(torch: Any, value: Any) -> dict[str, tuple[str, tuple[int, ...]]]:
    return {
        name: (common_name(str(each.dtype).removeprefix("torch.")), tuple(each.shape))
        for name, each in value.items()
        if isinstance(each, torch.Tensor)
    }


def test_torch(corpus: Path) -> None:
    torch = library("torch")
    for path in real(corpus, ".pth", ".pt"):
        value = torch.load(path, map_location="cpu", weights_only=True)
        if isinstance(value, dict):
            assert shapes(one(path)) == told_by_torch(torch, value)


@pytest.mark.parametrize("new", [True, False], ids=["zip", "legacy"])
def test_torch_ties_and_views(new: bool, tmp_path: Path) -> None:
    torch = library("torch")
    base = torch.zeros(4, 6)
    state = {
        "embed.weight": base,
        "head.weight": base,
        "row": base[1],
        "column": base[:, 2],
        "wide": torch.zeros(3).expand(5, 3),
        "half": torch.zeros(2, 3, dtype=torch.bfloat16),
        "norm.running_mean": torch.zeros(7),
        "steps": torch.tensor(3),
        "parameter": torch.nn.Parameter(torch.zeros(5)),
    }
    if new:
        state["small"] = torch.zeros(2, 2, dtype=torch.float8_e4m3fn)
    path = tmp_path / "model.bin"
    torch.save(state, path, _use_new_zipfile_serialization=new)
    weights = one(path)
    assert shapes(weights) == told_by_torch(torch, state)
    own = {t.name: t.elements - t.repeats for t in weights.tensors or ()}
    wanted = {name: math.prod(tensor.shape) for name, tensor in state.items()}
    wanted |= {"head.weight": 0, "row": 0, "column": 0, "wide": 3}
    assert own == wanted
    assert weights.unused == 0


def test_torch_checkpoints_and_modules(tmp_path: Path) -> None:
    torch = library("torch")
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.zeros(2, 3)).sum().backward()
    optimizer.step()
    torch.save(
        {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3},
        tmp_path / "checkpoint.pt",
    )
    torch.save(model, tmp_path / "whole.pt")
    torch.jit.script(model).save(str(tmp_path / "script.pt"))
    found = read(tmp_path)
    for weights in found.values():
        tensors = weights.tensors or ()
        counted = sum(t.elements - t.repeats for t in tensors if t.kind is Kind.WEIGHT)
        assert counted in (24, 33), weights.path  # with or without statistics of the norm
    names = {t.name for t in found["checkpoint.pt"].tensors or () if t.kind is Kind.WEIGHT}
    assert names == set(model.state_dict())
    buffers = {t.name for t in found["whole.pt"].tensors or () if t.kind is Kind.BUFFER}
    assert buffers == {"1.running_mean", "1.running_var", "1.num_batches_tracked"}
    assert found["script.pt"].format == "TorchScript archive"


def test_numpy(corpus: Path, tmp_path: Path) -> None:
    numpy = library("numpy")
    for path in real(corpus, ".npy"):
        array = numpy.load(path, allow_pickle=False)
        (tensor,) = one(path).tensors or ()
        assert (tensor.dtype, tensor.shape) == (str(array.dtype), array.shape)
    arrays = {
        "a": numpy.zeros((3, 4), dtype=numpy.float16),
        "b": numpy.zeros((), dtype=numpy.uint8),
        "c": numpy.zeros((2, 0, 5), dtype=">f8"),
        "d": numpy.asfortranarray(numpy.zeros((7, 2), dtype=numpy.int64)),
        "e": numpy.zeros(3, dtype=bool),
    }
    for save in (numpy.savez, numpy.savez_compressed):
        save(tmp_path / f"{save.__name__}.npz", **arrays)
        weights = one(tmp_path / f"{save.__name__}.npz")
        told = {
            name: (array.dtype.newbyteorder("=").name, array.shape)
            for name, array in arrays.items()
        }
        assert {t.name: (t.dtype, t.shape) for t in weights.tensors or ()} == told


def test_pickled_arrays(tmp_path: Path) -> None:
    import pickle

    numpy = library("numpy")
    arrays = {"model": {"w": numpy.zeros((3, 4), dtype=numpy.float32), "b": numpy.zeros(4)}}
    for protocol in range(2, 6):
        path = tmp_path / f"{protocol}.pkl"
        path.write_bytes(pickle.dumps(arrays, protocol))
        assert {t.name: t.shape for t in one(path).tensors or ()} == {"w": (3, 4), "b": (4,)}


@pytest.mark.parametrize("version", [("earliest", "v108"), ("latest", "latest")])
def test_hdf5(version: tuple[str, str], corpus: Path, tmp_path: Path) -> None:
    h5py = library("h5py")
    numpy = library("numpy")

    def told(path: Path) -> dict[str, tuple[str, tuple[int, ...]]]:
        found = {}

        def visit(name: str, item: Any) -> None:
            if isinstance(item, h5py.Dataset) and item.dtype.kind in "fiu":
                found[name.removeprefix("model_weights/")] = (item.dtype.name, item.shape)

        with h5py.File(path) as file:
            file.visititems(visit)
        return found

    path = tmp_path / "made.h5"
    with h5py.File(path, "w", libver=version) as file:
        file.attrs["keras_version"] = "3"
        for layer in range(6):
            group = file.create_group(f"layer_{layer}/vars")
            group.create_dataset("0", data=numpy.zeros((3, layer + 1), dtype=numpy.float32))
            group.create_dataset("1", data=numpy.zeros((), dtype=numpy.int64))
            group.create_dataset("2", shape=(4, 4), dtype="f2", compression="gzip", chunks=(2, 2))
        file["names"] = numpy.array([b"a", b"bc"])
    for each in (path, *real(corpus, ".hdf5")):
        mine = {t.name: (t.dtype, t.shape) for t in one(each).tensors or ()}
        assert mine == told(each)
