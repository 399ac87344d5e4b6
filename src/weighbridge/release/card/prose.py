"""What a card says in words: datasets, languages, intended use, contact, release date."""

from __future__ import annotations

import re
from itertools import takewhile

from weighbridge.release.card.dates import read_release_date
from weighbridge.release.card.front_matter import words_of
from weighbridge.release.card.headings import is_about
from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.markup import printable
from weighbridge.release.card.parts import Card, Passage, Section
from weighbridge.release.card.subject import Subject
from weighbridge.release.observations import Observations
from weighbridge.text.places import Place

_UNFILLED = LatePattern(
    r"\[?\s?(?:more information needed|todo|tbd|n/?a|none|coming soon|lorem ipsum|fill (?:in|me))"
    r"\b.{0,20}"
)
_TEMPLATE = "[more information needed]"
_LABELS = {
    "languages": LatePattern(
        r"(?:(?:supported )?languages?(?:\(s\))?(?: \(NLP\))?(?: supported)?|支持语言|语言"
        r"|対応言語|言語|언어)"
        r"\s?[:：]\s?(.{2,400})"
    ),
    "training_datasets": LatePattern(
        r"(?:(?:training )?(?:datasets?|data)(?: used| sources?)?|训练数据集?|訓練資料"
        r"|学習データ(?:セット)?)"
        r"\s?[:：]\s?(.{2,400})"
    ),
    "intended_use": LatePattern(
        r"(?:(?:intended|primary|direct) (?:uses?|usage|purpose)(?: cases?)?\s?[:：]?\s"
        r"|(?:预期用途|用途|利用目的)[:：]\s?)"
        r"(.{12,1000})"
    ),
    "contact": LatePattern(
        r"(?:(?:point of )?contact|maintainer|send questions|联系方式|联系我们|お?問い?合わせ先?"
        r"|연락처|kontakt)"
        r"(?: us)?\s?[:：]\s?(.{3,300})"
    ),
    "limitations": LatePattern(
        r"(?:known )?(?:limitations?|limits|局限性?|限制|制限事項|einschränkungen)(?: and "
        r"\w+)?\s?[:：]\s?(.{12,1000})"
    ),
    "developer_name": LatePattern(
        r"(?:(?:model )?(?:developers?|creators?|authors?|publisher|organi[sz]ation)(?:\(s\))?"
        r"|(?:developed|created|published|trained|made) by(?: \[optional\])?"
        r"|开发者|开发机构|開發者|開発者|開発元|개발사?자?|entwickelt von|développé par"
        r"|desarrollado por)"
        r"\s?[:：]\s?(.{2,200})"
    ),
}
_TOPICS = {
    "intended_use": ("use", "misuse"),
    "contact": ("contact", "misuse"),
    "limitations": ("failings", "use"),
}
_ON_THE_CARD = LatePattern(
    r"\bthis section\b|\bsection (?:addresses|is about|provides)\b|click to expand|[:：]\s*$"
)
_MAKERS = LatePattern(r"(?:model )?(?:developers?|creators?|authors?|maintainers?)|开发者|開発者")
# Case tells a name, so this pattern alone heeds it.
_MADE_BY = re.compile(
    r"\b(?:developed|built|created|made)(?: and (?:released|open-?sourced|maintained"
    r"|trained))?(?: from scratch)? by "
    r"(?:the )?((?:[A-Z0-9][\w&.'’-]{0,30})(?: (?:of|for|and|&)(?= [A-Z])| "
    r"[A-Z][\w&.'’-]{0,30}){0,6})"
)
_NOT_THE_MODEL = LatePattern(
    r"\b(?:datasets?|data|corpus|benchmark|library|framework|tokeni[sz]er|license|based on"
    r"|teacher|technique|method)\b"
)
_LONGEST_NAME = 200
_FIRST_SECTIONS = 4
_MOST_ITEMS = 12
_ANY_LABEL = re.compile(r"[A-Z][^:：.]{2,40}[:：]\s")
_ELECTRONIC = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")


def read_prose(card: Card, subject: Subject, seen: Observations) -> None:
    """Record the texts and the date; front matter speaks before the body."""
    for key, fact in (("datasets", "training_datasets"), ("language", "languages")):
        words = words_of(card.front_matter, key)
        if words:
            text = printable(", ".join(words))
            seen.declared(fact, text, card.place(words[0]), "front matter")
    names = words_of(card.front_matter, "model_name")
    if names:
        seen.declared("model_name", printable(names[0], 200), card.place(names[0]), "front matter")
    for fact in _LABELS:
        found = None if seen.named(fact) else _labelled(card, fact) or _sectioned(card, fact)
        if found:
            seen.declared(fact, found[0], found[1])
    dated = read_release_date(card, subject)
    if dated:
        seen.declared("release_date", *dated)


def is_filled(text: str) -> bool:
    """Return whether a text is more than the placeholder of a template."""
    said = text.strip()
    return bool(said) and not _UNFILLED.match(said) and _TEMPLATE not in said.lower()


def _labelled(card: Card, fact: str) -> tuple[str, Place] | None:
    for section in card.sections:
        stated = section.stated()
        for index, passage in enumerate(stated):
            text = passage.text
            # A label may stand alone with its text in the next passage.
            if passage.label and index + 1 < len(stated) and _continues(passage, stated[index + 1]):
                text = f"{text.rstrip(':：')}: {stated[index + 1].text}"
            match = _LABELS[fact].match(text)
            if match and is_filled(match[1]):
                said = match[1].split(". ")[0] if fact == "languages" else match[1]
                return printable(said), passage.place()
    return None


def _continues(label: Passage, following: Passage) -> bool:
    """Return whether a passage is the text of the label before it, and no label itself."""
    if following.label or (label.item and following.item):
        return False
    return not _ANY_LABEL.match(following.text)


def _sectioned(card: Card, fact: str) -> tuple[str, Place] | None:
    if fact == "developer_name":
        return _first_under(card, _MAKERS) or _maker_in_prose(card)
    topic, unless = _TOPICS.get(fact, ("", ""))
    section = _first_section(card, topic, unless) if topic else None
    if section is None:
        return None
    passage = next(each for each in section.passages if _is_told(each.text))
    if fact == "contact":
        found = _ELECTRONIC.search(passage.text)
        return printable(found[0] if found else passage.text, 300), passage.place()
    return printable(_with_items(section, passage)), passage.place()


def _first_section(card: Card, topic: str, unless: str) -> Section | None:
    """Return the first section on a topic that tells something, or ``None``."""
    for section in card.sections:
        # A heading of two topics, "Intended uses and limitations", tells of uses.
        about = is_about(section, topic) and not is_about(section, unless)
        if about and any(_is_told(passage.text) for passage in section.passages):
            return section
    return None


def _is_told(text: str) -> bool:
    return is_filled(text) and not _ON_THE_CARD.search(text)


def _with_items(section: Section, first: Passage) -> str:
    """Return a passage; where a list follows it, with the list."""
    following = section.passages[section.passages.index(first) + 1 :]
    items = list(takewhile(lambda each: each.item, following[:_MOST_ITEMS]))
    if first.item or not items:
        return "; ".join(each.text for each in (first, *items))
    return f"{first.text} {'; '.join(each.text for each in items)}"


def _first_under(card: Card, title: LatePattern) -> tuple[str, Place] | None:
    for section in card.sections:
        if section.level > 1 and title.fullmatch(section.title):
            for passage in section.passages[:1]:
                if is_filled(passage.text) and len(passage.text) <= _LONGEST_NAME:
                    return printable(passage.text), passage.place()
    return None


def _maker_in_prose(card: Card) -> tuple[str, Place] | None:
    """Return who "developed and released by" names in the first sections."""
    for section in card.sections[:_FIRST_SECTIONS]:
        for sentence in section.sentences():
            match = _MADE_BY.search(sentence.text)
            if match and not _NOT_THE_MODEL.search(sentence.text[: match.start()]):
                return printable(match[1].rstrip(".")), sentence.place(match.start())
    return None
