"""What is found about the law itself, as a page and as JSON, each thing with its witness."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from weighbridge.facts.keys import name_of
from weighbridge.facts.values import value_to_json
from weighbridge.reason.prove.found import QUESTIONS, Asked, Found, Undecided, Witness
from weighbridge.report.blocks import Block, Code, Gap, Heading, Item, Line, Page
from weighbridge.report.law_page import law_head
from weighbridge.report.prove_cases import fact_lines
from weighbridge.rules.law import Law

TITLE = "questions about the law itself"
LEAD = "as of {day}; every release shown was judged again by the reference evaluator"
STOPPED = "stopped before the end: what was found until then is shown"
NOTHING = "nothing found"
COUNTS = "{found} found, {undecided} undecided, {looked_at} looked at"
MORE = "and {count} more: --all shows them"
WITNESS = "{title}; as {roles}, {day}; known:"
BESIDE = "{title}; the same but for:"
SHOWN = 5
_FEW_ROWS = 4


@dataclass(slots=True)
class Answer:
    """What was found, what stays undecided, and how much each question looked at."""

    found: list[Found] = field(default_factory=list)
    undecided: list[Undecided] = field(default_factory=list)
    looked_at: dict[str, int] = field(default_factory=dict)
    stopped: bool = False


def prove_page(asked: Asked, answer: Answer, *, everything: bool = False) -> Page:
    """Return the page of an answer; without ``everything`` a few of each kind."""
    page = Page()
    page.add(Heading(TITLE, 1), Line(LEAD.format(day=asked.day), "faint"))
    if answer.stopped:
        page.add(Line(STOPPED, "warn"))
    for question, looked_at in answer.looked_at.items():
        found = [each for each in answer.found if each.question == question]
        undecided = [each for each in answer.undecided if each.question == question]
        page.add(Gap(), Heading(f"{question}: {QUESTIONS[question]}", 2))
        counts = COUNTS.format(
            found=len(found), undecided=len(undecided), looked_at=f"{looked_at:,}"
        )
        page.add(Line(counts if found or undecided else f"{NOTHING}; {looked_at:,} looked at"))
        page.add(*_shown(asked.law, found, undecided, everything))
    return page


def _shown(
    law: Law, found: Sequence[Found], undecided: Sequence[Undecided], everything: bool
) -> Iterator[Block]:
    kinds = dict.fromkeys(each.kind for each in found)
    for kind in kinds:
        same = [each for each in found if each.kind == kind]
        shown = same if everything else same[:SHOWN]
        for each in shown:
            yield Gap()
            yield Item(each.says, "!", each.kind)
            before: tuple[str, ...] = ()
            for witness in each.witnesses:
                yield from _witness(law, witness, before)
                before = tuple(fact_lines(law.vocabulary, witness))
        if len(same) > len(shown):
            yield Gap()
            yield Line(MORE.format(count=len(same) - len(shown)), "faint")
    for open_ in undecided:
        yield Gap()
        yield Item(f"{', '.join(open_.rules)}: {open_.reason}", "?", "undecided")


def _witness(law: Law, witness: Witness, before: tuple[str, ...]) -> Iterator[Block]:
    """Yield a witness; of one that stands beside another, the facts that it has otherwise."""
    day = date.fromordinal(witness.as_of).isoformat()
    roles = " and ".join(dict.fromkeys(each.row.role for each in witness.expected))
    form = BESIDE if before else WITNESS
    yield Line(form.format(title=witness.title, roles=roles or "anybody", day=day), "faint", 4)
    lines = [each for each in fact_lines(law.vocabulary, witness) if each not in before]
    yield Code(tuple(lines) or ("nothing",))
    for each in witness.expected[:_FEW_ROWS]:
        force = f", in force: {each.in_force}" if each.in_force else ""
        was = f" (before: {each.was})" if each.was else ""
        yield Line(f"{each.name}: {each.verdict}{force}{was}", "plain", 4)
    if len(witness.expected) > _FEW_ROWS:
        yield Line(f"and {len(witness.expected) - _FEW_ROWS} rules more alike", "faint", 4)


def prove_json(asked: Asked, answer: Answer) -> dict[str, Any]:
    """Return an answer as JSON values."""
    return {
        **law_head(asked.law, asked.day),
        "stopped": answer.stopped,
        "questions": [
            {"question": question, "looked_at": count}
            for question, count in answer.looked_at.items()
        ],
        "found": [_found_json(asked.law, each) for each in answer.found],
        "undecided": [
            {"question": each.question, "rules": list(each.rules), "reason": each.reason}
            for each in answer.undecided
        ],
    }


def _found_json(law: Law, found: Found) -> dict[str, Any]:
    return {
        "question": found.question,
        "kind": found.kind,
        "rules": list(found.rules),
        "says": found.says,
        **found.more,
        "witnesses": [_witness_json(law, each) for each in found.witnesses],
    }


def _witness_json(law: Law, witness: Witness) -> dict[str, Any]:
    return {
        "title": witness.title,
        "as_of": date.fromordinal(witness.as_of).isoformat(),
        "amendments": list(witness.amend),
        "facts": {
            key: value_to_json(value, dates=law.vocabulary[name_of(key)].is_date)
            for key, value in sorted(witness.values.items())
        },
        "expect": [
            {
                "name": each.name,
                "market": each.row.market,
                "role": each.row.role,
                "verdict": each.verdict,
                "in_force": each.in_force or None,
                "was": each.was or None,
                "was_in_force": each.was_in_force or None,
            }
            for each in witness.expected
        ],
    }
