"""The law that ships, compiled once, and every case of its packs."""

from __future__ import annotations

import pytest

from weighbridge.rules import Law
from weighbridge.rules.compile import compile_law
from weighbridge.rules.sources import LAW_FOLDER


@pytest.fixture(scope="session")
def law() -> Law:
    return compile_law([LAW_FOLDER])
