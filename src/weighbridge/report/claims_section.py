"""Claims of one market, "if harm is done": never among what is owed, never said to apply."""

from __future__ import annotations

from collections.abc import Iterator

from weighbridge.assess.assessment import Assessment, verdict_word
from weighbridge.report import words
from weighbridge.report.blocks import Block, Heading, Item
from weighbridge.report.facts_words import day_words, gloss_of, joined, reason_words
from weighbridge.report.groups import Joined, bearers, title_of
from weighbridge.report.row_words import since_parts, tag_of

_ORDER = ("open", "unsettled", "barred")
_MOST_MISSING = 2


def claim_blocks(assessment: Assessment, lines: list[Joined], most: int | None) -> list[Block]:
    """Return the claims, open ones first: one line each, those that are barred counted alone.

    Without ``most`` every claim is shown, with all that it turns on.
    """
    all_ = most is None
    ranked = sorted(lines, key=lambda line: _ORDER.index(verdict_word(line.first)))
    shown = [line for line in ranked if all_ or verdict_word(line.first) != "barred"]
    barred = len(ranked) - len(shown)
    items: list[Block] = [_item(assessment, line, details=all_) for line in shown[:most]]
    if len(shown) > len(items):
        text = words.MORE.format(count=len(shown) - len(items))
        items.append(Item(text, words.OTHER_MARK, tone="faint"))
    if barred:
        items.append(
            Item(words.BARRED_COUNTED.format(count=barred), words.OTHER_MARK, tone="faint")
        )
    return [Heading(words.GROUP_TITLES["claim"], 3), *items] if items else []


def _item(assessment: Assessment, line: Joined, *, details: bool) -> Item:
    state = words.CLAIM_STATES[verdict_word(line.first)]
    mark = words.MARKS["ask"] if line.first.judged.verdict is None else words.OTHER_MARK
    text = f"{state}: {title_of(line)}"
    below = tuple(_details(assessment, line)) if details else ()
    return Item(text, mark, tag_of(line, whose=bearers(assessment) > 1), below)


def _details(assessment: Assessment, line: Joined) -> Iterator[str]:
    row = line.first
    binding = row.rule.binding
    assert binding is not None
    against = binding.addressee.replace("_", " ")
    yield words.CLAIM_FOR.format(
        claimant=binding.extra["claimant"], against=against, harm=binding.says
    )
    when = " · ".join(since_parts(row))
    yield from (each for each in (when,) if each)
    yield words.CLAIM_STANDARD.format(**binding.extra)
    for word, form in words.CLAIM_HELPS.items():
        if word in binding.extra:
            yield form.format(text=binding.extra[word])
    limits = [_limit_words(assessment, name, row.judged.day) for name in binding.limits]
    if limits:
        yield words.CLAIM_LIMITS.format(limits="; ".join(limits))
    if row.judged.verdict is False:
        yield words.BECAUSE.format(reason=reason_words(assessment.law, row.judged))
    elif row.judged.verdict is None:
        glosses = dict.fromkeys(
            gloss_of(assessment.law, key) for each in row.judged.missing for key in each
        )
        if glosses:
            yield words.NOT_KNOWN.format(gloss=joined(glosses, _MOST_MISSING))
    for lifted in row.judged.lifted:
        if lifted.verdict is True:
            yield words.LIFTED.format(
                what=words.LIFTS[lifted.lifts], title=lifted.exception.title, by=""
            )


def _limit_words(assessment: Assessment, name: str, day: int) -> str:
    parameter = assessment.law.parameters[name]
    dated = parameter.at(day)
    if dated is None:
        return parameter.gloss
    length = (
        day_words(dated.value) if parameter.unit == "date" else f"{dated.written} {parameter.unit}"
    )
    return f"{length} ({parameter.gloss})"
