"""Figures of the law as people read them: with their unit, grouped, shares in per cent."""

from __future__ import annotations

from fractions import Fraction

from weighbridge.rules.rule import Parameter

_GROUPED_FROM = 5
_CENT = 100


def figure_words(written: str, unit: str) -> str:
    """Return a value as a pack writes it with its unit, in the form of the field it is of."""
    if unit == "date":
        return written
    if unit == "ratio":
        return _share(written)
    if written.isdigit() and len(written) >= _GROUPED_FROM:
        written = f"{int(written):,}"
    return f"{written} {unit}"


def _share(written: str) -> str:
    cents = Fraction(written) * _CENT
    shown = f"{float(cents):g}"
    return f"{shown} %" if Fraction(shown) == cents else written


def dated_words(parameter: Parameter, day: int) -> str:
    """Return the value that stands on ``day``, or that none does."""
    dated = parameter.at(day)
    return figure_words(dated.written, parameter.unit) if dated else "not in force on this day"
