"""Keys of facts taken apart: the name, the subject and its words, with a day or without."""

from __future__ import annotations

import pytest

from weighbridge.facts.keys import name_of, subject_of, words_of

KEYS = {
    "revenue": ("revenue", "", ()),
    "revenue[acme]": ("revenue", "acme", ("acme",)),
    "users[acme/EU]": ("users", "acme/EU", ("acme", "EU")),
    "is_general@2025-08-02": ("is_general", "", ()),
    "is_provider[modifier/EU]@2025-08-02": (
        "is_provider",
        "modifier/EU",
        ("modifier", "EU"),
    ),
    "revenue[me@home]": ("revenue", "me@home", ("me@home",)),
}


@pytest.mark.parametrize("key", KEYS)
def test_a_key_has_a_name_and_a_subject_of_words(key: str) -> None:
    assert (name_of(key), subject_of(key), words_of(key)) == KEYS[key]
