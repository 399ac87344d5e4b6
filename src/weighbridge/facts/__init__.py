"""What may be known of a release, an actor, a use or a market, and how it is known."""

from weighbridge.facts.fact import Fact, Finding, Severity, Source
from weighbridge.facts.values import Range, Value
from weighbridge.facts.vocabulary import FactType, Vocabulary

__all__ = ["Fact", "FactType", "Finding", "Range", "Severity", "Source", "Value", "Vocabulary"]
