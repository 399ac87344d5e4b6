"""How often the data was seen: repeats count as often as they are made."""

from __future__ import annotations

from weighbridge.facts import Range
from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.parts import Card

_WORDS = {"one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "ten": 10.0}
_NUMBER = r"(?P<n>\d{1,3}(?:\.\d{1,2})?|one|two|three|four|five|ten)"
_EPOCHS = LatePattern(
    rf"(?<![\w.,-]){_NUMBER}\s?(?:(?:training|full|complete) )?"
    r"(?:epochs?\b|passes\b|个?轮次|エポック)"
)
_OVER_ALL = LatePattern(r"^ (?:over|of|on|through|across) (?:[a-z]{1,12} ){0,4}?$")
_SEEN = LatePattern(r"\bseen|\bsaw\b|counting repeats|including repeats")
_LABEL = LatePattern(
    rf"(?:number of |num_?|num_train_|train(?:ing)? )?epochs?\s?[:：=]\s?{_NUMBER}(?![\w%])"
)


def _value(written: str) -> float:
    return _WORDS.get(written.lower()) or float(written)


def repeated(range_: Range, text: str, start: int, end: int, otherwise: float = 1.0) -> Range:
    """Return tokens counting repeats, for a figure at ``start`` to ``end`` of a sentence.

    "Two epochs over 5B tokens" are twice as many. Elsewhere the figure may be before or after
    repeating; "seen" is after. ``otherwise`` is how many epochs the card gives elsewhere.
    """
    if range_.high is None or _SEEN.search(text[max(0, start - 60) : end + 40]):
        return range_
    match = _EPOCHS.search(text)
    if not match:
        return Range(range_.low, range_.high * max(1.0, otherwise))
    times = _value(match["n"])
    if times <= 1:
        return range_
    over_all = match.end() <= start and _OVER_ALL.search(text[match.end() : start])
    low = range_.low * times if over_all and range_.low is not None else range_.low
    return Range(low, range_.high * times)


def stated_epochs(card: Card) -> float:
    """Return the most epochs that a label of the card gives, 1 where there is none."""
    found = [1.0]
    for _, sentence in card.sentences():
        if "poch" in sentence.text and (match := _LABEL.search(sentence.text)):
            found.append(_value(match["n"]))
    return max(found)
