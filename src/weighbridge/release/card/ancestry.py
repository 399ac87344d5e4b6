"""From which model a card says this one was made, or that it was made from none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from weighbridge.release.card.front_matter import words_of
from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.markup import printable
from weighbridge.release.card.parts import Card, Sentence
from weighbridge.release.card.subject import Subject
from weighbridge.release.observations import Observations
from weighbridge.text.places import Place

_NAME = (
    r"[A-Za-z0-9][\w.-]{1,60}/[A-Za-z0-9][\w.-]{1,80}"
    r"|[A-Z][A-Za-z]{1,20}[\w.-]{0,40}\d[\w.-]{0,40}"
)
_LABEL = LatePattern(
    r"(?:base model|fine-?tuned from(?: model)?(?: \[optional\])?|parent model|基础模型|基座模型"
    rf"|ベースモデル)\s?[:：]\s?(?P<base>{_NAME})"
)
_LABEL_CELL = LatePattern(r"(?:base|parent) model|基础模型|基座模型|ベースモデル")
_MADE_FROM = LatePattern(
    r"\b(?:fine-?tuned?|fine-?tuning|adapter|lora|quanti[sz]ed|merged?|initiali[sz]ed"
    r"|continued training)\b(?: [\w-]{2,20}){0,3}? (?:of|from|for|on top of)"
    rf"(?: the)? (?P<base>{_NAME})"
)
_BASED_ON = LatePattern(
    rf"\b(?:trained|fine-?tuned|built|developed) (?:based on|on top of|upon) (?:the "
    rf")?(?P<base>{_NAME})(?=[.,;) ]|$)"
)
_IS = LatePattern(r"\b(?:is|was|are|were|been|we)\b")
_MAY = LatePattern(r"\b(?:can|may|could|should|might|would|will|if|how to|to be|not|never|you)\b")
_SCRATCH = LatePattern(
    r"\b(?:pre-?)?trained? (?:[\w-]{2,20} ){0,4}?from (?:scratch|zero|random initiali[sz]ation)\b"
    r"|从零(?:开始)?(?:预)?训练|从头(?:开始)?(?:预)?训练"
)
_OF_ANOTHER = LatePattern(r"\b(?:base model|encoder|tokeni[sz]er|baseline|head|parent)\b")
_WHOLE_NAME = re.compile(_NAME)


def read_ancestry(card: Card, subject: Subject, seen: Observations) -> None:
    """Record ``base_model`` and ``has_base_model`` as the card declares them.

    Front matter speaks before the body. A stated training from scratch sets the flag false;
    silence never does.
    """
    named = words_of(card.front_matter, "base_model")
    if named:
        relation = words_of(card.front_matter, "base_model_relation")
        note = f"relation `{printable(relation[0], 40)}`" if relation else "front matter"
        place = card.place(named[0])
        seen.declared("base_model", printable(", ".join(named)), place, note)
        seen.declared("has_base_model", True, place, "the front matter names a base model")
    else:
        _read_body(card, subject, seen)
    scratch = _from_scratch(card, subject)
    if scratch:
        words = printable(scratch.text, 120)
        seen.declared("has_base_model", False, scratch.place(), f"the card says: {words}")


def _read_body(card: Card, subject: Subject, seen: Observations) -> None:
    for base, place in (*_in_tables(card), *_in_sentences(card, subject)):
        name = printable(base.rstrip("."), 160)
        seen.declared("base_model", name, place, "the body of the card")
        seen.declared("has_base_model", True, place, f"the card names the base model `{name}`")
        return


def _in_tables(card: Card) -> Iterator[tuple[str, Place]]:
    for section in card.sections:
        for table in section.tables:
            for row in table.rows:
                if len(row) == 2 and _LABEL_CELL.fullmatch(row[0].text):
                    found = _WHOLE_NAME.fullmatch(row[1].text)
                    if found:
                        yield found[0], table.place(row[1])


def _in_sentences(card: Card, subject: Subject) -> Iterator[tuple[str, Place]]:
    for _, sentence in card.sentences():
        text = sentence.text
        match = _LABEL.search(text)
        if match:
            yield match["base"], sentence.place(match.start())
            continue
        match = _MADE_FROM.search(text) or _BASED_ON.search(text)
        if match and subject.is_own(text, match.start()):
            before = text[: match.start()]
            if not _MAY.search(before) and (not before.strip() or _IS.search(before)):
                yield match["base"], sentence.place(match.start())


def _from_scratch(card: Card, subject: Subject) -> Sentence | None:
    for _, sentence in card.sentences():
        match = _SCRATCH.search(sentence.text)
        if match and subject.is_own(sentence.text, match.start()):
            before = sentence.text[: match.start()]
            clause = before.rpartition(", ")[2]
            if not _MAY.search(before) and not _OF_ANOTHER.search(clause):
                return sentence
    return None
