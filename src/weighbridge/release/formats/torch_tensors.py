"""The tensors that a followed pickle speaks of, and the storages they lie in.

Several tensors may lie in one storage: what one shares with an earlier one is a tie or a view and
no parameter of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from weighbridge.release.folder import shown_name
from weighbridge.release.formats.base import MAX_TENSORS, Kind, Tensor, Where, elements_of, fail
from weighbridge.release.formats.numpy_dtypes import dtype_of
from weighbridge.release.formats.pickle_tensors import (
    JOBLIB_ARRAY,
    Bytes,
    Kept,
    Made,
    Name,
    code_of,
    entries_of,
)
from weighbridge.release.formats.protobuf import TooMuch

_STORAGES = {
    "Double": ("float64", 8),
    "Float": ("float32", 4),
    "Half": ("float16", 2),
    "BFloat16": ("bfloat16", 2),
    "Long": ("int64", 8),
    "Int": ("int32", 4),
    "Short": ("int16", 2),
    "Char": ("int8", 1),
    "Byte": ("uint8", 1),
    "Bool": ("bool", 1),
    "ComplexFloat": ("complex64", 8),
    "ComplexDouble": ("complex128", 16),
    "QInt8": ("qint8", 1),
    "QUInt8": ("quint8", 1),
    "QInt32": ("qint32", 4),
    "Untyped": ("uint8", 1),
}
_WIDTHS = {
    **dict(_STORAGES.values()),
    "float8_e4m3fn": 1,
    "float8_e5m2": 1,
    "float8_e4m3fnuz": 1,
    "float8_e5m2fnuz": 1,
    "float8_e8m0fnu": 1,
    "float4_e2m1fn_x2": 1,
    "uint16": 2,
    "uint32": 4,
    "uint64": 8,
}
_REBUILDERS = frozenset(
    f"torch._utils._rebuild_{name}" for name in ("tensor", "tensor_v2", "tensor_v3", "qtensor")
)
_WRAPPERS = frozenset(
    {
        *("torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state"),
        *("torch._tensor._rebuild_from_type_v2", "torch._utils._rebuild_sparse_tensor"),
        *("torch._utils._rebuild_wrapper_subclass",),
    }
)
_ARRAYS = frozenset(f"numpy.{core}.multiarray._reconstruct" for core in ("core", "_core"))
_BUFFER_ARRAYS = frozenset(f"numpy.{core}.numeric._frombuffer" for core in ("core", "_core"))
_ARRAY_MAKERS = _ARRAYS | _BUFFER_ARRAYS | {JOBLIB_ARRAY}
_TRAINING = frozenset(
    "optimizer optimizers optimizer_state optimizer_states optimizer_state_dict optim opt"
    " optimizer_g optimizer_d lr_scheduler lr_schedulers scheduler scaler grad_scaler amp"
    " rng_state rng_states cuda_rng_state callbacks loops criterion".split()
)
_OUTER = frozenset(
    "state_dict model_state_dict model_state model module params weights net network".split()
)
_AVERAGED = ("ema", "averaged")
_PLUMBING = frozenset({"_modules", "_parameters", "_buffers"})
_ORDERED = "collections.OrderedDict"
_MAX_DEPTH = 200
_MAX_VISITED = 400_500


@dataclass(frozen=True, slots=True)
class Piece:
    """A tensor as a pickle describes it.

    storage: the key of its storage; ``None`` where its bytes lie in the pickle itself
    held:    how many bytes the storage has, as the pickle says
    begin:   the first of its bytes in the storage
    extent:  from there to its last
    strides: as in ``Where``
    """

    tensor: Tensor
    width: int
    storage: str | None = None
    held: int = 0
    begin: int = 0
    extent: int = 0
    strides: tuple[int, ...] | None = None


def pieces_of(root: object, path: str) -> list[Piece]:
    """Return the tensors below ``root`` in order, under the names that lead to them.

    Raises ``ParseError`` for impossible ones, and ``TooMuch``.
    """
    found: list[tuple[tuple[str, ...], Piece]] = []
    for names, made in _tensors_below(root):
        piece = _piece(made, path)
        if piece is not None:
            found.append((names, piece))
        if len(found) > MAX_TENSORS:
            raise TooMuch
    tops = {names[0] for names, _ in found if names}
    outer = tops - _TRAINING
    strip = len(outer) == 1 and bool(outer & _OUTER)
    averaged = {top for top in outer if any(mark in top.lower() for mark in _AVERAGED)}
    spare = averaged if outer - averaged else frozenset[str]()
    return [_named(names, piece, strip, spare) for names, piece in found]


def _named(
    names: tuple[str, ...], piece: Piece, strip: bool, spare: frozenset[str] | set[str]
) -> Piece:
    kind = piece.tensor.kind
    if names and (names[0] in _TRAINING or names[0] in spare):
        kind = Kind.STATE
    elif "_buffers" in names:
        kind = Kind.BUFFER
    if strip and names and names[0] in _OUTER:
        names = names[1:]
    name = ".".join(part for part in names if part not in _PLUMBING)
    return replace(piece, tensor=replace(piece.tensor, name=name, kind=kind))


def _tensors_below(root: object) -> Iterator[tuple[tuple[str, ...], Made]]:
    """Yield what may be a tensor with the keys that lead to it; a tie comes again."""
    waiting: list[tuple[_Trail, object]] = [(None, root)]
    seen: set[int] = set()
    visited = 0
    while waiting:
        trail, each = waiting.pop()
        visited += 1
        if visited + len(waiting) > _MAX_VISITED:
            raise TooMuch
        if isinstance(each, Made) and _is_tensor(each):
            yield _names(trail), each
            continue
        if id(each) in seen:
            continue
        seen.add(id(each))
        inner = (one for one in _children(each) if isinstance(one[1], Made | tuple | list))
        children = list(islice(inner, _MAX_VISITED))
        for key, child in reversed(children):
            waiting.append((trail if key is None else (trail, key), child))


_Trail = tuple[Any, str] | None
"""The keys that lead to a thing, the last first: shared, so that deep things cost little."""


def _names(trail: _Trail) -> tuple[str, ...]:
    names: list[str] = []
    while trail is not None:
        trail, name = trail
        names.append(name)
        if len(names) > _MAX_DEPTH:
            raise TooMuch
    return tuple(reversed(names))


def _is_tensor(made: Made) -> bool:
    maker = made.maker
    if not isinstance(maker, Name):
        return False
    whole = maker.whole
    return whole in _REBUILDERS or whole in _ARRAY_MAKERS


def _children(each: object) -> Iterator[tuple[str | None, object]]:
    """Yield what lies directly in a thing, with the key under which it does."""
    if isinstance(each, tuple | list):
        yield from ((str(at), item) for at, item in enumerate(each))
    if not isinstance(each, Made):
        return
    maker = each.maker.whole if isinstance(each.maker, Name) else str(each.maker)
    if maker in _WRAPPERS:
        arguments = each.arguments if isinstance(each.arguments, tuple) else ()
        yield from ((None, item) for item in arguments[:3])
        return
    pairs = _pairs(each.arguments) if maker == _ORDERED else None
    if pairs is None:
        yield from ((None, item) for item in _several(each.arguments))
    else:
        yield from pairs
    for at, (key, item) in enumerate(each.items or ()):
        yield _key(key, at), item
    if maker != _ORDERED:
        yield from ((None, item) for item in _several(each.state))


def _pairs(arguments: object) -> list[tuple[str, object]] | None:
    """Return the items of a dictionary made of a list of pairs, as Python 2 wrote it."""
    listed = arguments[0] if isinstance(arguments, tuple) and len(arguments) == 1 else None
    if not isinstance(listed, Made) or listed.maker != "list":
        return None
    found = []
    for at, (_, pair) in enumerate(listed.items or ()):
        items = [item for _, item in pair.items or ()] if isinstance(pair, Made) else pair
        if not isinstance(items, list | tuple) or len(items) != 2:
            return None
        found.append((_key(items[0], at), items[1]))
    return found


def _several(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


def _key(key: object, at: int) -> str:
    return shown_name(str(key)) if isinstance(key, str | int) else str(at)


def _piece(made: Made, path: str) -> Piece | None:
    assert isinstance(made.maker, Name)
    whole = made.maker.whole
    arguments = made.arguments if isinstance(made.arguments, tuple) else ()
    if whole in _ARRAYS:
        return _array(made.state)
    if whole == JOBLIB_ARRAY:
        told = entries_of(made.state)
        return _array((1, told.get("shape"), told.get("dtype"), False, ""))
    if whole in _BUFFER_ARRAYS:
        shaped = len(arguments) == 4
        return _array((1, arguments[2], arguments[1], False, arguments[0])) if shaped else None
    if len(arguments) < 4:
        raise TooMuch
    stored = _storage(arguments[0])
    offset, shape, stride = arguments[1], _whole(arguments[2]), _whole(arguments[3])
    if stored is None or type(offset) is not int or shape is None or stride is None:
        raise TooMuch  # a tensor, but not where its numbers lie or how many they are
    key, dtype, width, count = stored
    held = count * width
    if whole.endswith("_v3") and len(arguments) > 6 and isinstance(arguments[6], Name):
        dtype = arguments[6].name
        width = _WIDTHS.get(dtype, 0)
    elements = elements_of(shape)
    if elements is None or not width or len(shape) != len(stride) or offset < 0:
        fail(path, "a tensor has an impossible shape or number format")
    reach = 1 + sum((size - 1) * step for size, step in zip(shape, stride, strict=True))
    extent = (reach if elements else 0) * width
    if extent < 0 or offset * width + extent > held:
        fail(path, f"a tensor reaches past the end of its storage `{key[:40]}`")
    tensor = Tensor("", dtype, shape, elements * width)
    strides = None if stride == _plain_strides(shape) else stride
    return Piece(tensor, width, key, held, offset * width, extent, strides)


def _plain_strides(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the strides of numbers that follow one another."""
    strides, step = [], 1
    for size in reversed(shape):
        strides.append(step)
        step *= size
    return tuple(reversed(strides))


def _storage(value: object) -> tuple[str, str, int, int] | None:
    """Return key, number format, bytes of a number and count of numbers of a storage."""
    told = value.id if isinstance(value, Kept) else None
    if not isinstance(told, tuple) or len(told) < 5 or told[0] != "storage":
        return None
    kind, key, count = told[1], told[2], told[4]
    if not isinstance(kind, Name) or not isinstance(key, str | int) or type(count) is not int:
        return None
    dtype, width = _STORAGES.get(kind.name.removesuffix("Storage"), ("", 0))
    return (str(key), dtype, width, count) if width and 0 <= count < 1 << 62 else None


def _whole(value: object) -> tuple[int, ...] | None:
    if isinstance(value, Made) and isinstance(value.arguments, tuple) and value.arguments:
        value = value.arguments[0]  # torch.Size((…))
    if not isinstance(value, tuple) or len(value) > 64:
        return None
    return value if all(type(each) is int and 0 <= each < 1 << 62 for each in value) else None


def _array(state: object) -> Piece | None:
    """Return a NumPy array whose bytes lie in the pickle."""
    if not isinstance(state, tuple) or len(state) < 5:
        return None
    shape, dtype, content = _whole(state[1]), state[2], state[4]
    known = dtype_of(code_of(dtype))
    if shape is None or known is None or not isinstance(content, Bytes | str | Made):
        return None
    elements = elements_of(shape)
    name, width = known
    if elements is None or (isinstance(content, Bytes) and content.size != elements * width):
        return None
    return Piece(Tensor("", name, shape, elements * width), width)


def weigh(
    pieces: list[Piece],
    size_of: Callable[[str], int | None],
    path: str,
    start_of: Callable[[str], int | None] = lambda _: None,
) -> tuple[tuple[Tensor, ...], int]:
    """Return the tensors, ties and views marked, and how many bytes of storages they cover.

    ``size_of`` gives the bytes a storage truly has, ``None`` where it is missing; ``start_of``
    where in the file it begins, ``None`` where its bytes do not lie there plain.
    """
    by_storage: dict[str, list[int]] = {}
    for at, piece in enumerate(pieces):
        if piece.storage is not None:
            by_storage.setdefault(piece.storage, []).append(at)
    tensors = [replace(each.tensor, where=_where(each, start_of)) for each in pieces]
    covered = 0
    for key, members in by_storage.items():
        size = size_of(key)
        if size is None:
            fail(path, f"the storage `{key[:40]}` of `{tensors[members[0]].name[:80]}` is missing")
        held = max(pieces[at].held for at in members)
        if held > size:
            fail(path, f"the storage `{key[:40]}` should have {held:,} bytes and has {size:,}")
        covered += _share(pieces, members, tensors)
    return tuple(tensors), covered


def _where(piece: Piece, start_of: Callable[[str], int | None]) -> Where | None:
    start = start_of(piece.storage) if piece.storage is not None else None
    return None if start is None else Where(start + piece.begin, piece.strides)


def _share(pieces: list[Piece], members: list[int], tensors: list[Tensor]) -> int:
    """Mark what tensors of one storage share; return the bytes they cover together."""
    last = covered = 0
    for at in sorted(members, key=lambda at: (pieces[at].begin, at)):
        piece, tensor = pieces[at], tensors[at]
        end = piece.begin + piece.extent
        fresh = max(end - max(piece.begin, last), 0)
        last = max(last, end)
        covered += fresh
        kept = min(fresh // piece.width, tensor.elements)
        tensors[at] = replace(tensor, repeats=tensor.elements - kept, bytes=kept * piece.width)
    return covered
