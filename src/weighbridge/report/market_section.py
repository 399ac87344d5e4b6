"""One market on the check page: its groups of rows, what is not owed first where that is most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from weighbridge.assess.assessment import Assessment, FallsOn, Sheltered
from weighbridge.report import words
from weighbridge.report.blocks import Block, Gap, Heading, Item, Line, cut
from weighbridge.report.claims_section import claim_blocks
from weighbridge.report.compare_page import sheltered_line
from weighbridge.report.facts_words import day_words, joined, reason_words
from weighbridge.report.groups import OWED_KINDS, Joined, bearers, grouped, rows_of, title_of
from weighbridge.report.markets import market_name
from weighbridge.report.open_words import open_items
from weighbridge.report.row_words import (
    details_of,
    ground_of,
    marks_of,
    presumed_words,
    says_of,
    tag_of,
)
from weighbridge.rules.rule import LAW

_APPLYING = ("stop", "before", "ready", "only-if")
_WITH_DETAILS = ("stop", "before")
_BRIEF = ("may", "power", "voluntary", "voluntary-open", "look-at")
_WHOLE = ("look-at",)
_ONLY_ALL = ("past", "never")
_ONE_LINE = 92
_MOST_UNLESS = 2
_MOST_TITLES = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """How much of an assessment a page shows.

    all:    everything, each row with its proof
    most:   without ``all``: how many rows of a group, reasons or titles before "and more"
    lean:   without ``all``: rows have no details, only what is due before release does
    tight:  without ``all``: a market is a heading with counts, a few duties and one question
    target: what the person named as the release, for the command to run next
    """

    all: bool = False
    most: int = 5
    lean: bool = False
    tight: bool = False
    target: str = ""


def market_blocks(assessment: Assessment, market: str, shown: Shown) -> Iterator[Block]:
    """Yield the blocks of one market; packs of no market have the empty name."""
    rows = rows_of(assessment, market)
    falls_on = tuple(
        each
        for each in assessment.falls_on
        if each.market == market and assessment.law.owed_to(each.rule.pack) == LAW
    )
    sheltered = tuple(each for each in assessment.sheltered if each.market == market)
    section = Section(assessment, shown, grouped(rows), falls_on, sheltered)
    name = market_name(market) if market else words.ANYWHERE
    title = f"{name} ({market})" if market and name != market else name
    blocks = section.blocks()
    yield Gap()
    nothing = words.NOTHING_HERE if rows else words.NOT_JUDGED
    yield Heading(title if blocks else f"{title}: {nothing}", 2)
    yield from blocks


@dataclass(frozen=True, slots=True)
class Section:
    """Rows by group as blocks: those of one market, or the terms of licences.

    falls_on:  rules that none of those asked about can bear
    sheltered: what openness does here
    """

    assessment: Assessment
    shown: Shown
    groups: dict[str, list[Joined]]
    falls_on: tuple[FallsOn, ...] = ()
    sheltered: tuple[Sheltered, ...] = ()

    def blocks(self) -> list[Block]:
        """Return the groups in their order; what is not owed first where that is most of it."""
        parts = [self._applying(name) for name in _APPLYING if name in self.groups]
        parts += [self._asks(), self._not_yours()]
        if self._mostly_not_yours():
            parts.insert(0, parts.pop())
        parts += [self._openness(), self._briefly(), self._claims(), self._presumed(), self._past()]
        return [block for part in parts for block in part]

    def _mostly_not_yours(self) -> bool:
        kinds = [line for line in self.groups.get("not-yours", ()) if line.rule.kind in OWED_KINDS]
        open_or_owed = sum(len(self.groups.get(name, ())) for name in (*_APPLYING, "ask"))
        return len(kinds) > open_or_owed

    def _applying(self, name: str) -> list[Block]:
        lines = self.groups[name]
        mark = words.MARKS.get(name, words.OTHER_MARK)
        tone = "bad" if name == "stop" else "plain"
        most = len(lines) if self.shown.all else self.shown.most
        items: list[Block] = [
            Item(self._text(name, line), mark, self._tag(line), self._details(name, line), tone)
            for line in lines[:most]
        ]
        if len(lines) > most:
            items.append(_more(len(lines) - most))
        return [Heading(words.GROUP_TITLES[name], 3), *items]

    def _text(self, name: str, line: Joined) -> str:
        return title_of(line) if self.shown.lean and name not in _WITH_DETAILS else says_of(line)

    def _tag(self, line: Joined) -> str:
        return tag_of(line, whose=bearers(self.assessment) > 1)

    def _details(self, name: str, line: Joined) -> tuple[str, ...]:
        details = list(details_of(self.assessment, line))
        if self.shown.all:
            ground = ground_of(self.assessment, line.first)
            return (str(line.rule.cite), *details, *ground, *self._proof(line))
        if self.shown.lean and name not in _WITH_DETAILS:
            return ()
        return (cut(" · ".join(details), _ONE_LINE),) if details else ()

    def _proof(self, line: Joined) -> tuple[str, ...]:
        from weighbridge.reason.prose import proof_in_words

        judged = line.first.judged
        facts = self.assessment.facts
        values = {key: fact.value for key, fact in facts.items() if fact.value is not None}
        places = {key: str(fact.place) for key, fact in facts.items() if fact.place is not None}
        lines = proof_in_words(self.assessment.law, judged.proof, values, judged.day, places)
        return (words.PROOF, *lines)

    def _asks(self) -> list[Block]:
        lines = self.groups.get("ask", [])
        if not lines:
            return []
        items: list[Block] = list(
            open_items(self.assessment, lines, None if self.shown.all else self.shown.most)
        )
        return [Heading(words.GROUP_TITLES["ask"], 3), *items]

    def _briefly(self) -> list[Block]:
        """Return what binds nobody: one line a group and pack, or one a row with ``all``."""
        if self.shown.all:
            return [
                block for name in _BRIEF if name in self.groups for block in self._applying(name)
            ]
        items: list[Block] = [
            item for name in _BRIEF if name in self.groups for item in self._by_pack(name)
        ]
        return [Heading(words.BESIDES, 3), *items] if items else []

    def _by_pack(self, name: str) -> Iterator[Item]:
        packs: dict[str, list[Joined]] = {}
        for line in self.groups[name]:
            packs.setdefault(line.rule.pack, []).append(line)
        for pack, same in packs.items():
            most = len(same) if name in _WHOLE else None
            text = f"{words.GROUP_TITLES[name]}: {self._titles(same, most)}"
            marks = "".join(dict.fromkeys("".join(marks_of(line.first) for line in same)))
            yield Item(text, words.OTHER_MARK, f"{pack} {marks}".strip())

    def _openness(self) -> list[Block]:
        """Return the one line on what openness spares here, where it matters."""
        return [
            Item(sheltered_line(each), words.OTHER_MARK, tone="faint") for each in self.sheltered
        ]

    def _claims(self) -> list[Block]:
        most = None if self.shown.all else self.shown.most
        return claim_blocks(self.assessment, self.groups.get("claim", []), most)

    def _not_yours(self) -> list[Block]:
        lines = self.groups.get("not-yours", [])
        if not self.shown.all:
            lines = [line for line in lines if line.rule.kind in OWED_KINDS]
        reasons: dict[str, list[Joined]] = {}
        for line in lines:
            reasons.setdefault(self._reason(line), []).append(line)
        most = None if self.shown.all else self.shown.most
        items = [self._reason_item(reason, same) for reason, same in list(reasons.items())[:most]]
        left_out = sum(len(same) for same in list(reasons.values())[len(items) :])
        if left_out:
            items.append(_more(left_out))
        items.extend(self._falls_on_items())
        return [Heading(words.GROUP_TITLES["not-yours"], 3), *items] if items else []

    def _reason(self, line: Joined) -> str:
        judged = line.first.judged
        reason = reason_words(self.assessment.law, judged)
        return f"{reason} {words.PRESUMED_MARK}" if judged.basis == "presumed" else reason

    def _presumed(self) -> list[Block]:
        """Return one line on what could overturn the presumed rows of this market."""
        rows = [
            row
            for name, lines in self.groups.items()
            if name not in _ONLY_ALL
            for line in lines
            for row in line.rows
            if row.judged.basis == "presumed" and row.rule.kind in OWED_KINDS
        ]
        if self.shown.all or not rows:
            return []
        text = presumed_words(self.assessment, rows, 1 if self.shown.lean else _MOST_UNLESS)
        return [Line(f"{words.PRESUMED_MARK} {text}", "faint", 2)]

    def _reason_item(self, reason: str, lines: list[Joined]) -> Item:
        mark = words.MARKS["not-yours"]
        if not self.shown.all:
            return Item(f"{reason}: {self._titles(lines)}", mark)
        details = [
            each
            for line in lines
            for each in (
                f"{title_of(line)} [{self._tag(line)}]",
                *ground_of(self.assessment, line.first),
                *self._proof(line),
            )
        ]
        return Item(f"{reason}:", mark, details=tuple(details))

    def _titles(self, lines: list[Joined], most: int | None = None) -> str:
        few = 1 if self.shown.lean else _MOST_TITLES
        return joined((title_of(line) for line in lines), most or few)

    def _falls_on_items(self) -> Iterator[Item]:
        by_roles: dict[tuple[str, ...], list[str]] = {}
        for each in self.falls_on:
            if each.rule.kind in OWED_KINDS and each.rule.status == "enacted":
                by_roles.setdefault(each.roles, []).append(f"{each.rule.title} [{each.rule.id}]")
        if not by_roles:
            return
        counted = [_counted(_roles_words(roles), len(titles)) for roles, titles in by_roles.items()]
        text = words.FALLS_ON.format(roles=", ".join(counted))
        everything = [title for titles in by_roles.values() for title in titles]
        details = tuple(everything) if self.shown.all else ()
        yield Item(text, words.MARKS["not-yours"], details=details)

    def _past(self) -> list[Block]:
        blocks: list[Block] = []
        for name in _ONLY_ALL:
            lines = [line for line in self.groups.get(name, ()) if self._shows_past(name, line)]
            if lines:
                blocks.append(Heading(words.GROUP_TITLES[name], 3))
                blocks.extend(self._past_item(name, line) for line in lines)
        return blocks

    def _shows_past(self, name: str, line: Joined) -> bool:
        return self.shown.all or (name == "past" and line.first.judged.verdict is True)

    def _past_item(self, name: str, line: Joined) -> Item:
        judged = line.first.judged
        text = says_of(line)
        if name == "past" and judged.in_force.end is not None:
            form = words.ENDED if line.rule.ended_by else words.ENDED_SOMEHOW
            day = day_words(judged.in_force.end)
            text = form.format(says=text, by=line.rule.ended_by, day=day)
        details = (words.AS_IF.format(verdict=words.VERDICTS[judged.verdict]),)
        return Item(text, words.OTHER_MARK, self._tag(line), details if self.shown.all else ())


def _roles_words(roles: tuple[str, ...]) -> str:
    who = " or ".join(role.replace("_", " ") for role in roles)
    return f"{'an' if who[:1] in 'aeiou' else 'a'} {who}"


def _counted(who: str, count: int) -> str:
    return (words.RULE_COUNTED if count == 1 else words.RULES_COUNTED).format(who=who, count=count)


def _more(count: int) -> Item:
    return Item(words.MORE.format(count=count), words.OTHER_MARK, tone="faint")


def markets_shown(assessment: Assessment) -> Iterable[str]:
    """Return the markets asked about, then the empty name where a pack of no market has rows.

    Rows of what never became law, such as a convention that waits for its parties, do not count.
    """
    everywhere = (row.judged for row in rows_of(assessment, ""))
    anywhere = [""] if any(judged.in_force.state != "never" for judged in everywhere) else []
    return [*assessment.markets, *anywhere]
