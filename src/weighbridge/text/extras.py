"""What is installed only on demand, and the one line that says how to get it."""

from __future__ import annotations

from importlib.util import find_spec

from weighbridge.text.errors import InputError


def need(module: str, what: str, extra: str) -> None:
    """Do nothing where ``module`` is installed.

    Raises :class:`InputError` saying that ``what`` needs it and how to install the extra.
    """
    if find_spec(module) is None:
        raise InputError(
            f"{what} needs {module}, which is not installed",
            help=f"pip install 'weighbridge[{extra}]'",
        )
