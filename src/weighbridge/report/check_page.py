"""An assessment as a page: what this is, what it owes in each market, what comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from weighbridge.assess.assessment import Assessment, KnownFact, RowVerdict
from weighbridge.assess.terms import owed_by_law, terms_of
from weighbridge.report import words
from weighbridge.report.blocks import Block, Gap, Heading, Item, Line, Page, cut
from weighbridge.report.facts_words import fact_words, gloss_of, joined
from weighbridge.report.groups import is_owed_kind
from weighbridge.report.licensor_section import licensor_blocks
from weighbridge.report.market_section import Shown, market_blocks, markets_shown
from weighbridge.report.markets import days_of_markets
from weighbridge.report.quiet_markets import quiet_blocks, quiet_markets
from weighbridge.report.row_words import legend_of, marks_of, next_day
from weighbridge.report.tight_market import tight_blocks
from weighbridge.rules.rule import LAW

_HEADER_FACTS = (
    ("params_total", "{}"),
    ("licence_weights", "licence {}"),
    ("model_architecture", "{}"),
    ("training_compute", "training compute {}"),
    ("base_model", "made from {}"),
)
_LONGEST_NAME = 60
_MOST_PLACES = 2
_TONES = {"high": "bad", "medium": "warn"}
_MOST_GIVEN = 4
_MOST_MARKETS = 12


def check_page(assessment: Assessment, shown: Shown) -> Page:
    """Return the whole page of an assessment; ``shown.most`` bounds its length."""
    page = Page()
    page.add(
        *_header(assessment, shown),
        *_findings(assessment, shown),
        Gap(),
        Line(summary(assessment), "strong"),
    )
    quiet = quiet_markets(assessment, shown)
    for market in markets_shown(assessment):
        if market in quiet:
            continue
        if shown.tight:
            page.add(*tight_blocks(assessment, market, shown.most))
        else:
            page.add(*market_blocks(assessment, market, shown))
    page.add(*quiet_blocks(assessment, quiet))
    page.add(*licensor_blocks(assessment, shown))
    page.add(*_orphaned(assessment, shown))
    page.add(Gap(), *_footer(assessment, shown))
    return page


def _header(assessment: Assessment, shown: Shown) -> Iterator[Block]:
    name = cut(_name(assessment), _LONGEST_NAME)
    yield Heading(name or words.NO_RELEASE, 1)
    what = [
        form.format(fact_words(fact))
        for key, form in _HEADER_FACTS
        if (fact := assessment.facts.get(key)) is not None and fact.value is not None
    ]
    yield Line(" · ".join(what) or words.NO_FACTS)
    yield from (Line(each) for each in _uses(assessment))
    yield Line(" · ".join(_asked(assessment)), "faint")
    if assessment.what_if:
        most = len(assessment.what_if) if shown.all else _MOST_GIVEN
        yield Line(words.WHAT_IF.format(keys=joined(assessment.what_if, most)), "warn")


def _name(assessment: Assessment) -> str:
    fact: KnownFact | None = assessment.facts.get("model_name")
    if assessment.release_name is None:
        return ""
    return str(fact.value) if fact is not None and fact.value else assessment.release_name


def _uses(assessment: Assessment) -> Iterator[str]:
    """Yield what the release itself, or who declares it, says it is used for."""
    for key, fact in assessment.facts.items():
        if fact.type.subject == "use" and fact.value is True and fact.place is not None:
            yield words.USES.format(gloss=gloss_of(assessment.law, key), place=fact.place)


def _asked(assessment: Assessment) -> Iterator[str]:
    yield words.AS_OF.format(day=assessment.as_of)
    who = [
        f"{actor.id} as {role}" if actor.id != "-" else role
        for actor in assessment.actors
        for role in (each.replace("_", " ") for each in actor.roles)
    ]
    yield words.ASKED_AS.format(who=", ".join(who))
    if len(assessment.markets) > _MOST_MARKETS:
        yield words.ASKED_IN_MANY.format(count=len(assessment.markets))
    else:
        yield words.ASKED_IN.format(markets=", ".join(assessment.markets))


def _findings(assessment: Assessment, shown: Shown) -> Iterator[Block]:
    findings = assessment.findings
    if not findings:
        return
    most = len(findings) if shown.all else shown.most
    yield Gap()
    yield Heading(words.FINDINGS, 2)
    for each in findings[:most]:
        where = (", ".join(map(str, each.where)),) if each.where else ()
        tag = f"{each.severity}: {each.id}"
        if where and not shown.all:
            tag += f"; {joined(map(str, each.where), _MOST_PLACES)}"
        yield Item(
            each.message, "!", tag, where if shown.all else (), _TONES.get(each.severity, "")
        )
    if len(findings) > most:
        yield Item(words.MORE.format(count=len(findings) - most), words.OTHER_MARK, tone="faint")


def summary(assessment: Assessment) -> str:
    """Return one line that counts duties; it opens with what is not owed where that is most.

    Only law is counted: what is owed to a licensor stands in a section of its own.
    """
    by_law = owed_by_law(assessment.verdicts)
    counts = Counter(_counted_as(row) for row in by_law if is_owed_kind(row))
    if not counts:
        return words.NO_DUTIES
    parts = [
        form.format(count=counts[form])
        for form in (words.STOPS, words.OWES, words.OWES_LATER, words.OWES_PERHAPS)
        if counts[form] or form == words.OWES
    ]
    parts.append(words.CANNOT_TELL.format(count=counts[words.CANNOT_TELL]))
    not_owed = counts[words.DOES_NOT_OWE]
    parts.append(words.DOES_NOT_OWE.format(count=not_owed))
    if not_owed > counts.total() - not_owed:
        return words.MOST_NOT_OWED + " · ".join(reversed(parts))
    return words.COUNTED + " · ".join(parts)


def _counted_as(row: RowVerdict) -> str:
    """Return the phrase under which a duty or a prohibition is counted."""
    judged = row.judged
    if judged.verdict is None:
        return words.CANNOT_TELL
    if judged.verdict is False:
        return words.DOES_NOT_OWE
    if judged.in_force.state == "not-yet":
        return words.OWES_LATER
    if judged.in_force.state is None:
        return words.OWES_PERHAPS
    return words.STOPS if row.rule.kind == "prohibition" else words.OWES


def _orphaned(assessment: Assessment, shown: Shown) -> Iterator[Block]:
    """Yield the duties that a reform moved to somebody who lacks what it takes to meet them."""
    by_facts: dict[tuple[str, ...], list[str]] = {}
    for each in assessment.orphaned:
        by_facts.setdefault(each.facts, []).append(each.row.rule.title)
    if not by_facts:
        return
    yield Gap()
    yield Heading(words.ORPHANED, 2)
    for facts, titles in list(by_facts.items())[: None if shown.all else shown.most]:
        types = [assessment.law.vocabulary[name] for name in facts]
        most = len(types) if shown.all else _MOST_GIVEN
        what = joined((type_.gloss for type_ in types), most)
        who = joined(dict.fromkeys(type_.who for type_ in types), len(types))
        few = len(titles) if shown.all else _MOST_GIVEN
        text = words.ORPHAN.format(titles=joined(dict.fromkeys(titles), few), who=who, facts=what)
        yield Item(text, "!", tone="warn")


def _footer(assessment: Assessment, shown: Shown) -> Iterator[Block]:
    coming = next_day(assessment)
    if coming is not None:
        yield Line(words.NEXT_DATE.format(day=coming[0], what=coming[1]))
    answers = _answers(assessment, shown)
    if answers:
        yield Line(answers, "strong")
    differing = sum(
        row.differs_by_guidance
        for row in owed_by_law(assessment.verdicts)
        if row.rule.kind != "practice"  # what is voluntary binds nobody in any case
    )
    if differing:
        form = words.GUIDANCE_DECIDES if differing > 1 else words.GUIDANCE_DECIDES_ONE
        yield Line(form.format(count=differing), "faint")
    yield from (Line(each, "warn") for each in law_age(assessment))
    told = (*owed_by_law(assessment.verdicts), *terms_of(assessment.verdicts).held)
    legend = legend_of({mark for row in told for mark in marks_of(row)})
    if legend:
        yield Line(legend, "faint")
    yield Line(words.RULE_COMMAND, "faint")
    yield Line(words.DISCLAIMER, "faint")


def _answers(assessment: Assessment, shown: Shown) -> str:
    """Return how many questions could settle how many of the open rows of law."""
    by_law = owed_by_law(assessment.verdicts)
    opened = [
        row
        for row in by_law
        if row.asks and row.judged.in_force.state not in ("no-longer", "never")
    ]
    if not opened:
        return ""
    bearing = {key for row in by_law for each in row.askable for key in each}
    asked = {question.key for question in assessment.questions} & bearing
    settled = sum(any(asked.issuperset(each) for each in row.askable) for row in opened)
    if not settled:
        return words.NO_ANSWERS.format(open=len(opened))
    form = words.ONE_ANSWER if len(asked) == 1 else words.ANSWERS
    command = words.NEXT_COMMAND.format(target=shown.target or "RELEASE")
    return form.format(count=len(asked), settled=settled, open=len(opened), command=command)


def _terms_age(assessment: Assessment) -> Iterator[str]:
    """Yield one line on the licences that bind, where their texts may have changed since."""
    packs = {row.rule.pack for row in terms_of(assessment.verdicts).held}
    read = {pack: assessment.law.packs[pack].known_until for pack in packs}
    days = [day for day in read.values() if day < assessment.as_of]
    if days:
        form = words.TERMS_READ if len(packs) == 1 else words.TERMS_READ_MANY
        yield form.format(day=min(days))


def law_age(assessment: Assessment) -> Iterator[str]:
    """Yield one line that names the days until which the markets' law was read, where past."""
    oldest: dict[str, str] = {}
    judged = set(markets_shown(assessment))
    packs = assessment.law.packs.values()
    for pack in (pack for pack in packs if assessment.law.owed_to(pack.id) == LAW):
        voluntary = pack.authority == "practice" and not pack.market
        if pack.market in judged and not voluntary and pack.known_until < assessment.as_of:
            before = oldest.get(pack.market, pack.known_until)
            oldest[pack.market] = min(before, pack.known_until)
    days = sorted(set(oldest.values()))
    if len(oldest) > _MOST_MARKETS and len(days) > 1:
        yield words.LAW_READ_MANY.format(first=days[0], last=days[-1])
    elif oldest:
        yield words.LAW_READ.format(days=days_of_markets(oldest))
    yield from _terms_age(assessment)
    yield from (each for each in assessment.warnings if "read only until" not in each)
