"""The vocabulary as a page, one fact as a page, and both as JSON."""

from __future__ import annotations

from typing import Any

from weighbridge.facts import FactType, Vocabulary
from weighbridge.report.blocks import Gap, Heading, Item, Line, Page, Table


def facts_page(vocabulary: Vocabulary) -> Page:
    """Return the facts that may be spoken of, everyday facts first, then the law's own terms."""
    page = Page()
    everyday = [each for each in vocabulary if not each.legal]
    legal = [each for each in vocabulary if each.legal]
    for title, facts in (("facts", everyday), ("terms of law, concluded by rules", legal)):
        rows = tuple(_cells(each) for each in sorted(facts, key=lambda each: each.name))
        page.add(Heading(title, 1), Table(("fact", "type", "subject", "what it is"), rows), Gap())
    return page


def _cells(fact: FactType) -> tuple[str, ...]:
    type_ = f"{fact.type} ({fact.unit})" if fact.unit else fact.type
    return fact.name, type_, fact.subject, fact.gloss


def fact_page(fact: FactType) -> Page:
    """Return everything the vocabulary says of one fact."""
    page = Page()
    page.add(Heading(fact.name, 1), Line(fact.gloss), Gap())
    said = {
        "type": f"{fact.type}, in {fact.unit}" if fact.unit else fact.type,
        "of": f"each {fact.subject}",
        "question": fact.question or "never asked",
        "example": fact.example,
        "why": fact.why,
        "who knows": fact.who,
        "can be changed": fact.mutable,
        "defined in": fact.cite,
        "settled by": "rules, or a person in [[judgement]]" if fact.legal else "",
    }
    page.add(*(Item(f"{name}: {text}") for name, text in said.items() if text))
    if fact.values:
        page.add(Gap(), Heading("values", 2))
        page.add(*(Item(says, "·", word) for word, says in fact.values.items()))
    return page


def facts_json(vocabulary: Vocabulary, name: str | None) -> dict[str, Any]:
    """Return the vocabulary, or one fact of it, as JSON values."""
    chosen = [vocabulary[name]] if name is not None else sorted(vocabulary, key=_name)
    return {"format": 1, "facts": {each.name: fact_json(each) for each in chosen}}


def _name(fact: FactType) -> str:
    return fact.name


def fact_json(fact: FactType) -> dict[str, Any]:
    """Return one fact as JSON values."""
    return {
        "type": fact.type,
        "unit": fact.unit,
        "subject": fact.subject,
        "gloss": fact.gloss,
        "values": fact.values,
        "legal": fact.legal,
        "question": fact.question,
        "example": fact.example,
        "why": fact.why,
        "who": fact.who,
        "mutable": fact.mutable,
        "cost": fact.cost,
        "cite": fact.cite,
    }
