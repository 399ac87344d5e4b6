"""What every test may ask for: the checkout, the corpus where there is one, settled randomness."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

TOP = Path(__file__).parent.parent
CORPUS = TOP.parent / "shared" / "corpus"

# The same cases on every run and no deadline: a slow machine is not a failing test.
settings.register_profile(
    "weighbridge",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("weighbridge")


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The top folder of the checkout."""
    return TOP


@pytest.fixture(scope="session")
def examples() -> Path:
    """The folder of example releases."""
    return TOP / "examples"


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Real releases beside the checkout; a test that asks for them skips where they are absent."""
    if not CORPUS.is_dir():
        pytest.skip("the corpus of real releases (../shared/corpus) is not beside this checkout")
    return CORPUS


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep compiled law out of the user's cache folder while tests run."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["XDG_CACHE_HOME"]
    else:
        os.environ["XDG_CACHE_HOME"] = before
