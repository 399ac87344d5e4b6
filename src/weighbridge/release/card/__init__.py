"""The model card: its front matter, its sections, and what it declares, each with its line."""

from weighbridge.release.card.parts import Card, Section
from weighbridge.release.card.reader import read_card

__all__ = ["Card", "Section", "read_card"]
