"""What a leaf may name: facts, parameters and readings, with their units."""

from __future__ import annotations

from weighbridge.facts import Vocabulary
from weighbridge.rules.rule import Parameter
from weighbridge.text.errors import did_you_mean


class LawNames:
    """The vocabulary and the parameters, as :func:`~weighbridge.rules.leaf.parse_leaf` asks."""

    def __init__(self, vocabulary: Vocabulary, parameters: dict[str, Parameter]) -> None:
        """Keep both; names are unique over the two."""
        self.vocabulary = vocabulary
        self.parameters = parameters

    def kind(self, name: str) -> str | None:
        """Return ``flag``, ``enum``, ``number``, ``date``, ``text``, ``parameter`` or ``None``."""
        if name in self.parameters:
            return "parameter"
        fact = self.vocabulary.get(name)
        if fact is None:
            return None
        if fact.is_boolean:
            return "flag"
        if fact.is_date:
            return "date"
        return "number" if fact.is_numeric else fact.type

    def words(self, name: str) -> tuple[str, ...]:
        """Return the words an enum may take."""
        fact = self.vocabulary.get(name)
        return tuple(fact.values) if fact else ()

    def unit(self, name: str) -> str | None:
        """Return the unit of a number or a parameter; ``date`` for days."""
        if name in self.parameters:
            return self.parameters[name].unit
        fact = self.vocabulary.get(name)
        if fact is None:
            return None
        return "date" if fact.is_date else fact.unit

    def near(self, name: str) -> str | None:
        """Return a help line that names the nearest known name."""
        known = [fact.name for fact in self.vocabulary] + list(self.parameters)
        return did_you_mean(name, known)

    def near_word(self, name: str, word: str) -> str | None:
        """Return a help line that names the nearest word of an enum."""
        return did_you_mean(word, self.words(name))
