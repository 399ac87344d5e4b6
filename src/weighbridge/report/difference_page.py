"""What changed between two assessments as a page: facts, findings, then each market with causes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from weighbridge.assess.assessment import Assessment, RowVerdict, verdict_word
from weighbridge.assess.difference import GROUPS, Difference, RowChange
from weighbridge.assess.terms import terms_of
from weighbridge.facts import Finding
from weighbridge.report import words
from weighbridge.report.blocks import Block, Gap, Heading, Item, Line, Page, cut
from weighbridge.report.cause_words import because_words, fact_change_words, telling_facts
from weighbridge.report.check_page import law_age
from weighbridge.report.facts_words import joined
from weighbridge.report.groups import OWED_KINDS, Joined, bearers, title_of, who_of
from weighbridge.report.licensor_section import titles_of
from weighbridge.report.markets import market_name
from weighbridge.report.row_words import legend_of, marks_of, since_parts, tag_of
from weighbridge.rules.rule import LAW, LICENSOR

TITLE = "what changed"
NOTHING = "nothing changed"
GROUP_TITLES = {
    "new": "newly owed",
    "open": "now open",
    "settled": "now settled",
    "when": "later or earlier",
    "ground": "on other ground",
    "gone": "gone",
    "neither": "owed on neither side",
}
_BESIDES = {"new": "new", "neither": "on neither side"}
_MARKS = {"new": "+", "open": "?", "settled": "=", "when": "~", "gone": "–"}
_SIDES = {"before": "before", "after": "now"}
_AMENDED = "amended by {names}"
_FACTS, _FINDINGS = "facts", "findings"
_FACT_MARKS = {"added": "+", "removed": "–", "changed": "~"}
_NEW, _GONE = "new: {message}", "gone: {message}"
_NO_ROW = "no verdict changed"
_NO_DUTY = "no duty or prohibition changed"
_BECAUSE = "because {because}:"
_NO_CAUSE = "no single cause was found:"
_NEITHER = "{count} more rows changed that are owed on neither side: --all"
_ONE_NEITHER = "1 more row changed that is owed on neither side: --all"
_NOW_BEFORE = "{now}, before {before}"
_TEXTS = "“{now}”, before “{before}”"
_ENFORCED = "enforced from {now}, before {before}"
_NO_DAY = "no day"
_NOT_THERE = "not there"
_COULD_NOT_TELL = "whether it applied could not be told"
_LIFTED = "what exceptions take from it is otherwise"
_MOST_TITLES = 8
_DIGEST_SHOWN = 20
_MOST_FACTS = 12
_MOST_LICENCES = 3


@dataclass(frozen=True, slots=True)
class _Told:
    """Rows of one rule that became the same for the same cause: one line of the page."""

    change: RowChange
    joined: Joined


def difference_page(found: Difference, *, all: bool = False) -> Page:
    """Return the page of a difference; with ``all`` nothing is left out."""
    page = Page()
    page.add(Heading(TITLE, 1))
    same_name = found.before.release_name == found.after.release_name
    same_name = same_name and found.before.release_digest != found.after.release_digest
    for name, side in _sides(found):
        page.add(Line(_side(name, side, digest=same_name), "faint"))
    page.add(Line(_summary(found), "strong"))
    page.add(*_facts(found, all), *_findings(found))
    shown = [each for each in _by_law(found) if all or each.group != "neither"]
    for market in dict.fromkeys(change.row.judged.row.market for change in shown):
        page.add(
            *_market(found, [each for each in shown if each.row.judged.row.market == market], all)
        )
    page.add(*_to_licensor(found, all))
    page.add(Gap(), *_footer(found, all))
    return page


def _sides(found: Difference) -> tuple[tuple[str, Assessment], ...]:
    return (_SIDES["before"], found.before), (_SIDES["after"], found.after)


def _side(name: str, side: Assessment, *, digest: bool) -> str:
    """Return one side in a line, with its digest where the names would not tell them apart."""
    parts = [side.release_name or words.NO_RELEASE, words.AS_OF.format(day=side.as_of)]
    if digest and side.release_digest:
        parts.insert(1, cut(side.release_digest, _DIGEST_SHOWN))
    if side.law.amendments:
        parts.append(_AMENDED.format(names=", ".join(side.law.amendments)))
    return f"{name}: {' · '.join(parts)}"


def _summary(found: Difference) -> str:
    if found.nothing:
        return NOTHING
    rows = _by_law(found)
    named = _counted(rows)
    if named:
        return words.COUNTED + named
    return _NO_DUTY if rows else _NO_ROW


def _counted(rows: list[RowChange]) -> str:
    """Return how many duties and prohibitions became what."""
    counts = Counter(each.group for each in rows if _binds(each))
    return " · ".join(
        f"{title} {counts[group]}"
        for group, title in GROUP_TITLES.items()
        if counts[group] and group != "neither"
    )


def _by_law(found: Difference) -> list[RowChange]:
    return [each for each in found.rows if each.row.owed_to == LAW]


def _terms(found: Difference) -> list[RowChange]:
    """Return what changed of the terms of licences that bind on one side or the other."""
    sides = (found.before, found.after)
    held = {id(row) for side in sides for row in terms_of(side.verdicts).held}
    changes = [each for each in found.rows if each.row.owed_to == LICENSOR]
    return [each for each in changes if {id(each.before), id(each.after)} & held]


def _facts(found: Difference, all: bool) -> Iterator[Block]:
    if not found.facts:
        return
    yield Gap()
    yield Heading(_FACTS, 2)
    telling = telling_facts(found)
    most = len(found.facts) if all else _MOST_FACTS
    for change in sorted(found.facts, key=lambda each: each.key not in telling)[:most]:
        yield Item(fact_change_words(found, change), _FACT_MARKS[change.kind], change.key)
    if len(found.facts) > most:
        yield _more(len(found.facts) - most)


def _findings(found: Difference) -> Iterator[Block]:
    if not (found.new_findings or found.gone_findings):
        return
    yield Gap()
    yield Heading(_FINDINGS, 2)
    yield from (_finding(each, _NEW, "+") for each in found.new_findings)
    yield from (_finding(each, _GONE, "–") for each in found.gone_findings)


def _finding(finding: Finding, form: str, mark: str) -> Item:
    where = (", ".join(map(str, finding.where)),) if finding.where else ()
    tag = f"{finding.severity}: {finding.id}"
    return Item(form.format(message=finding.message), mark, tag, where)


def _market(found: Difference, changes: list[RowChange], all: bool) -> Iterator[Block]:
    market = changes[0].row.judged.row.market
    name = market_name(market) if market else words.ANYWHERE
    yield Gap()
    yield Heading(f"{name} ({market})" if market and name != market else name, 2)
    yield from _groups(found, changes, all)


def _to_licensor(found: Difference, all: bool) -> Iterator[Block]:
    """Yield the section on licences that bind on one side; those that bind on neither are left out.

    Where the licence was unknown and is known now, that one answer is among the facts.
    """
    changes = [each for each in _terms(found) if all or each.group != "neither"]
    if not changes:
        return
    titles = joined(titles_of(each.row for each in changes), _MOST_LICENCES, "; ")
    yield Gap()
    yield Heading(f"{words.TO_LICENSOR}: {titles}", 2)
    counted = _counted(changes)
    if counted:
        yield Line(counted, "faint", 2)
    yield from _groups(found, changes, all)


def _groups(found: Difference, changes: list[RowChange], all: bool) -> Iterator[Block]:
    for group in GROUPS:
        same = [each for each in changes if each.group == group and _binds(each)]
        if same:
            yield Heading(GROUP_TITLES[group], 3)
            yield from _by_cause(found, same, all)
    claims = [each for each in changes if each.row.rule.kind == "claim"]
    if claims:
        yield Heading(words.GROUP_TITLES["claim"], 3)
        yield from _by_cause(found, claims, all)
    others = [each for each in changes if not _binds(each) and each not in claims]
    if others:
        yield Heading(words.BESIDES, 3)
    for group in GROUPS:
        same = [each for each in others if each.group == group]
        yield from _by_cause(found, same, all, _BESIDES.get(group, GROUP_TITLES[group]))


def _binds(change: RowChange) -> bool:
    """Return whether a change is one of a duty or a prohibition, not of a right or the like."""
    return change.row.rule.kind in OWED_KINDS


def _by_cause(
    found: Difference, changes: list[RowChange], all: bool, lead: str = ""
) -> Iterator[Item]:
    """Yield one item for each cause, the rows that came out otherwise for it below."""
    by_cause: dict[str, list[RowChange]] = {}
    for change in changes:
        by_cause.setdefault(because_words(found, change), []).append(change)
    for because, same in by_cause.items():
        text = _BECAUSE.format(because=because) if because else _NO_CAUSE
        lines = [_row_line(found, told) for told in _told(same)]
        most = len(lines) if all else _MOST_TITLES
        if len(lines) > most:
            lines[most:] = [words.MORE.format(count=len(lines) - most)]
        mark = _MARKS.get(same[0].group, words.OTHER_MARK)
        yield Item(f"{lead}, {text}" if lead else text, mark, details=tuple(lines))


def _told(changes: Iterable[RowChange]) -> Iterator[_Told]:
    by_rule: dict[tuple[str, str], list[RowChange]] = {}
    for change in changes:
        by_rule.setdefault((change.row.rule.id, _what(change)), []).append(change)
    for same in by_rule.values():
        rows = tuple(each.row for each in same)
        yield _Told(same[0], Joined(rows, who_of(rows)))


def _row_line(found: Difference, told: _Told) -> str:
    whose = max(bearers(found.before), bearers(found.after)) > 1
    what = _what(told.change)
    text = f"{title_of(told.joined)}: {what}" if what else title_of(told.joined)
    return f"{text} [{tag_of(told.joined, whose=whose)}]"


def _what(change: RowChange) -> str:
    """Return what became of a row where its group does not say it."""
    before, after = change.before, change.after
    if change.row.rule.kind == "claim":
        now, was = (verdict_word(row) if row else _NOT_THERE for row in (after, before))
        return _NOW_BEFORE.format(now=now, before=was) if now != was else _changes(change)
    if change.group == "gone" and before is not None and before.judged.verdict is None:
        return _COULD_NOT_TELL
    said = [words.VERDICTS[after.judged.verdict]] if change.group == "settled" and after else []
    if after is not None and after.judged.verdict and after.judged.in_force.state == "not-yet":
        said += since_parts(after)
    return _changes(change) if change.group in ("when", "ground") else ", ".join(said)


def _changes(change: RowChange) -> str:
    before, after = change.before, change.after
    if before is None or after is None:
        return ""
    said = (_part_words(part, before, after) for part in change.changed)
    return "; ".join(each for each in said if each)


def _part_words(part: str, before: RowVerdict, after: RowVerdict) -> str:
    match part:
        case "in_force":
            now, was = (", ".join(since_parts(row)) for row in (after, before))
            return _NOW_BEFORE.format(now=now, before=was)
        case "basis":
            return _NOW_BEFORE.format(now=after.judged.basis, before=before.judged.basis)
        case "enforced_from":
            days = [row.rule.breach.get("enforced_from", _NO_DAY) for row in (after, before)]
            return _ENFORCED.format(now=days[0], before=days[1])
        case "due" | "says":
            now, was = (_bound_words(part, row) for row in (after, before))
            return _TEXTS.format(now=now, before=was) if now != was else ""
    return _LIFTED


def _bound_words(part: str, row: RowVerdict) -> str:
    bound = row.rule.binding
    assert bound is not None
    if part == "says":
        return bound.says
    law, day = row.judged.evaluator.law, row.judged.day
    length = law.parameters[bound.within].at(day) if bound.within else None
    unit = law.parameters[bound.within].unit if bound.within else ""
    parts = [bound.due, f"{length.written} {unit}" if length else "", bound.event]
    return ", ".join([each for each in parts if each] + ([words.BARS] if bound.bars else []))


def _more(count: int) -> Item:
    return Item(words.MORE.format(count=count), words.OTHER_MARK, tone="faint")


def _footer(found: Difference, all: bool) -> Iterator[Block]:
    left_out = sum(each.group == "neither" for each in _by_law(found))
    if left_out and not all:
        form = _ONE_NEITHER if left_out == 1 else _NEITHER
        yield Line(form.format(count=left_out), "faint")
    told = dict.fromkeys((*law_age(found.before), *law_age(found.after)))
    yield from (Line(each, "warn") for each in told)
    shown = (*_by_law(found), *_terms(found))
    legend = legend_of({mark for each in shown for mark in marks_of(each.row)})
    if legend:
        yield Line(legend, "faint")
    yield Line(words.RULE_COMMAND, "faint")
    yield Line(words.DISCLAIMER, "faint")
