"""Which media a card says the model takes and gives.

Text can only show that it takes or gives a medium, never that it does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.markup import printable
from weighbridge.release.card.parts import Card, Table
from weighbridge.release.card.subject import Subject
from weighbridge.release.observations import Observations
from weighbridge.text.places import Place

_KINDS: tuple[tuple[str, str, str], ...] = (
    (r"text[- ]to[- ]image|文生图|文本生成图像|画像生成", "text", "image"),
    (r"image[- ]to[- ]image|image (?:editing|inpainting)", "image", "image"),
    (r"text[- ]to[- ]video|文生视频|動画生成", "text", "video"),
    (r"image[- ]to[- ]video|图生视频", "image", "video"),
    (
        r"text[- ]to[- ](?:speech|audio|music|sound)|\btts\b|speech synthesis|语音合成|音声合成",
        "text",
        "audio",
    ),
    (
        r"(?:automatic )?speech[- ](?:recognition|to[- ]text)|\basr\b|语音识别|音声認識",
        "audio",
        "text",
    ),
    (r"image[- ]to[- ]text|image captioning", "image", "text"),
    (r"vision[- ]language|visual[- ]language|\bvlm\b|视觉语言|画像言語", "text image", "text"),
    (
        r"(?<!vision[- ])(?<!visual[- ])language models?\b|\bllms?\b|text generation|语言模型"
        r"|語言模型|言語モデル",
        "text",
        "text",
    ),
)
_TASK = "|".join(kind for kind, _, _ in _KINDS)
# A word of another thing between "is a" and the kind: "is a filter for language models".
_PLAIN = (
    r"(?:(?!(?<![\w-])(?:for|to|of|that|which|from|with|on|by|using|based)(?![\w-]))[^.;:]){0,120}?"
)
_GROUP = r"(?:(?:[\w-]{1,20}\s){0,4}(?:collection|family|series|suite|set)s? of\s)?"
_IS = LatePattern(
    rf"(?:\b(?:is|are)\s(?:an?\s|the\s|our\s|one of the\s)|,\san?\s|是\S{{0,30}}?"
    rf"|は\S{{0,30}}?){_GROUP}{_PLAIN}(?:{_TASK})"
)
_TRAINED_FOR = LatePattern(rf"\btrained for\s(?:[\w-]{{1,20}}\s){{0,3}}(?:{_TASK})")
_LABEL = LatePattern(
    r"(?:model )?(?:type|task|category|模型类型|任务|モデルタイプ|タスク)(?:\(s\)"
    r"|s)?\s?[:：]\s?(.{3,200})"
)
_TYPE_TITLE = LatePattern(r"model type|task|模型类型|モデルタイプ")
_OTHER_KIND = LatePattern(
    r"\b(?:masked|encoder|embeddings?|classif\w+|rerank\w*|reward|retriev\w+|protein|genom\w+|dna|chemical"
    r"|tokeni[sz]er|benchmark|dataset|detector|not)\b|向量|嵌入|分类|埋め込み"
)
_INTRODUCES = r"we (?:introduce|present|released?|open-?sourced?|propose|announce|are releasing)\b"
_WE_INTRODUCE = LatePattern(_INTRODUCES)
_INTRODUCED = LatePattern(rf"{_INTRODUCES}{_PLAIN}(?:{_TASK})")
_TITLED = LatePattern(rf".{{1,60}}?(?:\s?[:：–—]\s?|\s-\s)(?:an?\s|the\s)?{_PLAIN}(?:{_TASK})$")
_WE = re.compile(r"\W{0,6}we\b", re.IGNORECASE)
_MEDIUM = {
    "text": r"texts?|code|strings?|prompts?",
    "image": r"images?|pictures?|photos?",
    "audio": r"audio|speech|sound|voice|music",
    "video": r"videos?",
}
_MEDIA = "|".join(_MEDIUM.values())
_LIST = (
    r"(?:models? (?:inputs?|generates?|accepts?|outputs?|takes?|produces?) )?(?:multilingual "
    r"|natural |plain )?"
    rf"(?:{_MEDIA})(?:(?:, and|,| and|,? or| &| \+|/) ?(?:multilingual )?(?:{_MEDIA})){{0,5}}(?: "
    rf"only)?"
)
_FLOW = LatePattern(
    rf"(?P<way>in|out)puts?(?: modalit(?:y|ies)| types?(?:\(s\))?| "
    rf"formats?)?\s?[:：]\s?(?P<media>{_LIST})(?=[.,;(]|$)"
)
_FLOW_HEADER = LatePattern(r"(?P<way>in|out)put (?:modalit(?:y|ies)|types?|media)")
_WHOLE_LIST = LatePattern(_LIST)


def read_media(card: Card, subject: Subject, seen: Observations) -> None:
    """Record the media that the card plainly says the model takes and gives, each once."""
    told: set[str] = set()
    for fact, place, words in (*_flows(card), *_kinds(card, subject)):
        if fact not in told:
            told.add(fact)
            seen.declared(fact, True, place, f"the card says `{printable(words, 80)}`")


def _kinds(card: Card, subject: Subject) -> Iterator[tuple[str, Place, str]]:
    for section in card.sections:
        if (
            section.level == 1
            and _TITLED.match(section.title)
            and not _OTHER_KIND.search(section.title)
        ):
            yield from _media_of(section.title, section.place)
        of_type = section.level > 1 and bool(_TYPE_TITLE.fullmatch(section.title))
        for at, sentence in enumerate(section.sentences()):
            words = _kind_stated(sentence.text, subject, whole=of_type and at == 0)
            yield from _media_of(words, sentence.place())


def _media_of(words: str, place: Place) -> Iterator[tuple[str, Place, str]]:
    """Yield what a model of the first kind that the words name takes and gives."""
    for kind, inputs, outputs in _KINDS:
        if re.search(kind, words, re.IGNORECASE):
            yield from _facts("inputs", inputs, place, words)
            yield from _facts("outputs", outputs, place, words)
            return


def _kind_stated(text: str, subject: Subject, *, whole: bool) -> str:
    """Return the words by which a sentence says what kind of model this is, or ``""``."""
    if not _HINT.search(text) or _OTHER_KIND.search(text):
        return ""
    if whole:
        return text
    label = _LABEL.match(text)
    if label:
        return label[1]
    if not subject.speaks_of_itself(text) or (_WE.match(text) and not _WE_INTRODUCE.search(text)):
        return ""
    stated = _IS.search(text) or _TRAINED_FOR.search(text) or _INTRODUCED.search(text)
    return stated[0] if stated and subject.is_own(text, stated.start()) else ""


_HINT = LatePattern(_TASK)


def _flows(card: Card) -> Iterator[tuple[str, Place, str]]:
    for section, sentence in card.sentences():
        flow = _FLOW.match(sentence.text)
        if flow and section.level < 6:
            prefix = f"{flow['way'].lower()}puts"
            yield from _named(prefix, flow["media"], sentence.place(), flow[0])
    for section in card.sections:
        for table in section.tables:
            yield from _columns(table)


def _columns(table: Table) -> Iterator[tuple[str, Place, str]]:
    for index, head in enumerate(table.rows[0] if table.rows else ()):
        way = _FLOW_HEADER.fullmatch(head.text[:60])
        for row in table.rows[1:] if way else ():
            if way and index < len(row) and _WHOLE_LIST.fullmatch(row[index].text[:120]):
                prefix = f"{way['way'].lower()}puts"
                words = f"{head.text}: {row[index].text}"
                yield from _named(prefix, row[index].text, table.place(row[index]), words)


def _named(prefix: str, media: str, place: Place, words: str) -> Iterator[tuple[str, Place, str]]:
    for medium, pattern in _MEDIUM.items():
        if re.search(rf"\b(?:{pattern})\b", media, re.IGNORECASE):
            yield f"{prefix}_{medium}", place, words


def _facts(prefix: str, media: str, place: Place, words: str) -> Iterator[tuple[str, Place, str]]:
    for medium in media.split():
        yield f"{prefix}_{medium}", place, words
