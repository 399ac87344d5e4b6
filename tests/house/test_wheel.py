"""The wheel stands alone: law inside, and the same bytes out as from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.tree import TOP

pytestmark = [pytest.mark.slow, pytest.mark.extra]
EXAMPLE = TOP / "examples" / "plain-apache"


def build(target: Path) -> Path:
    """Return a wheel of this checkout, built into ``target`` without the network."""
    pytest.importorskip("hatchling", reason="building a wheel needs requirements/build.txt")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = target.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the wheel's files and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def check(source: Path, cache: Path, away: Path) -> bytes:
    """Return the JSON of a check with the package in ``source``, run from ``away``."""
    environment = os.environ | {"PYTHONPATH": str(source), "XDG_CACHE_HOME": str(cache)}
    code = (
        "import sys, pathlib, weighbridge\n"
        f"assert pathlib.Path(weighbridge.__file__).is_relative_to({str(source)!r})\n"
        "from weighbridge.cli import main\n"
        f"sys.argv = ['weighbridge', 'check', '--format', 'json', {str(EXAMPLE)!r}]\n"
        "sys.exit(main())\n"
    )
    command = [sys.executable, "-P", "-c", code]
    done = subprocess.run(command, cwd=away, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_the_wheel_holds_the_law_and_its_compiled_form(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "weighbridge/law/compiled.json" in names
    assert "weighbridge/report/page.css" in names
    assert any(
        name.startswith("weighbridge/law/") and name.endswith("/pack.yaml") for name in names
    )
    assert any(name.startswith("weighbridge/facts/vocabulary/") for name in names)
    assert len(names) == len(set(names))
    assert [name for name in names if "__pycache__" in name] == []


def test_two_builds_give_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    assert build(tmp_path).read_bytes() == wheel.read_bytes()


def test_the_wheel_says_what_the_checkout_says(installed: Path, tmp_path: Path) -> None:
    from_checkout = check(TOP / "src", tmp_path / "one", tmp_path)
    assert check(installed, tmp_path / "two", tmp_path) == from_checkout
    assert from_checkout.startswith(b"{")


@pytest.mark.parametrize("state", ["absent", "read-only", "poisoned"])
def test_the_cache_changes_nothing(state: str, tmp_path: Path) -> None:
    source = TOP / "src"
    cache = tmp_path / "cache"
    expected = check(source, cache, tmp_path)
    if state == "absent":
        cache = tmp_path / "file"
        cache.write_text("a file where a folder should be", encoding="utf-8")
    elif state == "read-only":
        for path in (cache, *cache.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
    else:
        kept = [path for path in cache.rglob("*") if path.is_file()]
        assert kept, "the first run left no compiled law in the cache"
        for path in kept:
            path.write_text('{"rules": []}', encoding="utf-8")
    assert check(source, cache, tmp_path) == expected
    for path in (cache, *cache.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
