"""What the law of each market has already of a policy: a lever after the other, on one page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from weighbridge.facts.values import read_day
from weighbridge.report.blocks import Block, Gap, Heading, Item, Line, Page
from weighbridge.report.facts_words import day_words
from weighbridge.report.law_page import law_head
from weighbridge.report.markets import market_words
from weighbridge.rules import Law, Rule
from weighbridge.rules.already import NOTHING, STATES, Lever, Standing

TITLE = "what the law has already"
LEAD = (
    "Per lever of a policy, whether the law of each market is already so, partly or not, so that "
    "no reform is credited with what the law has, nor the law blamed for what it lacks."
)
LEGEND = (
    "nothing to lift: no rule of that market is of the kind, which earns no credit. Bills show "
    "nothing."
)
STATE_WORDS = {
    "so": "already so",
    "partly": "partly",
    "no": "no",
    NOTHING: "nothing to lift",
}
_SAYS = {
    "so": "shown by these rules",
    "partly": "shown by these rules, as far as it goes",
    "no": "a reform would have to touch rules such as these",
}
_MARKS = {"so": "·", "partly": "·", "no": "·", NOTHING: "–"}
_BELOW = "  ·"
_NO_LEVER = "no lever is written"
_FROM = ", from {day}"
_UNSAID = "not looked at: {markets}"


def already_page(
    law: Law, as_of: str, levers: Sequence[Lever], markets: Sequence[str] | None = None
) -> Page:
    """Return each lever with its markets by state, citations below; ``markets`` are those asked."""
    page = Page()
    page.add(
        Heading(TITLE, 1),
        Line(f"read on {law.read_on} · as of {as_of}", "faint"),
        Line(LEAD),
        Line(LEGEND, "faint"),
    )
    if not levers:
        page.add(Gap(), Line(_NO_LEVER))
    for lever in levers:
        page.add(Gap(), *_lever(law, read_day(as_of).toordinal(), lever, _asked(law, markets)))
    return page


def already_json(
    law: Law, as_of: str, levers: Sequence[Lever], markets: Sequence[str] | None = None
) -> dict[str, Any]:
    """Return the same as JSON values."""
    day, asked = read_day(as_of).toordinal(), _asked(law, markets)
    return {**law_head(law, as_of), "levers": [_json(law, day, each, asked) for each in levers]}


def _asked(law: Law, markets: Sequence[str] | None) -> Sequence[str]:
    return law.markets if markets is None else markets


def _lever(law: Law, day: int, lever: Lever, asked: Sequence[str]) -> Iterator[Block]:
    said = _said(lever, asked)
    yield Heading(f"{lever.title} [{lever.id}]", 2, lever.id)
    yield Line(lever.says)
    counts = _counts(said)
    yield Line(", ".join(f"{STATE_WORDS[word]} {n}" for word, n in counts.items()), "faint")
    for state in STATES:
        same = [each for each in said if each.state == state]
        if same:
            yield Heading(STATE_WORDS[state], 3)
            yield from (Line(each, "faint", indent=4) for each in (_SAYS.get(state),) if each)
            for each in same:
                yield from _standing(law, day, each)
    unsaid = [each for each in asked if lever.standing(each) is None]
    if unsaid:
        yield Line(_UNSAID.format(markets=", ".join(unsaid)), "warn")


def _standing(law: Law, day: int, standing: Standing) -> Iterator[Block]:
    yield Item(f"{market_words(standing.market)}: {standing.because}", _MARKS[standing.state])
    for rule in _rules(law, day, standing):
        first = _later(law, day, rule)
        since = _FROM.format(day=day_words(first)) if first is not None else ""
        yield Item(f"{rule.cite}{since}", _BELOW, rule.key)


def _later(law: Law, day: int, rule: Rule) -> int | None:
    """Return the first day of a rule that is still to come."""
    first = law.first_day(rule, day)
    return first if first is not None and first > day else None


def _said(lever: Lever, asked: Sequence[str]) -> list[Standing]:
    return [each for each in lever.markets if each.market in asked]


def _counts(said: Sequence[Standing]) -> dict[str, int]:
    return {state: sum(each.state == state for each in said) for state in STATES}


def _rules(law: Law, day: int, standing: Standing) -> list[Rule]:
    return [law.version(id_, day) for id_ in standing.rules]


def _json(law: Law, day: int, lever: Lever, asked: Sequence[str]) -> dict[str, Any]:
    said = _said(lever, asked)
    return {
        "lever": lever.id,
        "title": lever.title,
        "says": lever.says,
        "counts": _counts(said),
        "markets": [_standing_json(law, day, each) for each in said],
    }


def _standing_json(law: Law, day: int, standing: Standing) -> dict[str, Any]:
    rules = _rules(law, day, standing)
    return {
        "market": standing.market,
        "state": standing.state,
        "because": standing.because,
        "rules": [_rule_json(law, day, each) for each in rules],
    }


def _rule_json(law: Law, day: int, rule: Rule) -> dict[str, Any]:
    first = _later(law, day, rule)
    return {
        "rule": rule.key,
        "title": rule.title,
        "kind": rule.kind,
        "authority": rule.authority,
        "cite": str(rule.cite),
        "not_yet": day_words(first) if first is not None else None,
    }
