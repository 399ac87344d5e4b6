"""Libraries outside the core that a test needs."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import pytest


def needed(module: str, what: str) -> Any:
    """Return a module, or skip with the reason; where extras are installed, none is skipped."""
    if os.environ.get("WEIGHBRIDGE_EXTRA"):
        return import_module(module)
    return pytest.importorskip(module, reason=f"{what} is not installed")
