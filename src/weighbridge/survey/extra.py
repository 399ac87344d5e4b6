"""The libraries of the extra ``survey``, with one clear line where they are absent."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from weighbridge.text.errors import InputError

INSTALL = "pip install 'weighbridge[survey]'"


def needed(module: str) -> Any:
    """Return a module of the extra. Raises :class:`InputError` where it is not installed."""
    try:
        return import_module(module)
    except ImportError:
        library = module.partition(".")[0]
        raise InputError(f"a survey needs `{library}`, which is not installed", help=INSTALL) from (
            None
        )


def need_survey() -> None:
    """Raise :class:`InputError` unless all that a survey of a file needs is installed."""
    needed("numpy")
    needed("pyarrow")
