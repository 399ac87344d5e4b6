"""Pins: every dependency of every file has hashes, no address, and the bounds of pyproject."""

from __future__ import annotations

import re
import tomllib
from itertools import combinations
from pathlib import Path

import pytest

from tests.house.tree import TOP

FOLDER = TOP / "requirements"
FILES = (
    "core",
    "build",
    "dev",
    "examples",
    "hub",
    "lineage",
    "oracles",
    "signing",
    "spark",
    "survey",
    "bench",
)
_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, set[str]]:
    """Return the versions of every pin in ``requirements/NAME.txt``: one, or one per Python."""
    found: dict[str, set[str]] = {}
    for package, version in _PIN.findall((FOLDER / f"{name}.txt").read_text(encoding="utf-8")):
        found.setdefault(package, set()).add(version)
    return found


@pytest.mark.parametrize("name", FILES)
def test_every_pin_has_hashes_and_no_address(name: str) -> None:
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert "file:" not in text
    blocks = re.split(r"(?m)^(?=[a-z0-9])", text)[1:]
    assert blocks
    assert [block.split("\n")[0] for block in blocks if not _PIN.match(block)] == []
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize(
    ("name", "extra"),
    [("core", None), ("dev", "dev"), ("hub", "hub"), ("lineage", "lineage"), ("survey", "survey")],
)
def test_bounds_are_those_of_the_package(name: str, extra: str | None) -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = project["optional-dependencies"][extra] if extra else project["dependencies"]
    assert sorted(_asked(FOLDER / f"{name}.in")) == sorted(declared)


@pytest.mark.parametrize("name", FILES)
def test_what_is_asked_for_is_pinned(name: str) -> None:
    pinned = {_canonical(package) for package in pins(name)}
    asked = {
        _canonical(re.split(r"[<>=!~;\[ ]", line)[0]) for line in _asked(FOLDER / f"{name}.in")
    }
    assert asked <= pinned


def test_no_two_files_of_one_environment_disagree() -> None:
    files = [pins(name) for name in FILES if name != "examples"]
    for one, other in combinations(files, 2):
        both = one.keys() & other.keys()
        assert [name for name in sorted(both) if one[name].isdisjoint(other[name])] == []


def _asked(path: Path) -> list[str]:
    lines = (line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("-")]


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
