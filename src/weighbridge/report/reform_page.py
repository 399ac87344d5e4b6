"""Reforms: the list of those that ship, and one with its policy, switches and what it changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from weighbridge.assess.amended import orphaned_facts
from weighbridge.report import words
from weighbridge.report.already_page import STATE_WORDS
from weighbridge.report.blocks import Block, Code, Gap, Heading, Item, Line, Page
from weighbridge.report.facts_words import day_words, joined
from weighbridge.report.law_page import law_head, question_json
from weighbridge.report.markets import market_words
from weighbridge.rules import Law, Parameter, Rule
from weighbridge.rules.already import STATES, Lever, read_levers
from weighbridge.rules.amendment import Amendment
from weighbridge.rules.provisions import changed_by_hand
from weighbridge.rules.rule_lists import RuleLists

LIST_TITLE = "reforms to try"
LIST_LEAD = "What-ifs in no verdict until they are asked for. Several may be given together."
EACH = "one reform in full: weighbridge law NAME"
TRY = ("weighbridge check . --amend {name}", "weighbridge diff . --amend {name}")
ANYWHERE = "everywhere"
_SWITCHES = "what the policy leaves open: choose with --reading"
_ALREADY = "what the law has already"
_ALREADY_EACH = "why, with the paragraphs: weighbridge law --already"
_SETS, _WRITES = "figures it sets", "rules it rewrites, moves or ends"
_LIFTS, _MOVES, _ADDS = "what it lifts", "duties it moves", "rules it adds"
_SPARES = "what it leaves alone"
_ORPHANED = "orphaned: only the {who} knows {facts}"
_NEW = "nothing before"


def reforms_page(amendments: Iterable[Amendment]) -> Page:
    """Return the reforms with the sentence each encodes and the switches it has."""
    page = Page()
    page.add(Heading(LIST_TITLE, 1), Line(LIST_LEAD), Gap())
    for each in (each for each in amendments if not each.is_shared):
        switches = (f"leaves open: {', '.join(each.switches)}",) if each.switches else ()
        page.add(Item(f"{each.title}: {each.policy}", tag=each.name, details=switches))
    page.add(Gap(), Line(EACH, "faint"))
    return page


def reforms_json(law: Law, as_of: str, amendments: Iterable[Amendment]) -> dict[str, Any]:
    """Return the same list as JSON values."""
    return {**law_head(law, as_of), "reforms": [_entry(each) for each in amendments]}


def reform_page(plain: Law, amended: Law, amendments: Sequence[Amendment], name: str) -> Page:
    """Return one reform in full.

    plain, amended: the law as it stands and with the reform
    amendments:     the reform with all it builds on
    """
    amendment = next(each for each in amendments if each.name == name)
    page = Page()
    page.add(Heading(amendment.title, 1), Line(f"{name} · a what-if, not the law", "warn"), Gap())
    page.add(Line(amendment.policy))
    if amendment.note:
        page.add(Line(amendment.note, "faint"))
    page.add(Code(tuple(each.format(name=name) for each in TRY)))
    page.add(*_switches(amended, amendment), *_already(plain, amendment))
    page.add(*_sets(plain, amended), *_writes(plain, amended))
    page.add(*_lifts(amended), *_moves(amended), *_adds(amended))
    page.add(*_spares(plain, RuleLists(amendments)))
    return page


def reform_json(
    plain: Law, amended: Law, amendments: Sequence[Amendment], name: str, as_of: str
) -> dict[str, Any]:
    """Return one reform in full as JSON values."""
    amendment = next(each for each in amendments if each.name == name)
    return {
        **law_head(amended, as_of),
        **_entry(amendment),
        "note": amendment.note,
        "builds_on": list(amendment.builds_on),
        "readings": [question_json(amended.questions[each]) for each in amendment.switches],
        "sets": [each.name for each in _set_figures(plain, amended)],
        "writes": [each.key for each in _written(plain, amended)],
        "lifts": [
            {"rule": each.key, "lifts": each.body["lifts"], "of": list(each.exception_to)}
            for each in _reliefs(amended)
        ],
        "moves": [
            {
                "rule": each.key,
                "moved_from": each.body["moved_from"],
                "orphaned": list(orphaned_facts(amended, each)),
            }
            for each in _moved(amended)
        ],
        "adds": [each.key for each in _added(amended)],
        "levers": [
            {"lever": each.id, **{state: _markets(each, state) for state in STATES}}
            for each in _levers(plain, amendment)
        ],
        "left_alone": dict(sorted(_left_out(RuleLists(amendments)).items())),
    }


def _entry(amendment: Amendment) -> dict[str, Any]:
    return {
        "reform": amendment.name,
        "title": amendment.title,
        "policy": amendment.policy,
        "switches": list(amendment.switches),
    }


def _section(title: str, items: Iterable[Block]) -> Iterator[Block]:
    blocks = list(items)
    if blocks:
        yield Gap()
        yield Heading(title, 2)
        yield from blocks


def _switches(law: Law, amendment: Amendment) -> Iterator[Block]:
    yield from _section(
        _SWITCHES,
        (
            Item(
                question.gloss,
                "?",
                name,
                tuple(
                    f"{word}: {each.says} ({each.held_by})"
                    for word, each in question.positions.items()
                ),
            )
            for name in amendment.switches
            for question in (law.questions[name],)
        ),
    )


def _already(law: Law, amendment: Amendment) -> Iterator[Block]:
    """Yield what the law has already of each lever, so that the reform gets no credit for it."""
    items: list[Block] = []
    for lever in _levers(law, amendment):
        said = [(STATE_WORDS[state], _markets(lever, state)) for state in STATES]
        details = tuple(f"{word}: {', '.join(markets)}" for word, markets in said if markets)
        items.append(Item(lever.title, tag=lever.id, details=details))
    if items:
        items.append(Line(_ALREADY_EACH, "faint"))
    yield from _section(_ALREADY, items)


def _levers(law: Law, amendment: Amendment) -> list[Lever]:
    return [each for each in read_levers(law) if each.id in amendment.levers]


def _markets(lever: Lever, state: str) -> list[str]:
    return [each.market for each in lever.markets if each.state == state]


def _sets(plain: Law, amended: Law) -> Iterator[Block]:
    yield from _section(
        _SETS,
        (
            Item(
                each.gloss,
                tag=each.name,
                details=(*_values(plain.parameters.get(each.name), each),),
            )
            for each in _set_figures(plain, amended)
        ),
    )


def _values(before: Parameter | None, after: Parameter) -> Iterator[str]:
    """Yield the values an amendment writes, each with what stood on its first day."""
    for value in after.values:
        old = before.at(value.start) if before is not None else None
        if before is None or value not in before.values:
            was = old.written if old is not None else _NEW
            yield f"{value.written} from {day_words(value.start)} (as it stands: {was})"


def _writes(plain: Law, amended: Law) -> Iterator[Block]:
    yield from _section(
        _WRITES,
        (Item(f"{each.title}, {each.cite}", tag=each.key) for each in _written(plain, amended)),
    )


def _lifts(law: Law) -> Iterator[Block]:
    items = []
    for rule in _reliefs(law):
        above = [law.by_id[id_][-1] for id_ in rule.exception_to]
        what = words.LIFTS[rule.body["lifts"]]
        details = tuple(f"{market}: {titles}" for market, titles in _by_market(law, above))
        items.append(Item(f"{rule.title}: {what}", tag=rule.key, details=details))
    yield from _section(_LIFTS, items)


def _by_market(law: Law, rules: Iterable[Rule]) -> Iterator[tuple[str, str]]:
    titles: dict[str, list[str]] = {}
    for rule in rules:
        market = law.packs[rule.pack].market
        titles.setdefault(market_words(market) if market else ANYWHERE, []).append(rule.title)
    yield from ((market, joined(same, len(same))) for market, same in titles.items())


def _moves(law: Law) -> Iterator[Block]:
    items = []
    for rule in _moved(law):
        assert rule.binding is not None
        facts = orphaned_facts(law, rule)
        types = [law.vocabulary[name] for name in facts]
        who = joined(dict.fromkeys(each.who for each in types), len(types))
        what = joined((each.gloss for each in types), len(types))
        details = (_ORPHANED.format(who=who, facts=what),) if facts else ()
        text = f"{rule.title}: now the {rule.binding.addressee}'s"
        items.append(Item(text, tag=rule.key, details=details))
    yield from _section(_MOVES, items)


def _adds(law: Law) -> Iterator[Block]:
    yield from _section(_ADDS, (Item(each.title, tag=each.key) for each in _added(law)))


def _spares(law: Law, lists: RuleLists) -> Iterator[Block]:
    by_reason: dict[str, list[str]] = {}
    for id_, reason in _left_out(lists).items():
        by_reason.setdefault(reason, []).append(law.by_id[id_][-1].title)
    yield from _section(
        _SPARES,
        (
            Item(f"{reason}: {joined(titles, len(titles))}", "–")
            for reason, titles in by_reason.items()
        ),
    )


def _set_figures(plain: Law, amended: Law) -> list[Parameter]:
    names = changed_by_hand(plain, amended)
    return [amended.parameters[name] for name in names if name in amended.parameters]


def _written(plain: Law, amended: Law) -> list[Rule]:
    """Return the rules of the law as it stands that an operation wrote itself."""
    return [rule for rule in amended.rules if rule.id in amended.changed and rule.id in plain.by_id]


def _reliefs(law: Law) -> list[Rule]:
    return [each for each in law.rules if each.id in law.changed and each.kind == "exception"]


def _moved(law: Law) -> list[Rule]:
    return [each for each in law.rules if "moved_from" in each.body]


def _added(law: Law) -> list[Rule]:
    """Return the rules that a reform brings beside what it lifts and moves."""
    return [
        each
        for each in law.rules
        if each.pack in law.amendments
        and each.kind != "exception"
        and "moved_from" not in each.body
    ]


def _left_out(lists: RuleLists) -> dict[str, str]:
    return {id_: why for reasons in lists.left_out.values() for id_, why in reasons.items()}
