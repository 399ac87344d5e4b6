"""The language: text to tree to checked pack, with dates, citations and amendments."""

from weighbridge.rules.law import Law
from weighbridge.rules.rule import Pack, Parameter, Rule
from weighbridge.rules.store import load_law

__all__ = ["Law", "Pack", "Parameter", "Rule", "load_law"]
