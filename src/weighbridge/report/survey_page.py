"""A survey as a page: what its reader would come to know, the counts, what is open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from weighbridge.facts.keys import name_of
from weighbridge.report import survey_words as words
from weighbridge.report.blocks import Block, Gap, Heading, Item, Line, Page, Table, cut, printable
from weighbridge.report.markets import fill_market, market_words

if TYPE_CHECKING:
    from weighbridge.survey.flips import Flip
    from weighbridge.survey.knowledge import KnowledgeNote
    from weighbridge.survey.look_at import LookAt
    from weighbridge.survey.tally import Counts, Group, Tally
    from weighbridge.survey.whole import Survey

_MOST = 12
_FEW = 3
_NAME = 44


def survey_page(found: Survey, most: int | None = _MOST) -> Page:
    """Return the page of a survey; ``most`` is how long each list may be, ``None`` for whole."""
    page = Page()
    name = cut(printable(found.opened.name), 60)
    page.add(Heading(words.TITLE.format(name=name, rows=f"{found.judged.rows:,}"), 1))
    page.add(*_knowledge(found))
    page.add(*_what(found))
    page.add(*_faults(found, most))
    tally = found.judged.tally
    page.add(*_groups(words.BY_MARKET, tally.by_market, None, market_words))
    page.add(*_groups(words.BY_ROLE, tally.by_role, None))
    page.add(*_groups(words.BY_LICENCE, tally.by_licence, most))
    page.add(*_groups(words.BY_ACTOR, tally.by_actor, most))
    page.add(*rule_blocks(tally, most))
    page.add(*_looks(found, most))
    page.add(*_flips(found, most))
    page.add(*_wanted(found, most))
    return page


def tally_page(name: str, tally: Tally, vintage: str) -> Page:
    """Return the page of a verdict table that was read back."""
    page = Page()
    page.add(Heading(words.READ_TITLE.format(name=printable(name), rows=f"{tally.rows:,}"), 1))
    if vintage:
        page.add(Line(vintage, "faint"))
    page.add(*_groups(words.BY_MARKET, tally.by_market, None, market_words))
    page.add(*_groups(words.BY_ROLE, tally.by_role, None))
    page.add(*_groups(words.BY_LICENCE, tally.by_licence, _MOST))
    page.add(*_groups(words.BY_ACTOR, tally.by_actor, _MOST))
    page.add(*rule_blocks(tally, None))
    return page


def _what(found: Survey) -> Iterator[Block]:
    asked = found.frame.asked
    report = found.frame.law.report()
    day = date.fromordinal(asked.as_of).isoformat()
    yield Line(words.AS_OF.format(day=day, roles=", ".join(found.frame.roles.judged)))
    yield Line(
        words.LEFT.format(
            asked=f"{report['asked']:,}", trees=f"{report['trees']:,}", columns=report["columns"]
        ),
        "faint",
    )
    if found.engine in words.ENGINES:
        yield Line(words.ENGINES[found.engine], "faint")
    yield Line(words.MEANS, "faint")
    vintage = found.opened.vintage
    if vintage is not None:
        dated = vintage.date or words.NO_DAY
        yield Line(words.VINTAGE.format(source=vintage.attribution, date=dated), "faint")
    ignored = found.frame.contract.ignored
    if ignored:
        named = ", ".join(f"`{cut(printable(each), 40)}`" for each in ignored[:_MOST])
        yield Line(words.IGNORED.format(count=len(ignored), names=named), "warn")


def _knowledge(found: Survey) -> Iterator[Block]:
    if not found.knowledge:
        return
    yield Heading(words.KNOWING, 2)
    yield Line(words.KNOWING_LEAD)
    for note in found.knowledge:
        yield Item(note.knowing.says, "!", "", tuple(_note(note)), "warn")
    yield Gap()


def _note(note: KnowledgeNote) -> Iterator[str]:
    named = ", ".join(note.rules[:_FEW])
    rest = len(note.rules) - _FEW
    yield named + (words.MORE.format(count=rest) if rest > 0 else "")
    for clock in note.clocks:
        days = words.CLOCK.format(days=clock.days, event=clock.event)
        yield f"{clock.rule}: {days}" if clock.rule else days
    yield words.HERE.format(applies=f"{note.applies:,}", open=f"{note.open:,}")


def _faults(found: Survey, most: int | None) -> Iterator[Block]:
    bad = found.bad
    if not bad.cells and not bad.rows:
        return
    yield Gap()
    yield Heading(words.FAULTS.format(cells=f"{bad.cells:,}", rows=f"{bad.rows:,}"), 2)
    for each in bad.told[:most]:
        yield Item(printable(str(each)), "!", tone="warn")
    rest = bad.cells + bad.rows - len(bad.told[:most])
    if rest:
        yield Line(words.MORE_FAULTS.format(count=f"{rest:,}"), "faint")


def _groups(
    title: str, groups: Mapping[str, Group], most: int | None, name: object = None
) -> Iterator[Block]:
    shown = sorted(groups.items(), key=lambda each: (-each[1].rows, -each[1].owed, each[0]))
    shown = [each for each in shown if each[1].owed or each[1].open][:most]
    if not shown:
        return
    yield Gap()
    yield Heading(title, 2)
    called = name if callable(name) else printable
    yield Table(
        words.GROUP_COLUMNS,
        tuple(
            (
                cut(str(called(key)), _NAME),
                f"{group.rows:,}",
                f"{group.owing:,}",
                f"{group.owed:,}",
                f"{group.open:,}",
            )
            for key, group in shown
        ),
    )
    if len(groups) > len(shown) and most is not None:
        yield Line(words.MORE_GROUPS.format(count=f"{len(groups) - len(shown):,}"), "faint")


def rule_blocks(tally: Tally, most: int | None) -> Iterator[Block]:
    """Yield the counts by rule, those owed by most first; rules that nobody owes are left out.

    A list that is cut holds duties and prohibitions of law alone.
    """
    rows = []
    for at, question in enumerate(tally.questions):
        counts = tally.counts(at)
        if (counts.owed or counts.open) and (most is None or at in tally.weighty):
            rows.append((question["rule"], question["role"], counts))
    rows.sort(key=lambda each: (-each[2].owed, -each[2].open, each[0], each[1]))
    if not rows:
        return
    yield Gap()
    yield Heading(words.BY_RULE, 2)
    yield Table(words.RULE_COLUMNS, tuple(_rule(*each) for each in rows[:most]))
    if len(rows) > len(rows[:most]):
        yield Line(words.MORE_RULES.format(count=f"{len(rows) - len(rows[:most]):,}"), "faint")


def _rule(rule: str, role: str, counts: Counts) -> tuple[str, ...]:
    owed = f"{counts.owed:,}"
    if counts.presumed:
        owed += words.PRESUMED.format(count=f"{counts.presumed:,}")
    return rule, role, owed, f"{counts.open:,}", f"{counts.does_not:,}"


def _looks(found: Survey, most: int | None) -> Iterator[Block]:
    if not found.looks:
        return
    yield Gap()
    yield Heading(words.LOOK_AT, 2)
    yield Line(words.LOOK_LEAD, "faint")
    for each in found.looks[:most]:
        yield Item(_look(each), words.LOOK_MARK, each.rule.id, tuple(_because(each, found)))


def _look(each: LookAt) -> str:
    rows = words.LOOK_ONE if each.rows == 1 else words.LOOK_MANY.format(count=f"{each.rows:,}")
    return f"{rows}: {each.rule.title}"


def _because(each: LookAt, found: Survey) -> Iterator[str]:
    glosses = [found.law.vocabulary[name_of(key)].gloss for key in each.reasons[:_FEW]]
    because = "; ".join(glosses) or words.EVERYBODY
    yield words.SUCH_AS.format(name=cut(printable(each.example), _NAME), because=because)
    if each.presumed:
        yield words.PRESUMED_LINE.format(count=f"{each.presumed:,}")


def _flips(found: Survey, most: int | None) -> Iterator[Block]:
    if found.flipped is None:
        return
    yield Gap()
    yield Heading(_flip_title(found), 2)
    if not found.flipped:
        yield Line(words.NO_FLIP)
    for flip in found.flipped[:most]:
        details = tuple(_changes(flip))
        yield Item(f"{flip.rule} ({flip.role})", "~", f"{flip.total:,}", details)
    rest = len(found.flipped) - len(found.flipped[:most])
    if rest:
        yield Line(words.MORE_RULES.format(count=f"{rest:,}"), "faint")


def _flip_title(found: Survey) -> str:
    if found.versus is not None:
        days = (
            date.fromordinal(day).isoformat() for day in (found.frame.asked.as_of, found.versus)
        )
        return words.FLIPS_DAYS.format(*days)
    return words.FLIPS_LAWS.format(names=", ".join(found.law.amendments))


def _changes(flip: Flip) -> Iterator[str]:
    for (before, after), rows in sorted(flip.counts.items()):
        names = ", ".join(cut(printable(each), _NAME) for each in flip.names[before, after][:_FEW])
        change = words.CHANGE.format(
            rows=f"{rows:,}", before=words.STATES[before], after=words.STATES[after]
        )
        yield f"{change}: {names}" + (words.AND_MORE if rows > _FEW else "")


def _wanted(found: Survey, most: int | None) -> Iterator[Block]:
    if not found.wanted:
        return
    yield Gap()
    yield Heading(words.WANTED, 2)
    yield Line(words.WANTED_LEAD, "faint")
    for each in found.wanted[:most]:
        fact = found.law.vocabulary[name_of(each.key)]
        text = fill_market(fact.question or fact.gloss, each.key)
        verdicts = words.WANTED_FOR.format(verdicts=f"{each.verdicts:,}", rules=each.rules)
        yield Item(text, "?", each.key, (verdicts,))
