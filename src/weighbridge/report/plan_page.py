"""A plan as a page: markets first, then what to do and to change, questions, and leaving last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from weighbridge.assess.assessment import Assessment
from weighbridge.facts import Value
from weighbridge.facts.keys import name_of
from weighbridge.facts.values import value_to_text
from weighbridge.plan.levers import Hours
from weighbridge.plan.questions import Saving
from weighbridge.plan.result import (
    MAY_APPLY,
    Entry,
    MarketPlan,
    Plan,
    Planned,
    Pulled,
    changed_facts,
)
from weighbridge.reason.case import NOBODY
from weighbridge.report import plan_words as says
from weighbridge.report import words
from weighbridge.report.blocks import Block, Gap, Heading, Item, Line, Page
from weighbridge.report.facts_words import found_words, gloss_of, joined, question_words
from weighbridge.report.markets import market_name

_MOST_TITLES = 3
_MOST_FOUND = 4


def plan_page(plan: Plan, most: int | None = 6) -> Page:
    """Return the page of a plan; ``most`` bounds each list, ``None`` shows everything."""
    return _Pager(plan, most).page()


class _Pager:
    """Writes one plan."""

    def __init__(self, plan: Plan, most: int | None) -> None:
        self.plan, self.most = plan, most
        self.assessment = plan.assessment
        self.law = plan.assessment.law
        self.titles = {rule.id: rule.title for rule in self.law.bindings}
        self.does = {each.change.id: each.change.lever.does for each in plan.changes}

    def page(self) -> Page:
        """Return the page."""
        page = Page()
        name = self.assessment.release_name or words.NO_RELEASE
        page.add(Heading(says.TITLE.format(release=name), 1))
        page.add(Line(" · ".join(asked_words(self.assessment, self._markets()))))
        page.add(Gap(), Line(self._takes(), "strong"))
        for market in self.plan.markets:
            page.add(Gap(), *self._market(market))
        page.add(*self._section(says.TO_DO, [self._discharge(d) for d in self.plan.discharges]))
        page.add(*self._section(says.TO_CHANGE, [self._change(c) for c in self.plan.changes]))
        page.add(*self._section(says.QUESTIONS, [self._saving(q) for q in self.plan.questions]))
        leaving = [self._leaving(each) for each in self.plan.leaving]
        page.add(*self._section(says.LEAVING, leaving, says.LEAVING_NOTE))
        page.add(Gap(), *self._end())
        return page

    def _markets(self) -> str:
        return says.TO.format(markets=", ".join(each.market for each in self.plan.markets))

    def _takes(self) -> str:
        discharges, changes = len(self.plan.discharges), len(self.plan.changes)
        if not discharges and not changes:
            return says.TAKES_NOTHING
        many = says.ONE_DISCHARGE if discharges == 1 else says.DISCHARGES
        other = {0: says.NO_CHANGE, 1: says.ONE_CHANGE}.get(changes, says.CHANGES)
        return says.TAKES.format(
            hours=hours_words(self.plan.low, self.plan.high),
            discharges=many.format(count=discharges),
            changes=other.format(count=changes),
        )

    def _market(self, market: MarketPlan) -> Iterator[Block]:
        yield Heading(f"{market_name(market.market)} ({market.market})", 2)
        yield Line(says.OPEN[market.open])
        for other in sorted({each.market for each in market.opening.stuck} - {market.market}):
            yield Line(says.COUNTRY.format(market=f"{market_name(other)} ({other})"))
        if market.left_out:
            yield Line(says.LEFT_OUT.format(count=market.left_out))
        stuck = [entry for entry in (*market.bars, *market.owed) if entry.stuck]
        for title, entries in (
            (says.STUCK_TITLE, stuck),
            (says.BARS, [each for each in market.bars if not each.stuck]),
            (says.OWED, [each for each in market.owed if not each.stuck]),
        ):
            if entries:
                yield Heading(title, 3)
                yield from self._bounded([self._entry(each) for each in _each_rule(entries)])

    def _bounded(self, items: Sequence[Item]) -> Iterator[Item]:
        shown = items if self.most is None or len(items) <= self.most + 1 else items[: self.most]
        yield from shown
        if len(shown) < len(items):
            left = len(items) - len(shown)
            yield Item(says.MORE.format(count=left), words.OTHER_MARK, tone="faint")

    def _section(self, title: str, items: Sequence[Item], note: str = "") -> Iterator[Block]:
        if items:
            yield Gap()
            yield Heading(title, 2)
            if note:
                yield Line(note)
            yield from self._bounded(items)

    def _entry(self, entry: Entry) -> Item:
        rule = entry.row.rule
        title = f"{rule.title} ({says.MAY})" if entry.after == MAY_APPLY else rule.title
        return Item(title, says.MARKS[entry.after], rule.id, tuple(self._entry_details(entry)))

    def _entry_details(self, entry: Entry) -> Iterator[str]:
        if entry.ended_by:
            does = (self.does.get(each, each) for each in entry.ended_by)
            yield says.ENDED.format(changes="; ".join(does))
        if entry.present:
            yield says.THERE.format(titles=self._discharge_titles(entry.present))
        if entry.answered_by:
            yield says.BY.format(titles=self._discharge_titles(entry.answered_by))
        if entry.stuck:
            yield from self._stuck_words(entry)
        elif not (entry.ended_by or entry.present or entry.answered_by):
            yield says.PLANNED_NOTHING

    def _stuck_words(self, entry: Entry) -> Iterator[str]:
        if entry.row.rule.kind == "duty":
            yield says.STUCK["duty"]
            return
        yield says.STUCK["prohibition" if entry.after == MAY_APPLY else "shut"]
        key = next((key for keys in entry.row.askable for key in keys), None)
        question = self.law.vocabulary[name_of(key)].question if key else None
        if key and question:
            yield says.ASK.format(question=question_words(self.law, question, key))

    def _discharge_titles(self, ids: Iterable[str]) -> str:
        return ", ".join(self.law.discharges[each].title for each in ids)

    def _discharge(self, planned: Planned) -> Item:
        title = planned.discharge.title
        if planned.actor != NOBODY:
            title = says.BY_WHOM.format(actor=planned.actor, title=title)
        many = says.ONE_RULE if len(planned.answers) == 1 else says.RULES
        rules = many.format(count=len(planned.answers))
        details = [says.FOR.format(rules=rules, markets=", ".join(planned.markets))]
        if planned.found:
            found = [found_words(self.assessment, name) for name in planned.found]
            details.append(says.FOUND.format(found=joined(found, _MOST_FOUND)))
        tag = hours_words(planned.hours.low, planned.hours.high)
        return Item(title, words.OTHER_MARK, tag, tuple(details))

    def _change(self, pulled: Pulled) -> Item:
        lever, hours = pulled.change.lever, pulled.change.hours
        details = [*self._facts(pulled), *self._outcome(pulled)]
        if lever.leaves:
            details.append(says.LEAVES.format(who=lever.who_loses))
        tag = hours_words(hours.low, hours.high)
        return Item(self._whose(pulled), words.OTHER_MARK, tag, tuple(details))

    def _whose(self, pulled: Pulled) -> str:
        subject = ", ".join(pulled.change.subject)
        return f"{pulled.change.lever.does} ({subject})" if subject else pulled.change.lever.does

    def _facts(self, pulled: Pulled) -> Iterator[str]:
        for key, (before, after) in changed_facts(pulled.change).items():
            yield says.FROM_TO.format(
                gloss=gloss_of(self.law, key),
                before=value_words(self.assessment, key, before),
                after=value_words(self.assessment, key, after),
            )

    def _outcome(self, pulled: Pulled) -> Iterator[str]:
        for form, rules in ((says.ENDS, pulled.ends), (says.BRINGS, pulled.brings)):
            if rules:
                titles = [self.titles.get(each, each) for each in rules]
                yield form.format(titles=joined(titles, _MOST_TITLES))

    def _saving(self, saving: Saving) -> Item:
        details = []
        if saving.weight:
            details.append(
                says.SAVES.format(
                    hours=hours_words(saving.low, saving.high),
                    answer=value_words(self.assessment, saving.key, saving.best),
                )
            )
        if saving.tells:
            details.append(says.TELLS.format(markets=", ".join(saving.tells)))
        question = question_words(self.law, saving.question, saving.key)
        return Item(question, "?", saving.key, tuple(details))

    def _leaving(self, pulled: Pulled) -> Item:
        who = says.WHO_LOSES.format(who=pulled.change.lever.who_loses)
        return Item(self._whose(pulled), "–", "", (*self._outcome(pulled), who))

    def _end(self) -> Iterator[Block]:
        if self.plan.otherwise:
            rules = ", ".join(self.plan.otherwise)
            yield Line(says.OTHERWISE.format(rules=rules), "warn")
        yield Line(says.PROOF[self.plan.proof], "faint")
        if self.plan.changes:
            yield Line(says.AGAIN, "faint")
        sources = sorted(set(_sources(self.plan)))
        if sources:
            said = says.SOURCES["one" if len(sources) == 1 else "many"]
            yield Line(says.GRADES.format(sources=said.format(source=sources[0])), "faint")
        yield Line(says.LICENSOR, "faint")
        yield Line(words.DISCLAIMER, "faint")


def _sources(plan: Plan) -> Iterator[str]:
    efforts: list[Hours] = [each.hours for each in plan.discharges]
    efforts += [each.change.hours for each in plan.changes]
    for each in efforts:
        if each.source:
            yield each.source


def _each_rule(entries: Iterable[Entry]) -> list[Entry]:
    """Return one entry of each rule and outcome: several roles owe the same once."""
    found: dict[tuple[object, ...], Entry] = {}
    for each in entries:
        actor = each.row.judged.row.actor
        found.setdefault((each.row.rule.id, actor, each.after, each.answered_by), each)
    return list(found.values())


def asked_words(assessment: Assessment, what: str = "") -> Iterator[str]:
    """Yield what was asked: the day, the roles, and ``what`` besides."""
    yield words.AS_OF.format(day=assessment.as_of)
    roles = dict.fromkeys(role for actor in assessment.actors for role in actor.roles)
    yield words.ASKED_AS.format(who=", ".join(role.replace("_", " ") for role in roles))
    if what:
        yield what


def hours_words(low: float, high: float) -> str:
    """Return hours as people read them: ``8 to 80 hours``."""
    span = f"{low:,g}" if low == high else f"{low:,g} to {high:,g}"
    return says.HOURS.format(hours=span)


def value_words(assessment: Assessment, key: str, value: Value | None) -> str:
    """Return a value of a fact as people read it."""
    type_ = assessment.law.vocabulary[name_of(key)]
    if type_.type == "enum" and isinstance(value, str):
        return type_.values.get(value, value)
    return value_to_text(value, dates=type_.is_date, unit=type_.unit)
