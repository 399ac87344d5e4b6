"""One applying row in words: what, since when, what meets it, on how firm a ground."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from weighbridge.assess.assessment import Assessment, RowVerdict
from weighbridge.assess.terms import owed_by_law
from weighbridge.facts.values import read_day
from weighbridge.report import words
from weighbridge.report.facts_words import day_words, found_words, gloss_of, joined
from weighbridge.report.groups import Joined

_MOST_FOUND = 3
_MOST_NAMED = 2


def marks_of(row: RowVerdict) -> str:
    """Return the letters for the weakest kind of text and copy a verdict rests on."""
    rests = row.judged.rests_on
    authority = words.AUTHORITY_MARKS.get(rests.authority, "")
    return authority + words.READ_MARKS.get(rests.read, "")


def legend_of(marks: set[str]) -> str:
    """Return the legend for the letters used on a page, or an empty line."""
    used = [f"{mark} {meaning}" for mark, meaning in words.LEGEND.items() if mark in marks]
    return words.LEGEND_LEAD + " · ".join(used) if used else ""


def tag_of(line: Joined, *, whose: bool) -> str:
    """Return the rule's id with its marks and, where several are asked about, whose it is."""
    presumed = words.PRESUMED_MARK if line.first.judged.basis == "presumed" else ""
    tag = " ".join(part for part in (line.rule.id, marks_of(line.first) + presumed) if part)
    return f"{'; '.join(line.who)}: {tag}" if whose else tag


def says_of(line: Joined) -> str:
    """Return what the rule asks, in its pack's words."""
    assert line.rule.binding is not None
    return line.rule.binding.says or line.rule.title


def details_of(assessment: Assessment, line: Joined) -> Iterator[str]:
    """Yield the short lines below an applying row: when, and what meets it."""
    when = " · ".join(_when_parts(assessment, line.first))
    met_by = _discharge_words(assessment, line.first)
    yield from (each for each in (_lifted_words(line.first), when, met_by) if each)


def _lifted_words(row: RowVerdict) -> str:
    """Return what exceptions take from a row that stays: a fine, the proof, a milder outcome."""
    return "; ".join(
        words.LIFTED.format(what=words.LIFTS[each.lifts], title=each.exception.title, by="")
        for each in row.judged.lifted
        if each.verdict is True
    )


def ground_of(assessment: Assessment, row: RowVerdict) -> Iterator[str]:
    """Yield what could overturn a verdict: presumptions, and texts that do not bind."""
    if row.judged.basis == "presumed":
        yield presumed_words(assessment, [row], None)
    for each in row.judged.lifted:
        if each.exception.shelter:
            shelter = each.exception.shelter
            by = words.LIFTED_BY.format(who=shelter["shown_by"], ends=shelter["ends"])
            what = words.LIFTS[each.lifts]
            what = what if each.verdict else f"{words.PERHAPS} {what}"
            yield words.LIFTED.format(what=what, title=each.exception.title, by=by)
    if row.differs_by_guidance:
        yield words.BINDING_ALONE.format(verdict=words.VERDICTS[row.binding_alone])


def presumed_words(assessment: Assessment, rows: Iterable[RowVerdict], most: int | None) -> str:
    """Return what would overturn presumed verdicts: what most of them hang on first."""
    times = Counter(
        gloss_of(assessment.law, key) for row in rows for key in dict.fromkeys(row.judged.unless)
    )
    glosses = [gloss for gloss, _ in times.most_common()]
    if not glosses:
        return words.PRESUMED
    facts = joined(glosses, len(glosses) if most is None else most, "; or ")
    return words.PRESUMED_UNLESS.format(facts=facts)


def _when_parts(assessment: Assessment, row: RowVerdict) -> Iterator[str]:
    yield from since_parts(row)
    binding = row.rule.binding
    assert binding is not None
    if binding.within:
        length = _length_words(assessment, binding.within, row.judged.day)
        yield words.WITHIN.format(length=length, event=binding.event or "it happens")
    elif binding.event:
        yield words.WHEN.format(event=binding.event)
    if binding.lasts:
        length = _length_words(assessment, binding.lasts, row.judged.day)
        yield words.LASTS.format(length=length)
    if binding.bars:
        yield words.BARS


def since_parts(row: RowVerdict) -> Iterator[str]:
    """Yield since when, from when or until when a row binds."""
    force = row.judged.in_force
    if force.start is not None:
        day = day_words(force.start)
        if force.state == "yes":
            yield words.SINCE.format(day=day)
        elif force.state is None:
            moved = moved_day(force.start, force.moved_by, row)
            yield words.FROM_UNSURE.format(first=day, moved=moved)
        elif force.moved_by:
            yield words.FROM_MOVED.format(day=day, rule=force.moved_by)
        else:
            yield words.FROM.format(day=day)
    if force.end is not None:
        yield words.UNTIL.format(day=day_words(force.end))


def moved_day(start: int, moved_by: str, row: RowVerdict) -> str:
    """Return the later first day a transition may give."""
    law = row.judged.evaluator.law
    for transition in law.transitions(row.rule) if moved_by else ():
        to = law.parameters[transition.body["to"]].at(transition.interval.nearest(row.judged.day))
        if transition.id == moved_by and to is not None:
            return day_words(to.value)
    return day_words(start)


def _length_words(assessment: Assessment, parameter: str, day: int) -> str:
    dated = assessment.law.parameters[parameter].at(day)
    unit = assessment.law.parameters[parameter].unit
    return f"{dated.written} {unit}" if dated else assessment.law.parameters[parameter].gloss


def _discharge_words(assessment: Assessment, row: RowVerdict) -> str:
    if not row.discharges:
        return ""
    between = " and " if row.rule.discharged_by == "all" else " or "
    titles = between.join(each.title for each in row.discharges)
    found = dict.fromkeys(key for each in row.discharges for key in each.found)
    if not found:
        return f"{words.MET_BY.format(titles=titles)}; {words.NOTHING_FOUND}"
    known = joined([found_words(assessment, key) for key in found], _MOST_FOUND)
    return f"{words.MET_BY.format(titles=titles)}; {words.ALREADY.format(found=known)}"


def next_day(assessment: Assessment) -> tuple[str, str] | None:
    """Return the next ISO day on which something changes for an applying or open row, and what.

    A claim counts only where it would be open: that one is unsettled is no date to wait for. The
    terms of a licence are no date of law.
    """
    coming: dict[str, dict[str, list[str]]] = {}
    for row in owed_by_law(assessment.verdicts):
        waits = row.rule.kind == "claim" and row.judged.verdict is None
        if row.judged.verdict is not False and not waits:
            for day, what in _days_of(row):
                if day > assessment.as_of:
                    titles = coming.setdefault(day, {}).setdefault(what, [])
                    titles.append(row.rule.title)
    if not coming:
        return None
    day = min(coming)
    what, titles = next(iter(coming[day].items()))
    named = joined(dict.fromkeys(f"“{title}”" for title in titles), _MOST_NAMED)
    return day, what.format(titles=named)


def _days_of(row: RowVerdict) -> Iterator[tuple[str, str]]:
    """Yield each day a row turns on, with the sentence that says what happens."""
    force = row.judged.in_force
    if force.state in ("never", "no-longer"):
        return
    if force.start is not None:
        moved = moved_day(force.start, force.moved_by, row)
        yield (moved if force.state is None else day_words(force.start)), words.NEXT_FIRST_DAY
    if force.end is not None:
        yield day_words(force.end), words.NEXT_LAST_DAY
    enforced = row.rule.breach.get("enforced_from")
    if enforced:
        yield read_day(enforced).isoformat(), words.NEXT_FINES
