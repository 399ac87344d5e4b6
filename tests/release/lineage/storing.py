"""Arrays written as safetensors, byte by byte, in any number format."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CODES = {
    "float32": "F32",
    "float16": "F16",
    "float64": "F64",
    "int32": "I32",
    "int64": "I64",
    "uint8": "U8",
    "int8": "I8",
    "uint32": "U32",
}


def store(
    folder: Path,
    arrays: Mapping[str, Any],
    config: Mapping[str, Any] | None = None,
    dtypes: Mapping[str, str] | None = None,
    file: str = "model.safetensors",
) -> Path:
    """Write arrays; ``dtypes`` names the formats that NumPy does not have, given as their bits."""
    header: dict[str, Any] = {}
    data = b""
    for name, array in arrays.items():
        dtype = (dtypes or {}).get(name) or CODES[array.dtype.name]
        raw = array.tobytes()
        end = len(data) + len(raw)
        header[name] = {
            "dtype": dtype,
            "shape": list(array.shape),
            "data_offsets": [len(data), end],
        }
        data += raw
    head = json.dumps(header).encode()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file).write_bytes(struct.pack("<Q", len(head)) + head + data)
    (folder / "config.json").write_text(json.dumps(config or {}), encoding="utf-8")
    return folder
