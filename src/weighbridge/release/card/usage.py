"""Whether the card tells people what the model does, where it fails and how to run it."""

from __future__ import annotations

import re

from weighbridge.release.card.headings import is_about, names_topic
from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.parts import Card, Section
from weighbridge.release.card.prose import is_filled
from weighbridge.release.observations import Observations
from weighbridge.text.places import Place

_LEAST_TEXT = 80
_LEAST_CODE = 20
_LABEL = re.compile(r"([A-Z][^:：.]{2,40})[:：]")
_LIMIT_STATED = LatePattern(
    r"\b(?:may|might|can) (?:produce|generate|give|output|hallucinate"
    r"|be (?:wrong|inaccurate|biased))"
    r"|\bnot (?:suitable|intended|designed|recommended) for\b|\bhallucinat"
)


def read_usage(card: Card, seen: Observations) -> None:
    """Record ``usage_info_public`` as true where all three parts hold substantial text.

    The parts are: inputs, outputs or capabilities; limits; how to run it (code or
    instructions). A heading with nothing, or with a template's placeholder, under it shows
    nothing; silence never makes the fact false.
    """
    does = _text_about(card, "inputs")
    fails = _text_about(card, "limits")
    runs = _code(card) or _text_about(card, "running")
    if does and fails and runs:
        lines = f"what it does ({does}), limits ({fails}), how to run it ({runs})"
        seen.derived("usage_info_public", True, does, f"the card says {lines}")


def _text_about(card: Card, topic: str) -> Place | None:
    sections = card.sections
    for index, section in enumerate(sections):
        if is_about(section, topic) and _length(section) >= _LEAST_TEXT:
            return section.place
        found = _labelled(section, topic)
        if found:
            return found
        if names_topic(section.title, topic) and _length(*_below(sections, index)) >= _LEAST_TEXT:
            return section.place
    return None


def _below(sections: tuple[Section, ...], index: int) -> list[Section]:
    head = sections[index]
    inner = []
    for section in sections[index + 1 :]:
        if section.file != head.file or section.level <= head.level:
            break
        inner.append(section)
    return [head, *inner] if head.level > 1 else [head]


def _length(*sections: Section) -> int:
    passages = [each.text for section in sections for each in section.passages]
    cells = [
        cell.text
        for section in sections
        for table in section.tables
        for row in table.rows[1:]
        for cell in row
    ]
    return sum(len(text) for text in (*passages, *cells) if is_filled(text))


def _labelled(section: Section, topic: str) -> Place | None:
    """Return the place of a passage such as ``Limitations: …`` with text behind its label."""
    for index, passage in enumerate(section.passages):
        label = _LABEL.match(passage.text)
        if topic == "limits" and _LIMIT_STATED.search(passage.text):
            return passage.place()
        if label and names_topic(label[1], topic):
            rest = passage.text[label.end() :]
            following = section.passages[index + 1 : index + 6]
            length = sum(len(t) for t in (rest, *(p.text for p in following)) if is_filled(t))
            if length >= _LEAST_TEXT:
                return passage.place()
    return None


def _code(card: Card) -> Place | None:
    for section in card.sections:
        for block in section.code:
            if len(block.text.strip()) >= _LEAST_CODE and not is_about(section, "contact"):
                title = section.title.lower()
                if "citation" not in title and "@" not in block.text.lstrip()[:1]:
                    return Place(block.file, block.line)
    return None
