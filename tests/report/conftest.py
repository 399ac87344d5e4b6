"""The toy law, and one way to assess with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.report.toy_law import TOY_LAW
from weighbridge.assess import Assessment, Request, assess
from weighbridge.rules import Law
from weighbridge.rules.compile import compile_law

Weigh = Callable[..., Assessment]


@pytest.fixture(scope="session")
def toy_law() -> Law:
    return compile_law([TOY_LAW])


@pytest.fixture(scope="session")
def weigh(toy_law: Law) -> Weigh:
    """Return ``weigh(*sets, **request)`` under the toy law, without a release."""

    def run(*sets: str, **more: object) -> Assessment:
        return assess(Request(None, sets=sets, **more), toy_law)  # type: ignore[arg-type]

    return run
