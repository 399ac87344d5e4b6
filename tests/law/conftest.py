"""The law that ships, compiled once, and every case of its packs."""

from __future__ import annotations

import pytest

from tests.law.judged import shipped_law
from weighbridge.rules import Law


@pytest.fixture(scope="session")
def law() -> Law:
    return shipped_law()
