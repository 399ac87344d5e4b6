"""The check page at the length of one screen: as much of each group as fits."""

from __future__ import annotations

from dataclasses import replace

from weighbridge.assess.assessment import Assessment
from weighbridge.report.blocks import Page
from weighbridge.report.check_page import check_page
from weighbridge.report.market_section import Shown
from weighbridge.report.text import to_text

SCREEN_LINES = 50
_TRIED = ((8, False), (5, False), (8, True), (5, True), (3, True), (2, True), (1, True))


def one_screen(assessment: Assessment, shown: Shown) -> Page:
    """Return the page that shows most within one screen; with ``all``, the whole page.

    Markdown takes the page measured as text, so that both show the same rows.
    """
    if shown.all:
        return check_page(assessment, shown)
    for most, lean in _TRIED:
        page = check_page(assessment, replace(shown, most=most, lean=lean))
        if to_text(page).count("\n") <= SCREEN_LINES:
            break
    return page
