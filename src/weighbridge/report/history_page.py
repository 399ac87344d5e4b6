"""What the law itself changed between two days, as a page and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from weighbridge.facts.values import read_day
from weighbridge.reason.prose_condition import Words, negated
from weighbridge.report import words
from weighbridge.report.blocks import Block, Gap, Heading, Item, Line, Page
from weighbridge.report.facts_words import day_words
from weighbridge.report.markets import days_of_markets, market_name
from weighbridge.rules import Law, Pack, Rule
from weighbridge.rules.history import KINDS, Change, changes_between, says_otherwise
from weighbridge.rules.nodes import All, Any_, Node, Not, node_from_json, node_to_text
from weighbridge.rules.rule import DatedValue, Parameter
from weighbridge.text.errors import InputError, did_you_mean

_TITLE = "what the law changed"
_SPAN = "after {first}, up to and including {second}"
_NOTHING = "nothing changed"
_KINDS = {
    "begins": "begins to apply",
    "replaced": "another version applies",
    "ends": "ends",
    "moved": "first days that moved",
    "value": "numbers and days",
    "enforced": "enforcement begins",
    "lighter": "a penalty is lighter for some",
    "transition": "a time to wait runs out",
}
_ENDED_BY = "ended by {by}"
_MOVED = "the first day moved from {before} to {after}"
_SHARED = ("moved", "enforced")
_NO_DAY = "no day"
_VALUE = "{gloss}: {after}, before {before}"
_FIRST_VALUE = "{gloss}: {after}, the first value"
_LIGHTER = "{says}: the lower ceiling counts for {sizes}"
_RULES_MOVED = "from this day also for those who could wait: {titles}"
_BECOMES = "{part}: {before} becomes {after}"
_CONDITIONS = {"when": "condition", "unless": "what overturns it"}
_WAS, _IS = "{part}, before: {text}", "{part}, now: {text}"
_NONE = "none"
_ALWAYS = "always"
_AMENDED = "amended, a what-if: {names}"


def history_page(law: Law, first: str, second: str, pack: str | None = None) -> Page:
    """Return the page of what changed after one ISO day, up to and including another.

    With ``pack`` only what changed in it. Raises :class:`InputError` for a pack there is not.
    """
    page = Page()
    span = _SPAN.format(first=first, second=second)
    page.add(Heading(_TITLE, 1), Line(span, "faint"))
    if law.amendments:
        page.add(Line(_AMENDED.format(names=", ".join(law.amendments)), "warn"))
    page.add(*(Line(each, "warn") for each in _read_only_until(law, second)))
    changes = _changes(law, first, second, pack)
    if not changes:
        page.add(Gap(), Line(_NOTHING, "strong"))
    for one in _packs(law, changes):
        page.add(Gap(), Heading(_pack_words(one), 2))
        page.add(*_pack_blocks(law, [each for each in changes if each.pack == one.id]))
    return page


def _changes(law: Law, first: str, second: str, pack: str | None) -> list[Change]:
    if pack is not None and pack not in law.packs:
        hint = did_you_mean(pack, law.packs) or "the ids are those of `weighbridge law`"
        raise InputError(f"unknown pack `{pack[:60]}`", help=hint)
    days = read_day(first).toordinal(), read_day(second).toordinal()
    return [each for each in changes_between(law, *days) if pack in (None, each.pack)]


def _packs(law: Law, changes: Iterable[Change]) -> list[Pack]:
    packs = [law.packs[id_] for id_ in dict.fromkeys(each.pack for each in changes)]
    return sorted(packs, key=lambda pack: (pack.market, pack.id))


def _pack_words(pack: Pack) -> str:
    market = market_name(pack.market) if pack.market else words.ANYWHERE
    return f"{market}: {pack.title} [{pack.id}]"


def _read_only_until(law: Law, second: str) -> Iterator[str]:
    oldest: dict[str, str] = {}
    for pack in law.packs.values():
        if pack.known_until < second:
            oldest[pack.market] = min(oldest.get(pack.market, pack.known_until), pack.known_until)
    if oldest:
        yield words.LAW_READ.format(days=days_of_markets(oldest))


def _pack_blocks(law: Law, changes: list[Change]) -> Iterator[Block]:
    for kind in KINDS:
        same = [each for each in changes if each.kind == kind]
        if same:
            yield Heading(_KINDS[kind], 3)
            yield from _together(same) if kind in _SHARED else (_item(law, one) for one in same)


def _together(changes: list[Change]) -> Iterator[Item]:
    """Yield one item for each thing that happens on a day, the rules that share it below."""
    shared: dict[str, list[str]] = {}
    for change in changes:
        if change.rule is not None:
            text = f"{day_words(change.day)}: {_shared_words(change, change.rule)}"
            shared.setdefault(text, []).append(f"{change.rule.title} [{change.rule.id}]")
    for text, rules in shared.items():
        yield Item(text, words.OTHER_MARK, details=tuple(rules))


def _shared_words(change: Change, rule: Rule) -> str:
    if change.kind == "enforced":
        return str(rule.breach["fine"])
    before, after = (_day_or_none(day) or _NO_DAY for day in change.moved)
    return _MOVED.format(before=before, after=after)


def _item(law: Law, change: Change) -> Item:
    rule = change.rule
    day = day_words(change.day)
    if rule is None:
        text = _value_words(change) if change.parameter else _lighter_words(law, change)
        return Item(f"{day}: {text}", words.OTHER_MARK, change.id)
    details = tuple(_details(law, change, rule))
    return Item(f"{day}: {rule.title}", words.OTHER_MARK, rule.id, details)


def _details(law: Law, change: Change, rule: Rule) -> Iterator[str]:
    match change.kind:
        case "begins":
            yield _kind_words(law, rule)
        case "ends" if rule.ended_by:
            yield _ENDED_BY.format(by=rule.ended_by)
        case "replaced" if change.before is not None:
            yield from otherwise_words(law, change.before, rule, change.day)
        case "transition":
            titles = [law.version(id_, change.day).title for id_ in rule.body["moves"]]
            yield _RULES_MOVED.format(titles=", ".join(titles))


def _kind_words(law: Law, rule: Rule) -> str:
    concluded = rule.body.get("concludes") or rule.body.get("presumes")
    says = rule.binding.says if rule.binding is not None else ", ".join(rule.exception_to)
    if concluded:
        gloss = law.vocabulary[concluded].gloss
        says = negated(gloss) if rule.body.get("value") is False else gloss
    return f"{rule.kind}: {says}" if says else rule.kind


def _value_words(change: Change) -> str:
    parameter = change.parameter
    assert parameter is not None
    before, after = (value_words(parameter, each) for each in change.values)
    form = _VALUE if change.values[0] is not None else _FIRST_VALUE
    return form.format(gloss=parameter.gloss, before=before, after=after)


def _lighter_words(law: Law, change: Change) -> str:
    penalty = change.penalty
    assert penalty is not None
    sizes = law.vocabulary[penalty.size].values
    named = ", ".join(sizes[word] for word in change.sizes)
    return _LIGHTER.format(says=penalty.says, sizes=named)


def value_words(parameter: Parameter, dated: DatedValue | None) -> str:
    """Return a parameter's value as written, with its unit."""
    if dated is None:
        return _NONE
    return (
        dated.written
        if parameter.unit in ("date", "ratio")
        else f"{dated.written} {parameter.unit}"
    )


def otherwise_words(law: Law, old: Rule, new: Rule, day: int) -> Iterator[str]:
    """Yield what a new form of a rule says otherwise than the one that gave way on ``day``."""
    for part, (before, after) in says_otherwise(old, new).items():
        name = part.replace("_", " ")
        if part in _CONDITIONS:
            yield _WAS.format(part=_CONDITIONS[part], text=_condition(law, old, part, day - 1))
            yield _IS.format(part=_CONDITIONS[part], text=_condition(law, new, part, day))
        else:
            was, now = _said(before), _said(after)
            yield _BECOMES.format(part=name, before=was, after=now)


def _condition(law: Law, rule: Rule, part: str, day: int) -> str:
    written = rule.body.get(part)
    if written is None:
        return _ALWAYS if part == "when" else _NONE
    return _clause(Words(law, day, rule.pack), node_from_json(written), True)


def _clause(said: Words, node: Node, holds: bool) -> str:
    """Return a condition on one line, what stands below a branch in brackets."""
    if isinstance(node, Not):
        return _clause(said, node.part, not holds)
    if isinstance(node, (All, Any_)):
        parts = "; ".join(_clause(said, part, True) for part in node.parts)
        return f"{said.leaf(node, holds=holds)} ({parts})"
    return said.leaf(node, holds=holds)


def _said(value: Any) -> str:
    """Return one part of a rule in a few words."""
    if isinstance(value, dict):
        parts = (
            f"{key.replace('_', ' ')}: {_plainly(each)}" for key, each in value.items() if each
        )
        return " · ".join(parts) or _NONE
    if isinstance(value, str) and value:
        return f"“{value}”"
    return _plainly(value)


def _plainly(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or _NONE
    return str(value) if value else _NONE


def history_json(law: Law, first: str, second: str, pack: str | None = None) -> dict[str, Any]:
    """Return what changed as JSON values, days as ISO dates; the first day itself is left out."""
    return {
        "format": 1,
        "hash": law.hash,
        "after": first,
        "until": second,
        "amendments": list(law.amendments),
        "changes": [_change_json(law, each) for each in _in_order(law, first, second, pack)],
    }


def _in_order(law: Law, first: str, second: str, pack: str | None) -> list[Change]:
    changes = _changes(law, first, second, pack)
    return [each for one in _packs(law, changes) for each in changes if each.pack == one.id]


def _change_json(law: Law, change: Change) -> dict[str, Any]:
    data: dict[str, Any] = {
        "change": change.kind,
        "on": day_words(change.day),
        "market": law.packs[change.pack].market,
        "pack": change.pack,
    }
    if change.parameter is not None:
        before, after = (_dated_json(each) for each in change.values)
        named = {"parameter": change.id, "gloss": change.parameter.gloss}
        return data | named | {"unit": change.parameter.unit, "before": before, "after": after}
    if change.penalty is not None:
        return data | {"penalty": change.id, "lower_for": list(change.sizes)}
    assert change.rule is not None
    return data | _rule_json(change, change.rule)


def _rule_json(change: Change, rule: Rule) -> dict[str, Any]:
    data: dict[str, Any] = {
        "rule": rule.id,
        "version": rule.key,
        "kind": rule.kind,
        "title": rule.title,
        "says": rule.binding.says if rule.binding is not None else None,
        "cite": str(rule.cite),
    }
    if change.kind == "ends":
        data["ended_by"] = rule.ended_by or None
    if change.kind == "moved":
        data["before"], data["after"] = (_day_or_none(day) for day in change.moved)
    if change.kind == "transition":
        data["moves"] = list(rule.body["moves"])
    if change.before is not None:
        data["differs"] = {
            part: {"before": _plain(part, before), "after": _plain(part, after)}
            for part, (before, after) in says_otherwise(change.before, rule).items()
        }
    return data


def _plain(part: str, value: Any) -> Any:
    if part in _CONDITIONS and value is not None:
        return node_to_text(node_from_json(value))
    return value


def _dated_json(dated: DatedValue | None) -> dict[str, str] | None:
    return None if dated is None else {"value": dated.written, "cite": dated.cite}


def _day_or_none(day: int | None) -> str | None:
    return None if day is None else day_words(day)
