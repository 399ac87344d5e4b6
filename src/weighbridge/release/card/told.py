"""What a card tells beyond its figures: its data, its tests, unwanted uses, where to report."""

from __future__ import annotations

import re

from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.parts import Card, Section
from weighbridge.release.card.prose import is_filled
from weighbridge.release.observations import Observations
from weighbridge.text.places import Place

_LEAST_TEXT = 60
_TITLES = {
    "training_data_told": LatePattern(
        r"\b(?:pre-?)?training (?:data|corpus|set)|^data(?:sets?)?$|训练数据|学習データ"
    ),
    "unwanted_uses_told": LatePattern(
        r"out[- ]of[- ]scope|misuse|prohibited|acceptable use|unintended|inappropriate use"
        r"|should not be used|禁止"
    ),
    "weakness_reports_told": LatePattern(
        r"\breport(?:ing)?\b.{0,30}\b(?:vulnerabilit|weakness|security|danger|safety|harm|issues?\b)"
        r"|responsible disclosure|security policy|漏洞"
    ),
}
_EVALUATION = LatePattern(r"\bevaluations?\b|\bbenchmarks?\b|\btest results\b|评测|评估结果|評価")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_LEAST_FIGURES = 2


def read_told(card: Card, seen: Observations) -> None:
    """Record as true what sections of the card plainly tell; silence never makes a fact false.

    A heading counts only with filled text, a list or a table under it. An evaluation is a table
    of figures under a heading that names it, or results in the front matter.
    """
    for fact, pattern in _TITLES.items():
        place = _section_on(card, pattern)
        if place is not None:
            seen.declared(fact, True, place, "the card has a section on it")
    place = _results(card)
    if place is not None:
        seen.declared("evaluation_published", True, place, "the card holds results of tests")


def _section_on(card: Card, pattern: LatePattern) -> Place | None:
    sections = card.sections
    for index, section in enumerate(sections):
        if section.level <= 1 or not pattern.search(section.title):
            continue
        if sum(map(_length, [section, *_inner(sections, index)])) >= _LEAST_TEXT:
            return section.place
    return None


def _results(card: Card) -> Place | None:
    if card.front_matter.get("model-index"):
        return Place(card.front_matter_file, card.front_matter.key("model-index").line)
    for section in card.sections:
        headings = section.path[1:] if section.level > 1 else section.path
        if any(title and _EVALUATION.search(title) for title in headings):
            for table in section.tables:
                cells = [cell for row in table.rows[1:] for cell in row]
                if sum(bool(_FIGURE.search(cell.text)) for cell in cells) >= _LEAST_FIGURES:
                    return table.place(cells[0])
    return None


def _inner(sections: tuple[Section, ...], index: int) -> list[Section]:
    """Return the sections below a heading."""
    head, inner = sections[index], []
    for section in sections[index + 1 :]:
        if section.file != head.file or section.level <= head.level:
            break
        inner.append(section)
    return inner


def _length(section: Section) -> int:
    cells = [cell.text for table in section.tables for row in table.rows for cell in row]
    texts = [passage.text for passage in section.passages]
    return sum(len(text) for text in (*texts, *cells) if is_filled(text))
