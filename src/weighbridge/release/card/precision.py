"""In which number format a card says the weights are stored, and whether they were quantised."""

from __future__ import annotations

from collections.abc import Iterator

from weighbridge.release.card.front_matter import words_of
from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.markup import printable
from weighbridge.release.card.parts import Card
from weighbridge.release.card.subject import Subject
from weighbridge.release.observations import Observations
from weighbridge.text.places import Place

_NAMES = {
    "bf16": "BF16",
    "bfloat16": "BF16",
    "f16": "F16",
    "fp16": "F16",
    "float16": "F16",
    "f32": "F32",
    "fp32": "F32",
    "float32": "F32",
}
_FORMAT = r"(?P<format>bf16|bfloat16|f(?:p|loat)?16|f(?:p|loat)?32)"
_LABEL = LatePattern(
    r"(?:tensor type|data ?type|(?:torch[_ ])?dtype|(?:weight |model )?precision"
    r"|weights?(?: format| type| dtype)|数据类型|权重精度|精度)\s?[:：]\s?"
    rf"(?:torch\.)?{_FORMAT}\b(?!\s?(?:,|/|or\b|and\b)\s?(?:bf|f|int))(?!\s?(?:training|compute|mixed|activations?))"
)
_STORED = LatePattern(
    r"\bweights are (?:stored|released|provided|published|shipped|saved|distributed) (?:in|as) "
    rf"(?:the )?{_FORMAT}\b"
)
_QUANTISED_WORD = (
    r"(?:[2-8][- ]?bits?|int[248]|nf4|gptq|awq|exl2|q[2-8]_[k0-9][\w]{0,6}|bitsandbytes|hqq|aqlm)"
)
_QUANTISATION = LatePattern(
    r"quanti[sz]ation(?: method| type| scheme| format)?\s?[:：]\s?(?:\w+ ){0,2}"
    rf"{_QUANTISED_WORD}\b"
)
_QUANTISED = LatePattern(
    rf"\b(?:is|contains|holds|hosts)\s(?:an?\s|the\s)?(?:[\w-]{{1,20}}\s){{0,3}}?"
    rf"(?:{_QUANTISED_WORD}[\s-])?quanti[sz]ed\s(?:[\w-]{{1,20}}\s){{0,2}}?"
    r"(?:version|variant|model|weights|checkpoint|copy|files)\b"
)
_REPOSITORY = LatePattern(
    r"\W*(?:this is|it is|(?:this|the) (?:repo(?:sitory)?|model|checkpoint))\b"
)
_OPENING = 40
_RELATION = "base_model_relation"


def read_precision(card: Card, subject: Subject, seen: Observations) -> None:
    """Record the number format and the quantisation that the card plainly states of its weights.

    A card that names several formats, as one of several files does, states none.
    """
    formats = dict(_formats(card, subject))
    if len(formats) == 1:
        ((name, place),) = formats.items()
        seen.declared("weight_dtypes", name, place, "as the card states")
    quantised = next(_quantised(card, subject), None)
    if quantised is not None:
        place, words = quantised
        seen.declared("is_quantised", True, place, f"the card says `{printable(words, 80)}`")


def _formats(card: Card, subject: Subject) -> Iterator[tuple[str, Place]]:
    for _, sentence in card.sentences():
        match = _LABEL.match(sentence.text) or _STORED.search(sentence.text)
        if match and subject.is_own(sentence.text, match.start()):
            yield _NAMES[match["format"].lower()], sentence.place(match.start())


def _quantised(card: Card, subject: Subject) -> Iterator[tuple[Place, str]]:
    for node in words_of(card.front_matter, _RELATION):
        if node.lower() == "quantized":
            yield card.place(node), f"{_RELATION}: {node}"
    for _, sentence in card.sentences():
        text = sentence.text
        label = _QUANTISATION.match(text)
        if label:
            yield sentence.place(), label[0]
        elif "uanti" in text:
            stated = _QUANTISED.search(text)
            own = _REPOSITORY.match(text) or subject.owns(text[:_OPENING]) is True
            if stated and own and " not " not in text:
                yield sentence.place(), stated[0]
