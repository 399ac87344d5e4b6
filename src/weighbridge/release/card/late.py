"""Patterns that are compiled when first used: most cards never need most of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

_MOST_MATCHES = 20


class LatePattern:
    """A regular expression with the methods of ``re.Pattern`` that the card readers use."""

    __slots__ = ("_compiled", "_source")

    def __init__(self, source: str) -> None:
        """Keep the source; case never matters."""
        self._source = source
        self._compiled: re.Pattern[str] | None = None

    @property
    def source(self) -> str:
        """The pattern as written."""
        return self._source

    @property
    def compiled(self) -> re.Pattern[str]:
        """The pattern itself."""
        if self._compiled is None:
            self._compiled = re.compile(self._source, re.IGNORECASE)
        return self._compiled

    def for_text(self, text: str) -> re.Pattern[str]:  # noqa: ARG002
        """Return the pattern to be tried on ``text``: here always the same."""
        return self.compiled

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match anywhere in ``text``."""
        return self.for_text(text).search(text)

    def match(self, text: str, at: int = 0) -> re.Match[str] | None:
        """Return the match that begins at offset ``at``."""
        return self.for_text(text).match(text, at)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Return the match of all of ``text``."""
        return self.for_text(text).fullmatch(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Return the matches in order, at most 20: a sentence with more figures is no prose."""
        return islice(self.for_text(text).finditer(text), _MOST_MATCHES)
