"""How the formats spell the same number formats, and how many bits each takes."""

from __future__ import annotations

_SPELLINGS = {
    "F64": "float64 double DOUBLE",
    "F32": "float32 float FLOAT",
    "F16": "float16 half FLOAT16",
    "BF16": "bfloat16 BFLOAT16",
    "F8_E4M3": "float8_e4m3fn FLOAT8E4M3FN",
    "F8_E5M2": "float8_e5m2 FLOAT8E5M2",
    "I64": "int64 long INT64",
    "I32": "int32 int INT32",
    "I16": "int16 short INT16",
    "I8": "int8 INT8",
    "U64": "uint64 UINT64",
    "U32": "uint32 UINT32",
    "U16": "uint16 UINT16",
    "U8": "uint8 UINT8",
    "BOOL": "bool",
    "C64": "complex64 COMPLEX64",
}
_COMMON = {each: name for name, words in _SPELLINGS.items() for each in words.split()}


def common_name(dtype: str) -> str:
    """Return the spelling of safetensors where it has one, else the file's own."""
    return _COMMON.get(dtype, dtype)
