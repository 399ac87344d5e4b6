"""What a section is about, told from its headings in English, Chinese and Japanese."""

from __future__ import annotations

import re

from weighbridge.release.card.parts import Section

_TOPICS = {
    "inputs": re.compile(
        r"inputs?\b|outputs?\b|capabilit|model (?:details|description|summary|overview|information)"
        r"|key features|introduction|what (?:it|this) (?:does|is)|能力|介绍|简介|入出力|概要",
        re.IGNORECASE,
    ),
    "limits": re.compile(
        r"limit|bias|risk|out[- ]of[- ]scope|misuse|known issues|caveat|what it cannot"
        r"|局限|限制|偏见|风险|制限|リスク",
        re.IGNORECASE,
    ),
    "failings": re.compile(r"limitation|known issues|caveat|局限|限制|制限", re.IGNORECASE),
    "running": re.compile(
        r"how to (?:use|run|get started|load)|quick ?start|get(?:ting)? started|^usage$"
        r"|^(?:running|run|using|use with|inference|example usage)\b"
        r"|使用方法|快速|推理|安装|使い方",
        re.IGNORECASE,
    ),
    "use": re.compile(
        r"(?<!not )\b(?:intended|direct|downstream|primary|recommended)\b.{0,20}"
        r"\b(?:uses?|usage|users?|purpose|applications?)\b"
        r"|^uses?$|\bintended for\b|\bapplications?$|\buse cases?\b|用途|应用场景"
        r"|利用目的",
        re.IGNORECASE,
    ),
    "misuse": re.compile(
        r"out[- ]of[- ]scope|misuse|malicious|prohibited|not (?:intended|suitable)|limit|risk"
        r"|unintended|restrict|禁止|不适用|限制",
        re.IGNORECASE,
    ),
    "contact": re.compile(r"^contact\b|contact us|model card contact|联系|連絡", re.IGNORECASE),
}


def is_about(section: Section, topic: str) -> bool:
    """Return whether the section or a heading above it, the card's title apart, names ``topic``."""
    pattern = _TOPICS[topic]
    headings = section.path[1:] if section.level > 1 else section.path
    if topic == "misuse":
        # "Intended uses and limitations" speaks of both.
        headings = tuple(title for title in headings if not _TOPICS["use"].search(title))
    return any(title and pattern.search(title) for title in headings)


def names_topic(text: str, topic: str) -> bool:
    """Return whether a label within a passage names ``topic``."""
    return bool(_TOPICS[topic].search(text))
