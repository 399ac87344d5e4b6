"""Twins of one release side by side: per market, what the first spares and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weighbridge.assess.assessment import (
    CLAIM_WORDS,
    VERDICT_WORDS,
    Assessment,
    Compared,
    ComparisonResult,
    Sheltered,
)
from weighbridge.reason.proof import Verdict
from weighbridge.report import words
from weighbridge.report.blocks import Block, Gap, Heading, Item, Line, Page
from weighbridge.report.facts_words import day_words, joined
from weighbridge.report.markets import market_name
from weighbridge.rules.rule import LAW, LICENSOR, Twin

_MOST_TITLES = 3
_TURNS = ("less", "more", "open")


def compare_page(assessment: Assessment, most: int | None) -> Page:
    """Return the page of a comparison; ``most`` bounds each list, ``None`` shows all."""
    result = assessment.comparison
    assert result is not None  # asked for by name
    page = Page()
    first, *others = result.comparison.twins
    page.add(Heading(result.comparison.title, 1))
    page.add(Line(" · ".join((assessment.release_name or words.NO_RELEASE, *_asked(assessment)))))
    if most is None:
        page.add(*(Line(_facts(twin), "faint") for twin in result.comparison.twins))
    by_law = [each for each in result.rows if each.row.owed_to == LAW]
    for market in dict.fromkeys(each.row.judged.row.market for each in by_law):
        rows = [each for each in by_law if each.row.judged.row.market == market]
        page.add(Gap(), Heading(market_name(market) if market else words.ANYWHERE, 2))
        page.add(*(_twins(rows, first, others, most) or [Line(words.COMPARED_NOTHING)]))
    terms = [each for each in result.rows if each.row.owed_to == LICENSOR]
    told = _twins(terms, first, others, most)
    if told:
        page.add(Gap(), Heading(words.TO_LICENSOR, 2), *told)
    page.add(Gap(), Line(words.DISCLAIMER, "faint"))
    return page


def _asked(assessment: Assessment) -> Iterator[str]:
    yield words.AS_OF.format(day=assessment.as_of)
    roles = dict.fromkeys(role for actor in assessment.actors for role in actor.roles)
    yield words.ASKED_AS.format(who=", ".join(role.replace("_", " ") for role in roles))


def _facts(twin: Twin) -> str:
    said = ", ".join(f"{name}={value}" for name, value in twin.facts.items())
    return f"{twin.title}: {said}"


def turn_of(compared: Compared, first: str, other: str) -> str:
    """Return what the first twin does beside the other: ``less``, ``more``, ``open`` or nothing."""
    one, two = compared.outcomes[first].verdict, compared.outcomes[other].verdict
    if one is two:
        return ""
    if one is None or two is None:
        return "open"
    return "more" if one else "less"


def _twins(rows: list[Compared], first: Twin, others: list[Twin], most: int | None) -> list[Block]:
    """Return how the others stand beside the first, and what all owe."""
    blocks = [block for other in others for block in _beside(rows, first, other, most)]
    return [*blocks, *_stays(rows, most)]


def _beside(rows: list[Compared], first: Twin, other: Twin, most: int | None) -> Iterator[Block]:
    turns = {
        turn: [r for r in rows if turn_of(r, first.name, other.name) == turn] for turn in _TURNS
    }
    if not any(turns.values()):
        return
    yield Heading(words.BESIDE.format(first=first.title, other=other.title), 3)
    for turn, found in turns.items():
        yield from (_item(each, turn, first, other) for each in found[:most])
        left = len(found) - len(found[:most])
        if left:
            yield Item(words.MORE.format(count=left), words.OTHER_MARK, tone="faint")


def _item(compared: Compared, turn: str, first: Twin, other: Twin) -> Item:
    row = compared.row
    decides = compared.outcomes[first.name if turn == "less" else other.name]
    provisions = dict.fromkeys(str(rule.cite.at) for rule in decides.deciding)
    text = f"{words.TURN_WORDS[turn]}: {row.rule.title}, {row.rule.cite.at}"
    if provisions:
        text = f"{text}; {words.BY_PROVISIONS.format(provisions=joined(provisions, _MOST_TITLES))}"
    force = row.judged.in_force
    if force.state == "not-yet" and force.start is not None:
        text = f"{text}; {words.FROM.format(day=day_words(force.start))}"
    return Item(text, words.TURN_MARKS[turn], f"{row.rule.id}, {row.judged.row.role}")


def _stays(rows: list[Compared], most: int | None) -> list[Block]:
    same = [each for each in rows if all(one.verdict for one in each.outcomes.values())]
    if not same:
        return []
    titles = dict.fromkeys(f"{each.row.rule.title} ({each.row.rule.cite.at})" for each in same)
    return [Line(f"{words.STAYS}: {joined(titles, most or len(titles))}", indent=2)]


def sheltered_line(sheltered: Sheltered) -> str:
    """Return the one line on what openness does in a market, for the ordinary page."""
    if not sheltered.spared:
        titles = _titles(sheltered.could)
        return words.WOULD_SPARE.format(count=_count(sheltered.could), titles=titles)
    spared = words.SPARES.format(count=_count(sheltered.spared), titles=_titles(sheltered.spared))
    if not sheltered.kept:
        return spared
    return words.SPARES_NOT.format(
        spares=spared, count=len(sheltered.kept), titles=_titles(sheltered.kept)
    )


def _count(rows: tuple[Any, ...]) -> str:
    return words.ONE_DUTY if len(rows) == 1 else words.DUTIES.format(count=len(rows))


def _titles(rows: tuple[Any, ...]) -> str:
    return joined((each.rule.title for each in rows), _MOST_TITLES)


def comparison_json(result: ComparisonResult) -> dict[str, Any]:
    """Return the comparison as JSON values: the twins, and each row on which they differ."""
    return {
        "name": result.comparison.name,
        "title": result.comparison.title,
        "twins": [
            {"name": twin.name, "title": twin.title, "facts": twin.facts}
            for twin in result.comparison.twins
        ],
        "rows": [_row(each) for each in result.rows if each.differs],
        "same": _same(result, LAW),
        "same_to_licensor": _same(result, LICENSOR),
    }


def _same(result: ComparisonResult, owed_to: str) -> list[str]:
    rows = [each for each in result.rows if each.row.owed_to == owed_to]
    return [each.row.rule.id for each in rows if not each.differs and _applies(each)]


def _applies(compared: Compared) -> bool:
    return all(outcome.verdict is True for outcome in compared.outcomes.values())


def _row(compared: Compared) -> dict[str, Any]:
    row = compared.row
    place = row.judged.row
    return {
        "rule": row.rule.id,
        "market": place.market,
        "actor": place.actor,
        "role": place.role,
        "use": place.use,
        "kind": row.rule.kind,
        "owed_to": row.owed_to,
        "cite": str(row.rule.cite),
        "outcomes": {
            name: {
                "verdict": _word(row.rule.kind, outcome.verdict),
                "because": outcome.because,
                "by": [rule.id for rule in outcome.deciding],
            }
            for name, outcome in compared.outcomes.items()
        },
    }


def _word(kind: str, verdict: Verdict) -> str:
    return (CLAIM_WORDS if kind == "claim" else VERDICT_WORDS)[verdict]
