"""Hostile pickles get the verdict that they were made for, and the real unpickler agrees."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.release.hazards.hearing import messages, scan, walk
from tests.release.hazards.hostile import HOSTILE, Hostile
from tests.release.hazards.unpickling import quick_finds, real_finds

from weighbridge.release.hazards.pickle.listing import listing
from weighbridge.release.hazards.pickle.python2 import as_python3
from weighbridge.release.hazards.scan import scan_file
from weighbridge.release.hazards.verdict import Grade

ALL = pytest.mark.parametrize("file", HOSTILE, ids=lambda file: file.name)
# What one loader never comes to: joblib reads arrays where any other unpickler stops or runs on.
READ_BY_JOBLIB = frozenset(
    {"joblib_objects", "joblib_after_the_array", "joblib_array_as_instructions"}
)


def test_there_are_many_and_each_has_a_name_of_its_own() -> None:
    assert len(HOSTILE) >= 60
    assert len({file.name for file in HOSTILE}) == len(HOSTILE)


@ALL
def test_a_hostile_pickle_gets_its_verdict(file: Hostile) -> None:
    report = scan(file.build())
    assert report.verdict == file.verdict, messages(report)
    assert file.says in messages(report)


@ALL
def test_the_walk_finds_what_the_real_unpickler_finds(file: Hostile) -> None:
    if file.name in READ_BY_JOBLIB:
        return
    content = file.build()
    real, came_to_the_end = real_finds(content)
    ear, _ = walk(content, budget=3_000_000)
    assert ear.found_names[: len(real)] == real
    if came_to_the_end:
        assert ear.found_names == real


@ALL
def test_what_the_unpickler_in_c_finds_is_in_the_report(file: Hostile) -> None:
    if file.name in READ_BY_JOBLIB:
        return
    content = file.build()
    told = messages(scan(content))
    for found in quick_finds(content):
        module, name = as_python3(*found)
        if listing().entry(module, name).grade > Grade.KNOWN:
            assert f"{module}.{name}" in told or ".".join(found) in told


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "weights", "README.md"])
def test_a_pickle_is_seen_under_any_name(name: str, tmp_path: Path) -> None:
    content = next(file for file in HOSTILE if file.name == "protocol_0").build()
    (tmp_path / name).write_bytes(content)
    report = scan_file(tmp_path / name, name)
    assert (report.verdict, report.format, report.path) == ("dangerous", "pickle", name)


def test_a_finding_names_the_place_and_what_would_happen() -> None:
    content = next(file for file in HOSTILE if file.name == "protocol_2").build()
    found = [(each.id, each.offset, each.message) for each in scan(content).hazards]
    assert found == [
        (
            "pickle-dangerous-name",
            2,
            "loading imports `os.system`: runs commands and changes files",
        ),
        ("pickle-call", 23, "loading calls `os.system` with the text `true`"),
    ]
