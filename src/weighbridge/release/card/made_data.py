"""Training data that models made, with its amount and the size of its maker where told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from weighbridge.facts import Range
from weighbridge.release.card.figures import FIGURE, FigurePattern, read_figure
from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.markup import printable
from weighbridge.release.card.parts import Card, Sentence
from weighbridge.release.training import Generation
from weighbridge.text.places import Place

_TOKENS = (
    r"(?:(?:[A-Za-z][\w-]{1,15} ){0,4}?tokens?(?![A-Za-z])|(?:个?\s?(?:tokens?|词元|トークン)))"
)
_MADE = FigurePattern(
    rf"\b(?:generat(?:ed|ing)|synthesi[sz](?:ed|ing)|sampl(?:ed|ing)|produced)\s"
    rf"(?:[A-Za-z]{{2,12}} ){{0,3}}?(?P<figure>{FIGURE})\s?{_TOKENS}"
    rf"|(?:生成|合成)(?:了|した)?\s?(?P<figure2>{FIGURE})\s?{_TOKENS}"
)
_KEPT = FigurePattern(
    rf"(?P<figure>{FIGURE})\s?(?:of )?(?:[A-Za-z][\w-]{{1,15}} ){{0,3}}?"
    rf"(?:(?:synthetic|synthesi[sz]ed|generated)\s{_TOKENS}|tokens? of (?:synthetic|generated)\b"
    r"|tokens? (?:that were |which were |were )?(?:generated|synthesi[sz]ed|produced)"
    r" (?:by|with|using)\b"
    r"|(?:的)?合成(?:数据)?(?:词元|tokens?))"
)
_TEACHER = FigurePattern(
    rf"\bdistill?(?:ed|ation|ing)\b[^.;]{{0,120}}?(?P<figure>{FIGURE})\s?{_TOKENS}"
)
_KEPT_WORDS = LatePattern(
    r"\b(?:after|kept|keeping|remain\w*|filter\w*|retain\w*|select\w*)\b|过滤|筛选"
)
_PUBLIC = LatePattern(
    r"\b(?:public(?:ly)?|open(?:ly)?[- ](?:available|released|sourced?|access|data\w*)"
    r"|openly|off-the-shelf|freely available)\b|公开|公開"
)
_OWN_PASSES = LatePattern(r"\b(?:rollouts?|roll-outs?|on-policy|reinforcement|\brl\b|itself|self-)")
_SYNTHETIC = LatePattern(
    r"\bsynthetic(?:ally)?(?:[- ][\w-]{2,16}){0,3}? (?:data\w*|examples|samples|instructions"
    r"|corp\w+"
    r"|dialogu?es|conversations|text\w*|tokens)\b|合成数据|合成データ"
)
_TRAINED = LatePattern(r"train|tun(?:ed|ing)|corpus|训练|微调|学習")
_OTHERS = LatePattern(r"\b(?:unlike|compared|can|could|may|should|not|never|without|no|your|you)\b")
_SIZED_NAME = re.compile(
    r"(?<![\w.])(?:[A-Z][\w.]{0,24}(?:[- ][\w.]{1,16}){0,3}?-(?P<size>\d{1,4}(?:\.\d{1,2})?)[Bb]"
    r"(?:-A(?P<active>\d{1,3}(?:\.\d{1,2})?)B)?(?![A-Za-z])"
    r"|(?P<bare>\d{1,4}(?:\.\d{1,2})?)[- ]?(?:[Bb]|billion)[- ](?:param\w* )?"
    r"(?:model|teacher|llm)\b)"
)
_MANY_EXPERTS = re.compile(r"\d{1,3}\s?[x×]\s?\d{1,4}[Bb]\b")
_HINT = LatePattern(r"generat|synthe|sampl|distil|produc|合成|生成")
_MOST = 8


def read_made_data(card: Card) -> tuple[Generation, ...]:
    """Return the amounts of data that models made for training, without what is public."""
    found: dict[tuple[str, str], Generation] = {}
    for _, sentence in card.sentences():
        if not _HINT.search(sentence.text) or _PUBLIC.search(sentence.text):
            continue
        for each in _told(sentence):
            found.setdefault((each.words, str(each.tokens)), each)
        if len(found) >= _MOST:
            break
    return tuple(found.values())


def _told(sentence: Sentence) -> Iterator[Generation]:
    text = sentence.text
    taken: set[int] = set()
    for pattern in (_TEACHER, _MADE, _KEPT):
        for match in pattern.finditer(text):
            groups = match.groupdict()
            written = groups.get("figure") or groups.get("figure2") or ""
            figure = read_figure(written)
            start = match.start("figure") if groups.get("figure") else match.start("figure2")
            before = text[max(0, match.start() - 60) : match.start()]
            if start in taken or not figure or not figure.scaled or _OTHERS.search(before):
                continue
            taken.add(start)
            kept = pattern is _KEPT or bool(_KEPT_WORDS.search(text))
            yield Generation(
                figure.range,
                _maker(text),
                teacher=pattern is _TEACHER,
                kept=kept and pattern is not _TEACHER,
                own=bool(_OWN_PASSES.search(text)),
                place=sentence.place(match.start()),
                words=printable(match[0], 80),
            )


def _maker(text: str) -> Range | None:
    """Return the parameters at work on each token of the one model whose size is named."""
    if _MANY_EXPERTS.search(text):
        return None
    sizes = {
        match["active"] or match["size"] or match["bare"]
        for match in _SIZED_NAME.finditer(text)
        if float(match["size"] or match["bare"]) > 0
    }
    figure = read_figure(f"{sizes.pop()}B") if len(sizes) == 1 else None
    return figure.range if figure else None


def speaks_of_made_data(card: Card) -> Place | None:
    """Return where the card says that synthetic data was trained on, public data left out."""
    for _, sentence in card.sentences():
        match = _SYNTHETIC.search(sentence.text)
        if match is None or not _TRAINED.search(sentence.text) or _PUBLIC.search(sentence.text):
            continue
        if not _OTHERS.search(sentence.text[max(0, match.start() - 60) : match.start()]):
            return sentence.place(match.start())
    return None
