"""Every case of every pack that ships, with what its facts look like to a rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tests.law.cases import PackCase, read_cases, values_of
from weighbridge.facts import Value
from weighbridge.facts.keys import name_of
from weighbridge.facts.values import read_day
from weighbridge.reason import Case, Evaluator
from weighbridge.rules import Law
from weighbridge.rules.sources import LAW_FOLDER
from weighbridge.text.strict_yaml import Entries, read_yaml


@dataclass(frozen=True)
class Placed:
    """A case with the pack it stands in."""

    pack: str
    case: PackCase

    @property
    def id(self) -> str:
        """The pack, the file and line, and what the case is about."""
        return f"{self.pack}/{self.case.where} {self.case.title}"


@cache
def placed_cases() -> tuple[Placed, ...]:
    """Return the cases of all packs in a fixed order."""
    found = []
    for heading in sorted(LAW_FOLDER.glob("**/pack.yaml")):
        node = read_yaml(heading.read_text(encoding="utf-8"), heading.name)
        assert isinstance(node, Entries)
        for path in sorted((heading.parent / "tests").glob("*.yaml")):
            cases = read_cases(path, str(node.get("market", "")))
            found += [Placed(str(node["pack"]), case) for case in cases]
    return tuple(found)


def facts_by_name(law: Law, case: PackCase) -> dict[str, Value]:
    """Return the values of a case by bare name."""
    return {name_of(key): value for key, value in values_of(law, case.facts).items()}


def evaluators(law: Law) -> Iterator[tuple[Placed, Evaluator, int]]:
    """Yield every case with an evaluator of its facts and its day."""
    for placed in placed_cases():
        day = read_day(placed.case.as_of or law.read_on).toordinal()
        case = Case(law, values_of(law, placed.case.facts))
        yield placed, Evaluator(law, case, presume=placed.case.presume, today=day), day
