"""The key of a fact taken apart: ``name``, ``name[subject]``, with ``@day`` where it has a day.

The subject is one word or several (``acme/EU``): an actor, a role, a market, a use.
"""

from __future__ import annotations


def name_of(key: str) -> str:
    """Return the vocabulary's name in a key: ``revenue`` of ``revenue[acme]@2026-01-01``."""
    return key.partition("[")[0].partition("@")[0]


def subject_of(key: str) -> str:
    """Return the words between the brackets of a key, an empty text where it has none."""
    return key.partition("[")[2].partition("]")[0]


def words_of(key: str) -> tuple[str, ...]:
    """Return the words of the subject of a key, each by itself."""
    return tuple(word for word in subject_of(key).split("/") if word)
