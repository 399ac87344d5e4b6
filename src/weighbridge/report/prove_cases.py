"""Witnesses as pack cases: YAML in the form of the cases that stand beside rules."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby

from weighbridge.facts import Range, Value, Vocabulary
from weighbridge.facts.keys import name_of
from weighbridge.reason.case import Row
from weighbridge.reason.prove.found import Expected, Found, Witness

_PLAIN = re.compile(r"[A-Za-z0-9][\w ./()'-]*")
_WORDS_OF_YAML = ("yes", "no", "null")


def cases_yaml(vocabulary: Vocabulary, founds: Iterable[Found]) -> str:
    """Return every witness as cases, one document each."""
    documents = [
        document
        for number, found in enumerate(founds, 1)
        for index, witness in enumerate(found.witnesses, 1)
        for document in _documents(vocabulary, found, witness, f"{number}-{index}")
    ]
    return "---\n".join(documents)


def _documents(vocabulary: Vocabulary, found: Found, witness: Witness, name: str) -> Iterator[str]:
    """Yield one case for each row; where there are several, their facts stand once before them."""
    by_row = [(row, list(same)) for row, same in groupby(witness.expected, lambda each: each.row)]
    facts = list(fact_lines(vocabulary, witness))
    if len(by_row) > 1:
        yield _text([f"situation: witness-{name}", "facts:", *_indented(facts)])
    for row, expected in by_row:
        lines = [f"case: {_quoted(f'{found.question}: {witness.title}')}"]
        lines.append(f"as_of: {date.fromordinal(witness.as_of).isoformat()}")
        lines += [f"amend: [{', '.join(witness.amend)}]"] if witness.amend else []
        lines += _row_lines(row)
        if len(by_row) > 1:
            lines.append(f"given: witness-{name}")
        else:
            lines += ["facts:", *_indented(facts)] if facts else ["facts: {}"]
        lines += ["expect:", *_indented([_expectation(each) for each in expected])]
        yield _text(lines)


def fact_lines(vocabulary: Vocabulary, witness: Witness) -> Iterator[str]:
    """Yield the facts of a witness as a case writes them."""
    for key, value in sorted(witness.values.items()):
        dates = vocabulary[name_of(key)].is_date
        yield f"{key}: {value_word(value, dates=dates)}"


def value_word(value: Value, *, dates: bool) -> str:
    """Return a value so that it reads back to the last digit."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, Range):
        return value
    low, high = (_end(end, dates) for end in (value.low, value.high))
    return low if value.exact else f"{low}..{high}"


def _end(end: float | None, dates: bool) -> str:
    if end is None:
        return ""
    if dates:
        return date.fromordinal(int(end)).isoformat()
    return str(int(end)) if end.is_integer() and abs(end) < 1e15 else repr(end)


def _row_lines(row: Row) -> list[str]:
    lines = [f"role: {row.role}"] if row.role else []
    return [*lines, f"market: {row.market}"] if row.market else lines


def _expectation(expected: Expected) -> str:
    """Return what the reference says: of a fact one word, of a rule verdict and force."""
    if not expected.in_force and not expected.was:
        return f"{expected.name}: {expected.verdict}"
    parts = {"verdict": expected.verdict, "in_force": expected.in_force, "was": expected.was}
    said = ", ".join(f"{key}: {_quoted(word)}" for key, word in parts.items() if word)
    return f"{expected.name}: {{{said}}}"


def _quoted(word: str) -> str:
    plain = _PLAIN.fullmatch(word) and word not in _WORDS_OF_YAML
    return word if plain or word in _WORDS_OF_YAML else json.dumps(word, ensure_ascii=False)


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"
