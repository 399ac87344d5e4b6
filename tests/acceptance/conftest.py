"""The shipped law and one way to assess with it, for tests that judge as a user would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from weighbridge.assess import Assessment, Request, assess
from weighbridge.assess.assessment import RowVerdict
from weighbridge.rules import Law, load_law

Check = Callable[..., Assessment]


@pytest.fixture(scope="session")
def law() -> Law:
    return load_law()


@pytest.fixture(scope="session")
def check(law: Law) -> Check:
    """Return ``check(release, *sets, **request)``."""

    def run(release: Path | None, *sets: str, **more: object) -> Assessment:
        return assess(Request(release, sets=sets, **more), law)  # type: ignore[arg-type]

    return run


def row(assessment: Assessment, rule: str, **wanted: str) -> RowVerdict:
    """Return the one row of a rule; ``actor``, ``role``, ``market`` and ``use`` narrow it."""
    found = [
        each
        for each in assessment.verdicts
        if each.rule.id == rule
        and all(getattr(each.judged.row, axis) == word for axis, word in wanted.items())
    ]
    assert len(found) == 1, f"{len(found)} rows of {rule} with {wanted}"
    return found[0]


def verdicts(assessment: Assessment) -> dict[tuple[str, str, str, str, str], bool | None]:
    """Return the verdict of every row by its key."""
    return {
        (
            e.rule.id,
            e.judged.row.market,
            e.judged.row.actor,
            e.judged.row.role,
            e.judged.row.use,
        ): e.judged.verdict
        for e in assessment.verdicts
    }
