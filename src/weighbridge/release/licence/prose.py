"""Sentences of a card that say which part of a release is under which known licence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from weighbridge.release.licence.covers import CODE, DATA, WEIGHTS
from weighbridge.release.licence.table import Licence, LicenceTable, plain_name
from weighbridge.text.places import Place

SENTENCE = re.compile(r"(?<=[.;])\s+(?=[A-Z])|(?<=[。；，])")
LICENCE_WORDS = ("licen", "许可", "协议", "开源")
_SAYS = (
    (WEIGHTS, re.compile(r"\bweights?\b|\bmodels?\b(?! ?(?:code|zoo))|\bcheckpoints?\b|模型|权重")),
    (CODE, re.compile(r"\bcode(?:base)?\b|\bscripts?\b|\bsoftware\b|代码")),
    (DATA, re.compile(r"\bdata ?sets?\b|\bcorpus\b|数据")),
)
_CODE_OF_MODEL = re.compile(r"模型(?:的)?(?:代码|数据)|本仓库中的代码")
_UNDER = re.compile(
    r"\bunder (?:an? |the )?(?:terms of (?:an? |the )?)?|(?:依照|遵循|采用|使用|基于|以)"
)
# Of another model, or of a case.
_ELSE = re.compile(
    r"\b(?:derived|based|originally|which|from|upon|other|except|if|unless|not|base)\b|原|如果|除"
)
# A card of a family: which of its models lies here is not said.
_SEVERAL = re.compile(r"\b(?:all|our|each|every|both)\b[^.]*\bmodels\b")
_LONGEST_LINE = 4 << 10
_LONGEST_NAME = 60
_MOST = 16


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence: what it speaks of, the licence it names, its line."""

    of: frozenset[str]
    licence: Licence
    place: Place


def licences_said(lines: Iterable[str], path: str, table: LicenceTable) -> tuple[Said, ...]:
    """Return what sentences such as "the weights are released under the MIT licence" say."""
    found: list[Said] = []
    for number, line in enumerate(lines, 1):
        if len(line) > _LONGEST_LINE or not speaks_of_licences(line):
            continue
        for sentence in SENTENCE.split(line):
            for of, licence in _statements(sentence, table):
                found.append(Said(of, licence, Place(path, number)))
        if len(found) >= _MOST:
            break
    return tuple(found[:_MOST])


def speaks_of_licences(line: str) -> bool:
    """Return whether a line has a word for a licence."""
    lowered = line.lower()
    return any(word in lowered for word in LICENCE_WORDS) or " under " in lowered


def spoken_of(words: str) -> list[str]:
    """Return which of weights, code and data some words speak of, weights first."""
    lowered = _CODE_OF_MODEL.sub("代码", words.lower())
    return [what for what, pattern in _SAYS if pattern.search(lowered)]


def _statements(sentence: str, table: LicenceTable) -> Iterator[tuple[frozenset[str], Licence]]:
    start = 0
    for match in _UNDER.finditer(sentence):
        licence = _named(sentence[match.end() : match.end() + _LONGEST_NAME], table)
        if licence is None:
            continue
        subject = sentence[start : match.start()]
        start = match.end()
        of = spoken_of(subject)
        if of and not _ELSE.search(subject.lower()) and not _SEVERAL.search(subject.lower()):
            yield frozenset(of), licence


def _named(words: str, table: LicenceTable) -> Licence | None:
    """Return the licence whose name stands at the beginning of ``words``, the longest first."""
    parts = plain_name(words.partition("](")[0]).split("-")
    for size in range(min(len(parts), 8), 0, -1):
        licence = table.named("-".join(parts[:size]))
        if licence is not None:
            return licence
    return None
