"""What the tests of reading share."""

from __future__ import annotations

import pytest

from weighbridge.facts import Vocabulary
from weighbridge.facts.vocabulary import read_fact_types, vocabulary_files


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """Every fact that may be spoken of."""
    types = [
        each
        for file in vocabulary_files()
        for each in read_fact_types(file.read_text(encoding="utf-8"), file.name)
    ]
    return Vocabulary(types)
