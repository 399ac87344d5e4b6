"""The page a person would read of an assessment."""

from __future__ import annotations

from weighbridge.assess import Assessment
from weighbridge.report.check_page import check_page
from weighbridge.report.market_section import Shown
from weighbridge.report.text import WIDTH, to_text


def page(assessment: Assessment, *, all: bool = False, width: int = WIDTH) -> str:
    """Return the text of ``weighbridge check``, with every row and proof for ``all``."""
    return to_text(check_page(assessment, Shown(all=all)), width=width)


def flowing(assessment: Assessment, *, all: bool = False) -> str:
    """Return the page with its line breaks taken out, to look for whole phrases."""
    return " ".join(page(assessment, all=all).split())
