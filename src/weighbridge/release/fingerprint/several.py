"""The releases below a folder of many, as a copy of a hub is: ``model`` or ``owner/model``."""

from __future__ import annotations

import os
from pathlib import Path

from weighbridge.text.errors import InputError

_DEEPEST = 3
_MOST = 1_000_000
_WEIGHTS = (
    *(".safetensors", ".gguf", ".bin", ".pt", ".pth", ".ckpt", ".onnx", ".h5", ".keras"),
    *(".msgpack", ".npz", ".npy"),
)


def releases_below(path: Path) -> list[tuple[str, Path]]:
    """Return each release below a folder by its name; none where the folder is itself one.

    A folder that holds a config or a file of weights is a release, and is not looked into; links
    to folders are not followed. Raises :class:`InputError` where there are too many.
    """
    if not path.is_dir() or _is_release(path):
        return []
    found: list[tuple[str, Path]] = []
    _look(path, "", 1, found)
    return sorted(found)


def _look(folder: Path, above: str, depth: int, found: list[tuple[str, Path]]) -> None:
    try:
        with os.scandir(folder) as entries:
            names = sorted(
                entry.name
                for entry in entries
                if entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".")
            )
    except OSError:
        return
    for name in names:
        inner = folder / name
        if _is_release(inner):
            found.append((above + name, inner))
        elif depth < _DEEPEST:
            _look(inner, f"{above}{name}/", depth + 1, found)
        if len(found) > _MOST:
            raise InputError(f"more than {_MOST:,} releases", help="name a smaller folder")


def _is_release(folder: Path) -> bool:
    try:
        with os.scandir(folder) as entries:
            names = [entry.name.lower() for entry in entries if entry.is_file()]
    except OSError:
        return False
    return any(name in ("config.json", "model_index.json") for name in names) or any(
        name.endswith(_WEIGHTS) for name in names
    )
