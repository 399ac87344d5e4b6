"""The cases of the reforms that ship, each under the law amended as it says, and as it stands."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from tests.law.cases import PackCase, read_cases
from weighbridge.facts.keys import name_of
from weighbridge.rules import Law
from weighbridge.rules.amendment import REFORMS, shipped_amendments
from weighbridge.rules.compile import compile_law
from weighbridge.rules.sources import LAW_FOLDER

WAS = "was"
"""The key of an expectation that says what the law as it stands gives."""

ABSENT = "absent"
"""What stands there for a rule of the reform's own."""


@cache
def reform_cases() -> tuple[PackCase, ...]:
    """Return the cases of all reforms in a fixed order."""
    files = sorted((REFORMS / "tests").glob("*.yaml"))
    return tuple(case for path in files for case in read_cases(path, ""))


@cache
def amended(names: tuple[str, ...]) -> Law:
    """Return the law that ships with these reforms, compiled once."""
    return compile_law([LAW_FOLDER], [Path(shipped_amendments()[name]) for name in names])


def as_amended(case: PackCase) -> PackCase:
    """Return a case with what it expects of the amended law alone."""
    expect = {
        id_: {key: value for key, value in wanted.items() if key != WAS}
        if isinstance(wanted, dict)
        else wanted
        for id_, wanted in case.expect.items()
    }
    return replace(case, expect=expect)


def as_it_stands(case: PackCase) -> PackCase | None:
    """Return a case with what it expects of the law as it stands; ``None`` where it says nothing.

    Facts and switches that the reform brings are left out.
    """
    expect: dict[str, str | dict[str, str]] = {
        id_: wanted[WAS]
        for id_, wanted in case.expect.items()
        if isinstance(wanted, dict) and wanted.get(WAS, ABSENT) != ABSENT
    }
    if not expect:
        return None
    known = compile_plain().vocabulary
    facts = {key: value for key, value in case.facts.items() if name_of(key) in known}
    return replace(case, expect=expect, facts=facts, missing=[], amend=())


def not_absent(case: PackCase) -> list[str]:
    """Return a line for each rule that a case calls absent although the law has it."""
    absent = [
        id_
        for id_, wanted in case.expect.items()
        if isinstance(wanted, dict) and wanted.get(WAS) == ABSENT
    ]
    return [f"{id_}: not absent" for id_ in absent if id_ in compile_plain().by_id]


@cache
def compile_plain() -> Law:
    """Return the law that ships, without any reform."""
    return compile_law([LAW_FOLDER])
