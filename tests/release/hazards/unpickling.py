"""The real unpickler of the standard library, kept from importing anything: it makes stubs."""

from __future__ import annotations

import _compat_pickle
import io
import pickle
from typing import Any


class Stub:
    """Takes everything and does nothing."""

    def __new__(cls, *_args: Any, **_named: Any) -> Stub:
        return super().__new__(cls)

    def __init__(self, *_args: Any, **_named: Any) -> None: ...
    def __call__(self, *_args: Any, **_named: Any) -> Stub:
        return self

    def __setstate__(self, _state: Any) -> None: ...
    def __setitem__(self, _key: Any, _value: Any) -> None: ...
    def append(self, _item: Any) -> None: ...
    def extend(self, _items: Any) -> None: ...
    def add(self, _item: Any) -> None: ...


class Recorder(pickle._Unpickler):  # type: ignore[name-defined]
    """Writes down which names a pickle asks for, as Python 3 looks them up."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content))
        self.found: list[tuple[str, str]] = []
        self.codes: list[int] = []

    def find_class(self, module: str, name: str) -> Any:
        if self.proto < 3:
            if (module, name) in _compat_pickle.NAME_MAPPING:
                module, name = _compat_pickle.NAME_MAPPING[module, name]
            elif module in _compat_pickle.IMPORT_MAPPING:
                module = _compat_pickle.IMPORT_MAPPING[module]
        self.found.append((module, name))
        return type("Made", (Stub,), {})

    def persistent_load(self, _id: Any) -> Any:
        return Stub()

    def get_extension(self, code: int) -> None:
        self.codes.append(code)
        self.append(Stub)


def real_finds(content: bytes) -> tuple[list[tuple[str, str]], bool]:
    """Return the names the real unpickler asks for, and whether it came to the end."""
    recorder = Recorder(content)
    try:
        recorder.load()
    except Exception:  # any fault of a hostile pickle ends its loading
        return recorder.found, False
    return recorder.found, True


class QuickRecorder(pickle.Unpickler):
    """The same for the unpickler in C, which differs where frames do not fit."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content))
        self.found: list[tuple[str, str]] = []

    def find_class(self, module: str, name: str) -> Any:
        self.found.append((module, name))
        return type("Made", (Stub,), {})

    def persistent_load(self, _id: Any) -> Any:
        return Stub()


def quick_finds(content: bytes) -> list[tuple[str, str]]:
    """Return the names that the unpickler in C asks for, as they are written."""
    recorder = QuickRecorder(content)
    try:
        recorder.load()
    except Exception:  # any fault of a hostile pickle ends its loading
        return recorder.found
    return recorder.found
