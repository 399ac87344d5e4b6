"""The formats' own libraries, for tests that hold our readers beside them."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import pytest


def library(name: str) -> Any:
    """Return a reference library, or skip the test where it is not installed.

    Under ``make oracles`` a missing one is a failure.
    """
    if os.environ.get("WEIGHBRIDGE_ORACLES"):
        return import_module(name)
    return pytest.importorskip(
        name, reason=f"the reference library {name} is not installed (make oracles)"
    )
