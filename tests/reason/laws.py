"""Small laws made in the test: facts a to f, x, y, day and word; parameters ten and twenty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import product
from typing import Any

from weighbridge.facts import FactType, Range, Value, Vocabulary
from weighbridge.reason import Case, Evaluator, Row, Verdict
from weighbridge.reason.evaluate import conjunction
from weighbridge.rules import Law, Parameter, Rule
from weighbridge.rules.leaf import parse_leaf
from weighbridge.rules.names import LawNames
from weighbridge.rules.nodes import All, Any_, Node, Not, node_to_json
from weighbridge.rules.rule import Citation, Copy, DatedValue, Interval, Pack, Position, Question

TODAY = date(2026, 1, 1).toordinal()
FLAGS = tuple("abcdef")
CONCLUDED = ("p", "q", "r")
NUMBERS = ("x", "y")
WORDS = ("red", "green", "blue")
POSITIONS = {"so": "it is so", "not_so": "it is not so"}
ROW = Row()
_READ = Copy("official")


def _types() -> list[FactType]:
    flags = [FactType(name, "flag", "release", f"{name} holds") for name in FLAGS]
    legal = [FactType(name, "flag", "release", f"{name} holds", legal=True) for name in CONCLUDED]
    numbers = [FactType(n, "quantity", "release", f"the {n}", unit="FLOP") for n in NUMBERS]
    days = [FactType("day", "date", "release", "the day")]
    word = {each: each for each in WORDS}
    words = [FactType("word", "enum", "release", "the word", values=word)]
    roles = {"developer": "makes it", "modifier": "changes it"}
    role = [FactType("role", "enum", "role", "the role", values=roles)]
    there = [
        FactType("there", "flag", "actor-market", "it is there"),
        FactType("income", "quantity", "actor", "the income", unit="EUR"),
        FactType("reading", "enum", "release", "whether it is so", values=POSITIONS, legal=True),
        FactType("name", "text", "release", "the name"),
    ]
    return [*flags, *legal, *numbers, *days, *words, *role, *there]


def parameter(name: str, unit: str, *dated: tuple[str, float]) -> Parameter:
    """Return a parameter with its values from each day on."""
    values = [
        DatedValue(date.fromisoformat(day).toordinal(), value, str(value), "art. 0", _READ)
        for day, value in dated
    ]
    return Parameter(name, "toy", unit, f"the {name}", tuple(values))


PARAMETERS = (
    parameter("ten", "FLOP", ("2020-01-01", 10.0)),
    parameter("twenty", "FLOP", ("2020-01-01", 20.0)),
    parameter("third", "ratio", ("2020-01-01", 1 / 3)),
    parameter("rising", "FLOP", ("2020-01-01", 10.0), ("2025-01-01", 20.0)),
    parameter("later", "FLOP", ("2030-01-01", 10.0)),
    parameter("start", "date", ("2020-01-01", float(date(2025, 8, 31).toordinal()))),
    parameter("end", "date", ("2020-01-01", float(date(2027, 1, 1).toordinal()))),
    parameter("half_year", "months", ("2020-01-01", 6.0)),
    parameter(
        "moved",
        "date",
        ("2020-01-01", float(date(2026, 3, 1).toordinal())),
        ("2025-12-01", float(date(2026, 9, 1).toordinal())),
    ),
)
VOCABULARY = Vocabulary(_types())
NAMES = LawNames(VOCABULARY, {each.name: each for each in PARAMETERS})


def tree(written: Any) -> Node:
    """Return the node of a leaf as text, or of ``("all" | "any" | "not", …)``."""
    if isinstance(written, str):
        return parse_leaf(written, NAMES)
    word, *below = written
    parts = tuple(tree(each) for each in below)
    if word == "not":
        return Not(parts[0])
    return All(parts) if word == "all" else Any_(parts)


def rule(id_: str, kind: str = "duty", when: Any = None, **more: Any) -> Rule:
    """Return a rule; ``when`` and ``unless`` are trees, other words go to its body or fields."""
    fields = {
        word: more.pop(word)
        for word in ("status", "authority", "interval", "pack", "read", "object")
        if word in more
    }
    body = dict(more)
    if when is not None:
        body["when"] = node_to_json(when if not isinstance(when, (str, tuple)) else tree(when))
    if "unless" in body:
        body["unless"] = node_to_json(tree(body["unless"]))
    whole = {
        "status": "enacted",
        "authority": "statute",
        "interval": Interval(),
        "pack": "toy",
        "read": _READ,
        "object": "model",
    }
    return Rule(
        id=id_,
        kind=kind,
        title=f"Rule {id_}",
        cite=Citation("Toy Act", f"art. {id_}"),
        body=body,
        file="toy.yaml",
        **(whole | fields),
    )


def definition(fact: str, when: Any, *, complete: bool = True, id_: str = "", **more: Any) -> Rule:
    """Return a definition of ``fact``."""
    id_ = id_ or f"def-{fact}"
    return rule(id_, "definition", when, concludes=fact, complete=complete, **more)


def presumption(fact: str, value: bool, when: Any = None, *, id_: str = "", **more: Any) -> Rule:
    """Return a presumption of ``fact``."""
    id_ = id_ or f"presume-{fact}-{value}".lower()
    return rule(id_, "presumption", when, presumes=fact, value=value, basis="burden", **more)


def exception(
    to: str, when: Any = None, *, id_: str = "", lifts: str = "duty", **more: Any
) -> Rule:
    """Return an exception to the rule ``to``."""
    id_ = id_ or f"{to}-but"
    return rule(id_, "exception", when, exception_to=[to], lifts=lifts, **more)


def law(*rules: Rule, packs: Sequence[str] = ("toy",)) -> Law:
    """Return the law of these rules."""
    positions = {word: Position(says, "") for word, says in POSITIONS.items()}
    return Law(
        read_on="2026-01-01",
        vocabulary=VOCABULARY,
        packs=[
            Pack(each, "Toy Act", "Toy Act", "EU", "enacted", "statute", "2026-01-01", "", ())
            for each in packs
        ],
        parameters=PARAMETERS,
        questions=[Question("reading", "toy", "whether it is so", "", positions)],
        discharges=[],
        rules=rules,
    )


def exactly(number: float) -> Range:
    """Return the range of one number."""
    return Range.exactly(number)


def on(day: str) -> Range:
    """Return the range of one day."""
    return Range.exactly(date.fromisoformat(day).toordinal())


def verdict(law_: Law, facts: dict[str, Value], id_: str = "1", **more: Any) -> Verdict:
    """Return Kleene's verdict of a rule on :data:`TODAY`."""
    return Evaluator(law_, Case(law_, facts), **more).judge(law_.by_id[id_][0], ROW, TODAY).verdict


GRID = tuple(exactly(n) for n in (0, 4, 5, 6, 10, 12, 15, 18, 20, 22, 25, 28))
"""Numbers that show every order of two numbers and the parameters ten and twenty."""


def completions(facts: dict[str, Value], names: Iterable[str]) -> list[dict[str, Value]]:
    """Return every completion of what ``facts`` leave open of ``names``."""
    choices: list[list[Value]] = []
    open_ = [name for name in names if not isinstance(facts.get(name), (bool, str))]
    for name in open_:
        if name in FLAGS:
            choices.append([True, False])
        elif name == "word":
            choices.append(list(WORDS))
        else:
            known = facts.get(name)
            inside = [n for n in GRID if not isinstance(known, Range) or n.meets(known)]
            choices.append(list(inside))
    return [{**facts, **dict(zip(open_, chosen, strict=True))} for chosen in product(*choices)]


def all_agree(verdicts: list[Verdict]) -> Verdict:
    """Return the verdict all completions give, or ``None``."""
    assert None not in verdicts
    if conjunction(verdicts):
        return True
    return None if True in verdicts else False
