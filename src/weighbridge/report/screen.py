"""The check page at the length of one screen: as much of each group as fits."""

from __future__ import annotations

from dataclasses import replace

from weighbridge.assess.assessment import Assessment
from weighbridge.report.blocks import Page
from weighbridge.report.check_page import check_page
from weighbridge.report.market_section import Shown
from weighbridge.report.text import to_text

SCREEN_LINES = 50
MANY_MARKETS = 6
"""Above this many markets each has a few lines only; one market alone is always shown in full."""

_TRIED = ((8, False), (5, False), (8, True), (5, True), (3, True), (2, True), (1, True))
_TIGHT = (5, 3, 2, 1)


def one_screen(assessment: Assessment, shown: Shown) -> Page:
    """Return the page that shows most within one screen; with ``all``, the whole page.

    Markdown takes the page measured as text, so that both show the same rows.
    """
    if shown.all:
        return check_page(assessment, shown)
    tries = [replace(shown, most=most, lean=lean) for most, lean in _TRIED]
    if len(assessment.markets) > MANY_MARKETS:
        tries = [replace(shown, most=most, lean=True, tight=True) for most in _TIGHT]
    for each in tries:
        page = check_page(assessment, each)
        if to_text(page).count("\n") <= SCREEN_LINES:
            break
    return page
