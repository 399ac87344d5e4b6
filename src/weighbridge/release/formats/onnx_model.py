"""What an ONNX model holds, read from mapped bytes alone: tensors, operator sets, outside files."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace

from weighbridge.release.folder import shown_name
from weighbridge.release.formats.base import MAX_TENSORS, Kind, Tensor, elements_of, fail
from weighbridge.release.formats.protobuf import BYTES, VARINT, Wire, signed

_TYPES = {
    1: ("FLOAT", 32),
    2: ("UINT8", 8),
    3: ("INT8", 8),
    4: ("UINT16", 16),
    5: ("INT16", 16),
    6: ("INT32", 32),
    7: ("INT64", 64),
    8: ("STRING", 0),
    9: ("BOOL", 8),
    10: ("FLOAT16", 16),
    11: ("DOUBLE", 64),
    12: ("UINT32", 32),
    13: ("UINT64", 64),
    14: ("COMPLEX64", 64),
    15: ("COMPLEX128", 128),
    16: ("BFLOAT16", 16),
    17: ("FLOAT8E4M3FN", 8),
    18: ("FLOAT8E4M3FNUZ", 8),
    19: ("FLOAT8E5M2", 8),
    20: ("FLOAT8E5M2FNUZ", 8),
    21: ("UINT4", 4),
    22: ("INT4", 4),
    23: ("FLOAT4E2M1", 4),
    24: ("FLOAT8E8M0", 8),
    25: ("UINT2", 2),
    26: ("INT2", 2),
}
_SHAPE_MATERIAL = frozenset({"INT64", "BOOL", "STRING"})
_MAX_DIMENSIONS = 64
_MAX_DEPTH = 64
_MAX_OUTSIDE = 240_000
_MAX_ENTRIES = 16
_OUTSIDE_KEYS = {"location", "offset", "length", "checksum"}
"""What the standard lets a tensor say of data outside the file."""
_UNREAD = "more than is read"
_SCALES_OF = {"QuantizeLinear": (1, 2), "DequantizeLinear": (1, 2), "MatMulNBits": (2, 3)}


@dataclass(frozen=True, slots=True)
class External:
    """A tensor whose numbers lie in another file.

    location: the file as the model names it, as yet untrusted
    end:      how long that file must be
    others:   what else is said of it that the standard does not know, sorted
    """

    tensor: str
    location: str
    end: int
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OnnxModel:
    """One model.

    tensors:   the initialisers, then those constants of nodes that weigh: matrices of floats
    constants: how many numbers the constants of nodes hold
    opsets:    the version of each operator set by its domain; ``""`` is the standard's own
    operators: how often each operator of a domain occurs, as (domain, operator)
    """

    tensors: tuple[Tensor, ...]
    external: tuple[External, ...]
    opsets: dict[str, int]
    operators: dict[tuple[str, str], int]
    producer: str = ""
    constants: int = 0


@dataclass(slots=True)
class _Found:
    tensors: list[Tensor] = field(default_factory=list)
    constants: list[Tensor] = field(default_factory=list)
    external: list[External] = field(default_factory=list)
    opsets: dict[str, int] = field(default_factory=dict)
    operators: dict[tuple[str, str], int] = field(default_factory=dict)
    scales: set[str] = field(default_factory=set)
    packed: dict[str, int] = field(default_factory=dict)
    producer: str = ""


@dataclass(slots=True)
class _Node:
    inputs: list[str] = field(default_factory=list)
    operator: str = ""
    domain: str = ""
    attributes: list[tuple[int, int]] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    constant: tuple[int, int] | None = None


def read_model(data: memoryview, path: str) -> OnnxModel:
    """Return what a model holds.

    Raises ``ParseError`` where it is damaged, and ``TooMuch`` where it is longer than is walked.
    """
    wire, found = Wire(data, path), _Found()
    waiting: deque[tuple[str, int, int, int]] = deque([("model", 0, len(data), 0)])
    while waiting:
        what, start, end, depth = waiting.popleft()
        if depth > _MAX_DEPTH:
            fail(path, f"graphs lie more than {_MAX_DEPTH} levels deep in each other")
        inside = _READERS[what](wire, start, end, found)
        waiting.extend((kind, begin, stop, depth + 1) for kind, begin, stop in inside)
        if len(found.tensors) + len(found.constants) > MAX_TENSORS:
            fail(path, f"the model lists more than {MAX_TENSORS:,} tensors")
    weighing = [each for each in found.constants if each.kind is Kind.WEIGHT]
    return OnnxModel(
        tuple(_placed(tensor, found) for tensor in [*found.tensors, *weighing]),
        tuple(found.external),
        found.opsets,
        found.operators,
        found.producer,
        sum(each.elements for each in found.constants),
    )


def _placed(tensor: Tensor, found: _Found) -> Tensor:
    """Return a tensor with what the nodes that take it tell of it."""
    if tensor.name in found.scales:
        return replace(tensor, kind=Kind.SCALE)
    holds = found.packed.get(tensor.name)
    most = tensor.bytes * 8
    return replace(tensor, holds=holds) if holds and holds <= most else tensor


_Inside = list[tuple[str, int, int]]


def _model(wire: Wire, start: int, end: int, found: _Found) -> _Inside:
    inside: _Inside = []
    graphs = 0
    for number, kind, one, two in wire.fields(start, end):
        if kind != BYTES:
            continue
        if number == 7:
            graphs += 1
            inside.append(("graph", one, two))
        elif number == 8:
            _opset(wire, one, two, found)
        elif number == 2:
            found.producer = shown_name(wire.text(one, two, 200))
        elif number == 20:
            inside.append(("training", one, two))
        elif number == 25:
            inside.append(("function", one, two))
    if not graphs:
        fail(wire.path, "the model holds no graph")
    return inside


def _opset(wire: Wire, start: int, end: int, found: _Found) -> None:
    domain, version = "", 0
    for number, kind, one, two in wire.fields(start, end):
        if number == 1 and kind == BYTES:
            domain = shown_name(wire.text(one, two, 200))
        elif number == 2 and kind == VARINT:
            version = signed(one)
    found.opsets["" if domain == "ai.onnx" else domain] = version


def _training(wire: Wire, start: int, end: int, _found: _Found) -> _Inside:
    fields = wire.fields(start, end)
    return [
        ("graph", one, two) for number, kind, one, two in fields if number in (1, 2) and kind == 2
    ]


def _graph(wire: Wire, start: int, end: int, found: _Found) -> _Inside:
    inside: _Inside = []
    for number, kind, one, two in wire.fields(start, end):
        if kind != BYTES:
            continue
        if number == 1:
            inside.extend(_node(wire, one, two, found))
        elif number == 5:
            found.tensors.append(_tensor(wire, one, two, found))
        elif number == 15:
            found.tensors.append(_sparse(wire, one, two, found))
    return inside


def _function(wire: Wire, start: int, end: int, found: _Found) -> _Inside:
    inside: _Inside = []
    for number, kind, one, two in wire.fields(start, end):
        if number == 7 and kind == BYTES:
            inside.extend(_node(wire, one, two, found))
        elif number == 9 and kind == BYTES:
            _opset(wire, one, two, found)
    return inside


_READERS = {"model": _model, "graph": _graph, "training": _training, "function": _function}


def _node(wire: Wire, start: int, end: int, found: _Found) -> _Inside:
    """Read a node and return the graphs in it."""
    node = _Node()
    name = ""
    for number, kind, one, two in wire.fields(start, end):
        if kind != BYTES:
            continue
        if number == 5:
            node.attributes.append((one, two))
        elif number == 1 and len(node.inputs) < 16:
            node.inputs.append(shown_name(wire.text(one, two)))
        elif number == 2 and not name:
            name = shown_name(wire.text(one, two))
        elif number == 4:
            node.operator = shown_name(wire.text(one, two, 200))
        elif number == 7:
            node.domain = shown_name(wire.text(one, two, 200))
    operator = (node.domain, node.operator)
    found.operators[operator] = found.operators.get(operator, 0) + 1
    inside: _Inside = []
    for one, two in node.attributes:
        inside.extend(_attribute(wire, one, two, node))
    if node.constant is not None and node.operator == "Constant":
        tensor = _tensor(wire, *node.constant, found)
        weighs = len(tensor.shape) > 1 and tensor.dtype not in _SHAPE_MATERIAL
        kind_of = Kind.WEIGHT if weighs else Kind.BUFFER
        found.constants.append(replace(tensor, name=name, kind=kind_of))
    scales = _SCALES_OF.get(node.operator, ())
    found.scales.update(node.inputs[at] for at in scales if at < len(node.inputs))
    if node.operator == "MatMulNBits" and len(node.inputs) > 1:
        rows, columns = node.numbers.get("N", 0), node.numbers.get("K", 0)
        if 0 < rows < 1 << 40 and 0 < columns < 1 << 40:
            found.packed[node.inputs[1]] = rows * columns
    return inside


def _attribute(wire: Wire, start: int, end: int, node: _Node) -> _Inside:
    inside: _Inside = []
    name, value = "", 0
    for number, kind, one, two in wire.fields(start, end):
        if number == 1 and kind == BYTES:
            name = wire.text(one, two, 100)
        elif number == 3 and kind == VARINT:
            value = signed(one)
        elif number == 5 and kind == BYTES:
            node.constant = (one, two)
        elif number in (6, 11) and kind == BYTES:
            inside.append(("graph", one, two))
    node.numbers[name] = value
    return inside


def _sparse(wire: Wire, start: int, end: int, found: _Found) -> Tensor:
    """Return the values that a sparse tensor stores; those it leaves out are no parameters."""
    values = Tensor("", "FLOAT", (0,), 0)
    indices = 0
    for number, kind, one, two in wire.fields(start, end):
        if number == 1 and kind == BYTES:
            values = _tensor(wire, one, two, found)
        elif number == 2 and kind == BYTES:
            indices = _tensor(wire, one, two, found).bytes
    return replace(values, bytes=values.bytes + indices)


def _tensor(wire: Wire, start: int, end: int, found: _Found) -> Tensor:
    name, kind_of, outside = "", 0, False
    dims: list[int] = []
    raw: int | None = None
    entries: list[tuple[int, int]] = []
    for number, kind, one, two in wire.fields(start, end):
        if number == 1:
            dims.extend(wire.numbers(one, two) if kind == BYTES else [signed(one)])
            if len(dims) > _MAX_DIMENSIONS:
                fail(wire.path, f"a tensor has more than {_MAX_DIMENSIONS} dimensions")
        elif number == 2 and kind == VARINT:
            kind_of = one
        elif number == 8 and kind == BYTES:
            name = shown_name(wire.text(one, two))
        elif number == 9 and kind == BYTES:
            raw = two - one
        elif number == 13 and kind == BYTES:
            entries.append((one, two))
        elif number == 14 and kind == VARINT:
            outside = one == 1
    tensor = _described(wire.path, name, kind_of, tuple(dims))
    if outside:
        _note_outside(wire, tensor, entries, found)
    elif raw is not None and raw != tensor.bytes and tensor.dtype != "STRING":
        message = f"tensor `{name[:80]}` needs {tensor.bytes:,} bytes and is given {raw:,}"
        fail(wire.path, message)
    return tensor


def _described(path: str, name: str, kind_of: int, shape: tuple[int, ...]) -> Tensor:
    shown = name[:80]
    if kind_of not in _TYPES:
        fail(path, f"tensor `{shown}` has the unknown number format {kind_of:,}")
    dtype, bits = _TYPES[kind_of]
    elements = elements_of(shape)
    if elements is None:
        fail(path, f"tensor `{shown}` has the impossible shape `{list(shape)[:8]}`")
    kind = Kind.BUFFER if dtype in _SHAPE_MATERIAL else Kind.WEIGHT
    return Tensor(name, dtype, shape, (elements * bits + 7) // 8, kind)


def _note_outside(
    wire: Wire, tensor: Tensor, entries: list[tuple[int, int]], found: _Found
) -> None:
    told: dict[str, str] = {}
    for start, end in entries[:_MAX_ENTRIES]:
        key = value = ""
        for number, kind, one, two in wire.fields(start, end):
            if kind == BYTES and number == 1:
                key = wire.text(one, two, 40)
            elif kind == BYTES and number == 2:
                value = wire.text(one, two, 4096)
        told[key] = value
    offset, length = (_whole(told.get(key, "")) for key in ("offset", "length"))
    end = (offset or 0) + (tensor.bytes if length is None else max(length, tensor.bytes))
    if len(found.external) < _MAX_OUTSIDE:
        more = {_UNREAD} if len(entries) > _MAX_ENTRIES else set()
        others = tuple(sorted(told.keys() - _OUTSIDE_KEYS | more))
        found.external.append(External(tensor.name, told.get("location", ""), end, others))


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
