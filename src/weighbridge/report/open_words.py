"""Open rows in words: the questions that would settle them, the judgements nobody can be asked."""

from __future__ import annotations

from collections.abc import Iterator

from weighbridge.assess.assessment import Assessment, RowVerdict
from weighbridge.facts.keys import name_of
from weighbridge.report import words
from weighbridge.report.blocks import Item
from weighbridge.report.facts_words import gloss_of, joined, question_words
from weighbridge.report.groups import OWED_KINDS, Joined, title_of

_MOST_TITLES = 3


def open_items(assessment: Assessment, lines: list[Joined], most: int | None) -> Iterator[Item]:
    """Yield one item for each smallest set of facts that would settle some rows.

    What can be asked comes first, and within it duties. ``most`` bounds the items; ``None``
    shows all.
    """
    by_set: dict[tuple[str, ...], list[Joined]] = {}
    ordered = sorted(lines, key=_urgency)
    for line in ordered:
        by_set.setdefault(_smallest(line.first), []).append(line)
    items = list(by_set.items())
    for keys, same in items[:most]:
        yield _item(assessment, keys, same)
    if most is not None and len(items) > most:
        count = sum(len(same) for _, same in items[most:])
        yield Item(words.MORE.format(count=count), words.OTHER_MARK, tone="faint")


def _urgency(line: Joined) -> tuple[bool, bool]:
    return not line.first.askable, line.rule.kind not in OWED_KINDS


def _smallest(row: RowVerdict) -> tuple[str, ...]:
    """Return the smallest set of facts that could settle a row, one that can be asked if any."""
    sets = row.askable or row.judged.missing
    return sets[0] if sets else ()


def _item(assessment: Assessment, keys: tuple[str, ...], lines: list[Joined]) -> Item:
    asks = [asking(assessment, key) for key in keys] or [words.CANNOT_SAY]
    titles = joined(dict.fromkeys(title_of(line) for line in lines), _MOST_TITLES)
    details = [*asks[1:], words.DECIDES.format(titles=titles)]
    details += _positions(assessment, lines[0].first)
    mark = words.MARKS["ask"]
    return Item(asks[0], mark, details=tuple(details))


def asking(assessment: Assessment, key: str) -> str:
    """Return how a missing fact is asked for: its question, or the judgement that is needed."""
    law = assessment.law
    known = assessment.facts.get(key)
    gloss = gloss_of(law, key)
    if known is not None and known.conflict:
        return words.CONFLICT.format(gloss=gloss)
    type_ = law.vocabulary.get(name_of(key))
    if type_ is not None and type_.question is not None:
        return question_words(law, type_.question, key)
    if name_of(key) in law.questions:
        return words.TURNS_ON.format(gloss=gloss)
    form = words.JUDGEMENT if type_ is not None and type_.legal else words.NOT_KNOWN
    return form.format(gloss=gloss)


def _positions(assessment: Assessment, row: RowVerdict) -> Iterator[str]:
    for name, outcomes in row.turns_on.items():
        if set(outcomes.values()) == {None}:
            continue  # other facts are open too: no position tells anything yet
        positions = assessment.law.questions[name].positions
        yield "; ".join(
            words.POSITION.format(verdict=words.VERDICTS[verdict], says=positions[word].says)
            for word, verdict in outcomes.items()
        )
