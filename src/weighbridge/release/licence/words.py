"""A licence text as plain words, each with the line it stands on.

What never changes the meaning falls away: case, punctuation, layout, list marks, markup, the
title, copyright notices and the names that a template leaves blank.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")
_TAG = re.compile(r"<(?:/?[a-zA-Z][a-zA-Z0-9]{0,9}|br ?/)>|!?\[(?=[^\]\n]{1,200}\]\()|https?://|'")
_MARK = re.compile(
    r"\s*(?:[-*+>#|=_~/;]+\s*)*"
    r"(?:\(?(?:[a-z]|[ivxl]{1,5}|\d{1,2}(?:\.\d{1,2})*)[.)]+(?=\s|$)|\d{1,2}(?:\.\d{1,2})+(?=\s|$))?"
)
_INLINE_MARK = re.compile(r"\((?:[a-z]|[ivx]{1,4}|\d{1,2})\)")
_NOTICE = re.compile(
    r"\W*(?:(?:portions )?copyright\b|\(c\)).*?(?:\(c\)|©|\d{4}|[\[{<]y{1,4}(?:ear)?[\]}>])"
    r"|\W*©|\W*all rights reserved\W*$"
)
_LIMITING = frozenset(
    "not no never non only except excepting unless without if when excluding exclude excludes "
    "excluded exclusion forbid forbids forbidden prohibit prohibits prohibited prohibition banned "
    "restriction restrictions restricted commercial noncommercial research academic military "
    "weapon weapons warfare surveillance use uses used using must shall may cannot "
    "不 禁 仅 只 限 须 非".split()
)
_TERMS_IN_NOTICE = _LIMITING | frozenset(
    "license licence licensed permission permitted granted subject terms provided under is are "
    "does do has have who which".split()
)
_NOTICE_WORDS = 16
_MORE_WORDS = 3
_TITLE_WORDS = 6
_TITLE = frozenset(("license", "licence"))
_TERMS_IN_TITLE = _LIMITING | frozenset(("modified", "with"))
_SENTENCE_END = re.compile(r"[.;]\s+(?!all rights reserved)")
_BLANK_WORDS = 14
_BLANKS = (
    (("neither", "the", "name", "of"), ("nor", "the", "names", "of")),
    (("nor", "the", "names", "of"), ("may", "be", "used", "to")),
    (("software", "is", "provided", "by"), ("as", "is")),
    (("in", "no", "event", "shall"), ("be", "liable")),
)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in order; ``lines[i]`` is the line, from 1, of ``words[i]``."""

    words: tuple[str, ...]
    lines: tuple[int, ...]

    def __len__(self) -> int:
        """Return how many words there are."""
        return len(self.words)

    def first(self, count: int) -> Words:
        """Return the first ``count`` words."""
        if len(self.words) <= count:
            return self
        return Words(self.words[:count], self.lines[:count])


def read_words(text: str) -> Words:
    """Return the words of ``text`` that tell one licence from another."""
    words: list[str] = []
    lines: list[int] = []
    for number, line in enumerate(text.splitlines(), 1):
        found = _words_of(line)
        if found and not (not words and is_title(found)):
            words += found
            lines += [number] * len(found)
    for before, after in _BLANKS:
        words, lines = _fill_blanks(words, lines, before, after)
    return Words(tuple(words), tuple(lines))


def plain_words(text: str) -> tuple[str, ...]:
    """Return every word of ``text``, titles and notices too."""
    folded = unicodedata.normalize("NFKC", text).lower().replace("openrail++", "openrailplusplus")
    return tuple(_WORD.findall(folded))


def _words_of(line: str) -> list[str]:
    if "&" in line:
        line = unescape(line)
    if not line.isascii():
        line = unicodedata.normalize("NFKC", line).replace("\u2019", "'").replace("\u2018", "'")
    line = _TAG.sub("", line.lower())
    if _is_notice(line):
        return []
    mark = _MARK.match(line)
    rest = line[mark.end() :] if mark else line
    return _WORD.findall(_INLINE_MARK.sub(" ", rest) if "(" in rest else rest)


def _is_notice(line: str) -> bool:
    """Return whether a line only says who holds the copyright since when."""
    if len(line) > 200 or not _NOTICE.match(line):
        return False
    found = _WORD.findall(line)
    if len(found) > _NOTICE_WORDS or not _TERMS_IN_NOTICE.isdisjoint(found):
        return False
    # "(c) 2024 Acme, Inc. All rights reserved." has no second sentence; a clause behind it is one.
    _, *more = _SENTENCE_END.split(line)
    return all(len(_WORD.findall(each)) <= _MORE_WORDS for each in more)


def is_title(words: list[str]) -> bool:
    """Return whether a line is the title of a licence and limits nothing."""
    short = len(words) <= _TITLE_WORDS and not _TITLE.isdisjoint(words)
    return short and _TERMS_IN_TITLE.isdisjoint(words)


def _fill_blanks(
    words: list[str], lines: list[int], before: tuple[str, ...], after: tuple[str, ...]
) -> tuple[list[str], list[int]]:
    """Replace the name between two fixed phrases by one word, however it is written."""
    kept_words: list[str] = []
    kept_lines: list[int] = []
    done = 0
    for start in _starts(words, before):
        name = start + len(before)
        end = _find(words, after, name)
        if start >= done and end is not None and end > name:
            kept_words += [*words[done:name], "name"]
            kept_lines += [*lines[done:name], lines[start]]
            done = end
    return kept_words + words[done:], kept_lines + lines[done:]


def _starts(words: list[str], phrase: tuple[str, ...]) -> Iterator[int]:
    place = -1
    while True:
        try:
            place = words.index(phrase[0], place + 1)
        except ValueError:
            return
        if tuple(words[place : place + len(phrase)]) == phrase:
            yield place


def _find(words: list[str], phrase: tuple[str, ...], start: int) -> int | None:
    for place in range(start, min(start + _BLANK_WORDS, len(words))):
        if tuple(words[place : place + len(phrase)]) == phrase:
            return place
    return None
