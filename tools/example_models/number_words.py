"""Numbers written as digits and as English words: the task of the university example."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz -"
_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SOURCE_LENGTH, _TARGET_LENGTH = 4, 28


def number_words(number: int) -> str:
    """Return ``number`` (below one thousand) in English words."""
    if number < 20:
        return _SMALL[number]
    if number < 100:
        rest = f"-{_SMALL[number % 10]}" if number % 10 else ""
        return _TENS[number // 10 - 2] + rest
    rest = f" {number_words(number % 100)}" if number % 100 else ""
    return f"{_SMALL[number // 100]} hundred{rest}"


def encode(numbers: list[int]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return digits ``(count, 4)`` and words ``(count, 28)`` as tokens, padded with zeros."""
    sources = [_tokens(str(number), _SOURCE_LENGTH) for number in numbers]
    targets = [_tokens(number_words(number), _TARGET_LENGTH) for number in numbers]
    return np.array(sources), np.array(targets)


def _tokens(text: str, length: int) -> list[int]:
    tokens = [LETTERS.index(letter) + 3 for letter in text] + [1]
    return (tokens + [0] * length)[:length]
