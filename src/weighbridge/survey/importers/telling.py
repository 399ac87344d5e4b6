"""What one row of somebody else's table tells, by the rules of its mapping: columns of ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

from weighbridge.facts import Value
from weighbridge.facts.values import read_dates, read_number
from weighbridge.release.licence.covers import WEIGHTS
from weighbridge.release.licence.identify import How, Identity
from weighbridge.release.licence.offered import record_words
from weighbridge.release.licence.record import record_facts
from weighbridge.release.licence.report import FoundLicence
from weighbridge.release.licence.table import GRANTS, load_table
from weighbridge.release.licence.terms import terms_of_name
from weighbridge.release.observations import Observations
from weighbridge.release.pipeline_tag import media_of
from weighbridge.survey.importers.mapping import MEDIA, Form, Rule
from weighbridge.survey.importers.rows import TheirRow
from weighbridge.text.errors import ParseError
from weighbridge.text.places import Place

LICENCE = (
    "licence_weights",
    "weights_licence",
    "base_licence",
    "licence_allows_access",
    "licence_allows_use",
    "licence_allows_modification",
    "licence_allows_redistribution",
    "licence_non_commercial",
    "licence_scale_threshold",
    "licence_excludes_territory",
    "licence_excludes_eu",
    "licence_use_limits",
    "licence_commercial_separate",
)
"""The columns that follow from the name of a licence."""

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]")
_SAYS_NOTHING = frozenset(
    ("other", "unknown", "custom", "unlicensed", "undisclosed", "proprietary")
)
_DIGITS = 10  # what tables add to a figure behind these is an artefact of how they keep numbers
_LIMITS = ("non_commercial", "use_limits", "user_threshold", "revenue_threshold")
_LONGEST = 500
Told = dict[str, Any]


def columns_of(form: Form) -> tuple[str, ...]:
    """Return the columns of ours that a form can fill, in a fixed order."""
    found: dict[str, None] = {}
    for rule in form.rules:
        names = {"licence": LICENCE, "task": MEDIA}.get(rule.kind, (rule.column,))
        found.update(dict.fromkeys(names))
    return tuple(found)


def told_by(form: Form, row: TheirRow) -> Told:
    """Return what a row tells, by column; a rule never overwrites what one before it told.

    Raises :class:`ParseError` for a cell that cannot be read, its path before the reason.
    """
    told: Told = {}
    for rule in form.rules:
        path = next((path for path in rule.paths if row.items(path)), None)
        if path is None or not _counts(rule, row):
            continue
        try:
            found = _KINDS[rule.kind](rule, row, path)
        except ParseError as error:
            raise ParseError(f"`{path}`: {error.message}") from None
        for column, value in found.items():
            if value is not None:
                told.setdefault(column, value)
    return told


def _counts(rule: Rule, row: TheirRow) -> bool:
    if not rule.when and not rule.unless:
        return True
    return all(_holds(row, *each) for each in rule.when.items()) and not any(
        _holds(row, *each) for each in rule.unless.items()
    )


def _holds(row: TheirRow, path: str, words: tuple[str, ...]) -> bool:
    found = row.words(path)
    return bool(found) if words == ("*",) else any(word in words for word in found)


def _number(rule: Rule, row: TheirRow, path: str) -> Told:
    number = read_number(row.text(path))
    if number < 0:
        raise ParseError(f"`{row.text(path)[:60]}` is below zero")
    return {rule.column: float(f"{number:.{_DIGITS}g}")}


def _day(rule: Rule, row: TheirRow, path: str) -> Told:
    text = row.text(path)
    day = _DAY.match(text)
    days = read_dates(day[1] if day else text)
    end = days.high if rule.column.endswith("_high") else days.low
    exact = days.exact or rule.column.endswith(("_low", "_high"))
    return {rule.column: date.fromordinal(int(end or 1)) if exact else None}


def _words(rule: Rule, row: TheirRow, path: str) -> Told:
    return {rule.column: _ours(rule.words.get(row.text(path)))}


def _any_word(rule: Rule, row: TheirRow, path: str) -> Told:
    said = [rule.words[word] for word in row.words(path) if word in rule.words]
    return {rule.column: _ours(said[0]) if said else None}


def _every_word(rule: Rule, row: TheirRow, path: str) -> Told:
    said = {rule.words.get(word, rule.words.get("*")) for word in row.words(path)}
    return {rule.column: _ours(said.pop()) if len(said) == 1 else None}


def _text(rule: Rule, row: TheirRow, path: str) -> Told:
    return {rule.column: row.text(path)[:_LONGEST]}


def _named(rule: Rule, _row: TheirRow, _path: str) -> Told:
    return {rule.column: True}


def _licence(rule: Rule, row: TheirRow, _path: str) -> Told:
    """Return what the one licence named says; a path that says `other` or the like says nothing."""
    for path in rule.paths:
        names = [name for name in row.items(path) if name.lower() not in _SAYS_NOTHING]
        if names:
            one_base = len(row.words("tags.base_model")) == 1
            return dict(_licence_facts(names[0], one_base)) if len(names) == 1 else {}
    return {}


@cache
def _licence_facts(name: str, one_base: bool) -> Mapping[str, Value]:
    """Return what the name of a licence tells, as a card that names it would."""
    table, seen, place = load_table(), Observations(), Place("table")
    licence = table.named(name)
    identity = Identity(licence.id if licence else name[:_LONGEST], How.CARD)
    found = [FoundLicence(identity, place, WEIGHTS, "licence", terms_of_name(licence, place))]
    record_facts(found, table, seen)
    record_words(found, table, "the base" if one_base else None, seen)
    return {fact.name: fact.value for fact in seen.facts if fact.name in LICENCE}


def _open_licence(rule: Rule, row: TheirRow, path: str) -> Told:
    licence = load_table().named(row.text(path))
    if licence is None:
        return {}
    grants = all(licence.conditions.get(each) is True for each in GRANTS)
    limited = any(licence.conditions.get(each, True) for each in _LIMITS)
    return {rule.column: True if grants and not limited else None}


def _task(_rule: Rule, row: TheirRow, path: str) -> Told:
    return dict.fromkeys(media_of(row.text(path)), True)


def _ours(word: str | None) -> bool | str | None:
    return {"yes": True, "no": False}.get(word, word) if word is not None else None


_KINDS: Mapping[str, Callable[[Rule, TheirRow, str], Told]] = {
    "number": _number,
    "day": _day,
    "words": _words,
    "any_word": _any_word,
    "every_word": _every_word,
    "text": _text,
    "named": _named,
    "licence": _licence,
    "open_licence": _open_licence,
    "task": _task,
}
