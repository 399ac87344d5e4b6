"""What would flip a verdict, as a page and as JSON: thresholds by their parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import weighbridge
from weighbridge.assess.assessment import VERDICT_WORDS, Assessment
from weighbridge.facts import Range
from weighbridge.facts.keys import name_of
from weighbridge.facts.values import number_to_json, value_to_json, value_to_text
from weighbridge.plan.flip import Flip, Supposed
from weighbridge.report import plan_words as says
from weighbridge.report import words
from weighbridge.report.blocks import Block, Gap, Heading, Item, Line, Page
from weighbridge.report.facts_words import fact_words, gloss_of
from weighbridge.report.json import FORMAT
from weighbridge.report.plan_page import asked_words, value_words
from weighbridge.rules import Rule


def flip_page(assessment: Assessment, rule: Rule, found: Sequence[Flip]) -> Page:
    """Return the page on what would flip a rule's rows."""
    page = Page()
    page.add(Heading(says.FLIP_TITLE.format(title=rule.title), 1))
    page.add(Line(" · ".join((rule.id, *asked_words(assessment)))))
    for flip in found:
        page.add(Gap(), *_flip(assessment, flip))
    if not found:
        roles = dict.fromkeys(
            role for each in assessment.falls_on if each.rule.id == rule.id for role in each.roles
        )
        page.add(Gap(), Line(says.FLIP_NO_ROW.format(roles=" or ".join(roles) or "nobody")))
    page.add(Gap(), Line(says.FLIP_NOTE, "faint"), Line(words.DISCLAIMER, "faint"))
    return page


def _flip(assessment: Assessment, flip: Flip) -> Iterator[Block]:
    row = flip.row.judged.row
    yield Heading(" · ".join(part for part in (row.market, row.actor, row.role) if part != "-"), 2)
    yield Line(says.FLIP_NOW[VERDICT_WORDS[flip.row.judged.verdict]])
    wanted = says.FLIP_WANTED[flip.wanted]
    if not flip.known:
        yield Line(says.FLIP_TOO_MANY.format(rule=flip.row.rule.id))
        return
    if not flip.fewest:
        yield Line(says.FLIP_NONE)
        return
    if flip.fewest == flip.in_hand:
        yield Heading(says.FLIP_SAME.format(wanted=wanted), 3)
        yield from _items(assessment, flip.fewest)
        return
    if flip.in_hand:
        yield Heading(says.FLIP_IN_HAND.format(wanted=wanted), 3)
        yield from _items(assessment, flip.in_hand)
    else:
        yield Line(says.FLIP_NOT_HAND)
    yield Heading(says.FLIP_FEWEST.format(wanted=wanted), 3)
    yield from _items(assessment, flip.fewest)


def _items(assessment: Assessment, supposed: Sequence[Supposed]) -> Iterator[Item]:
    for each in supposed:
        form = says.NOW_UNKNOWN if each.before is None else says.NOW
        text = form.format(
            gloss=gloss_of(assessment.law, each.key),
            after=supposed_words(assessment, each),
            before=_before(assessment, each),
        )
        mutable = assessment.law.vocabulary[name_of(each.key)].mutable
        details = [says.MUTABLE[mutable]]
        if each.who_loses:
            details.append(says.LEAVES.format(who=each.who_loses))
        if each.never:
            details.append(says.NEVER.format(because=each.never))
        yield Item(text, words.OTHER_MARK, each.key, tuple(details))


def _before(assessment: Assessment, supposed: Supposed) -> str:
    known = assessment.facts.get(supposed.key)
    if known is not None and known.value == supposed.before and known.value is not None:
        return fact_words(known)
    return value_words(assessment, supposed.key, supposed.before)


def supposed_words(assessment: Assessment, supposed: Supposed) -> str:
    """Return the value a fact would need; a number by the line it lies beside, never by digits."""
    if not supposed.bound:
        return value_words(assessment, supposed.key, supposed.after)
    type_ = assessment.law.vocabulary[name_of(supposed.key)]
    line = value_to_text(Range.exactly(supposed.line), dates=type_.is_date, unit=type_.unit)
    forms = says.DAY_BOUNDS if type_.is_date else says.BOUNDS
    said = forms[supposed.bound].format(line=line)
    if not supposed.parameters:
        return said
    return says.DRAWN_BY.format(said=said, parameters=", ".join(supposed.parameters))


def flip_json(assessment: Assessment, rule: Rule, found: Sequence[Flip]) -> dict[str, Any]:
    """Return what would flip a rule's rows as JSON values."""
    return {
        "format": FORMAT,
        "weighbridge": weighbridge.__version__,
        "law": {"hash": assessment.law.hash, "as_of": assessment.as_of},
        "rule": rule.id,
        "flips": [_flip_json(assessment, each) for each in found],
    }


def _flip_json(assessment: Assessment, flip: Flip) -> dict[str, Any]:
    row = flip.row.judged.row
    return {
        "market": row.market,
        "actor": row.actor,
        "role": row.role,
        "use": row.use,
        "verdict": VERDICT_WORDS[flip.row.judged.verdict],
        "would_be": VERDICT_WORDS[flip.wanted],
        "known": flip.known,
        "in_hand": [_supposed_json(assessment, each) for each in flip.in_hand],
        "fewest": [_supposed_json(assessment, each) for each in flip.fewest],
    }


def _supposed_json(assessment: Assessment, supposed: Supposed) -> dict[str, Any]:
    type_ = assessment.law.vocabulary[name_of(supposed.key)]
    data: dict[str, Any] = {
        "fact": supposed.key,
        "mutable": type_.mutable,
        "from": value_to_json(supposed.before, dates=type_.is_date),
        "says": supposed_words(assessment, supposed),
        "who_loses": supposed.who_loses or None,
        "never": supposed.never or None,
    }
    if supposed.bound:
        line = Range.exactly(supposed.line)
        shown = value_to_json(line, dates=True)["low"] if type_.is_date else None
        data["to"] = {"bound": supposed.bound, "line": shown or number_to_json(supposed.line)}
        data["parameters"] = list(supposed.parameters)
    else:
        data["to"] = value_to_json(supposed.after, dates=type_.is_date)
    return data
