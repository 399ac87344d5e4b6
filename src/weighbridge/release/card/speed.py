"""How fast the accelerators worked in training, as a card states it, and in which formats."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from weighbridge.facts import Range
from weighbridge.release.card.figures import FIGURE, FigurePattern, read_figure
from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.markup import printable
from weighbridge.release.card.parts import Card, Section, Sentence
from weighbridge.release.card.subject import Subject
from weighbridge.release.training import Speed

_PREFIXES = {"giga": 1e9, "g": 1e9, "tera": 1e12, "t": 1e12, "peta": 1e15, "p": 1e15}
_ONE = r"(?:gpu|tpu|npu|accelerator|chip|device|card|[AHBV]\d{2,3}\b[\w-]{0,8})"
_OPERATIONS = r"(?P<prefix>giga|tera|peta|[GTP])-?flops?"
_A_SECOND = r"(?:\s?/\s?s(?:ec)?\b|ps\b|\s?(?:per|a) second)"
_RATE = FigurePattern(
    rf"(?P<figure>{FIGURE})\s?(?P<model>model )?{_OPERATIONS}{_A_SECOND}?"
    rf"\s?(?:/|per|on each|for each|on a single)\s?(?:\w{{1,12}} )?{_ONE}{_A_SECOND}?"
)
_RATE_LABEL = FigurePattern(
    rf"(?:per|each|single)[- ]{_ONE} (?:throughput|performance|rate)[^.\d]{{0,30}}?"
    rf"(?P<figure>{FIGURE})\s?(?P<model>model )?{_OPERATIONS}"
    rf"|(?:每张?|单)(?:卡|GPU)[^。\d]{{0,20}}?(?P<figure2>{FIGURE})\s?(?P<prefix2>[GTP])flops?"
)
_SHARE_WORDS = (
    r"(?P<kind>(?<![A-Za-z])[mh]fu(?![A-Za-z])"
    r"|(?:model|hardware|peak) flops? ?/?s? utili[sz]ation|算力利用率)"
)
_PER_CENT = (
    r"(?<![A-Za-z0-9_.])(?P<low>\d{1,2}(?:\.\d{1,2})?)\s?%?"
    r"(?:\s?(?:-|–|to|~|至)\s?(?P<high>\d{1,2}(?:\.\d{1,2})?))?\s?%"
)
_SHARE_BEHIND = LatePattern(
    rf"{_SHARE_WORDS}\)?(?:[^.%\d]|\.(?!\d)){{0,30}}?"
    rf"(?:{_PER_CENT}|(?<![A-Za-z0-9_])(?P<share>0\.\d{{1,4}})(?![\d%]))"
)
_SHARE_BEFORE = LatePattern(rf"{_PER_CENT}\s(?:[\w-]{{1,12}}\s){{0,3}}?\(?{_SHARE_WORDS}")
_TRAINED = LatePattern(r"train|throughput|achiev|reach|sustain|attain|训练|学習")
_NOT_IT = LatePattern(
    r"\b(?:inference|serving|decod\w+|prefill|peak|theoretical|maximum|capable|up to)\b|推理|峰值"
)
_FORMATS = {
    "fp8": LatePattern(
        r"\bfp8\b (?:mixed[- ]precision )?(?:pre-?)?training"
        r"|(?:pre-?)?train(?:ed|ing)?\b[^.;]{0,60}\bfp8\b|fp8\s?(?:混合精度)?训练"
    ),
    "fp32": LatePattern(
        r"training regime[^.;]{0,12}\bfp32\b(?! mixed)"
        r"|train(?:ed|ing)\b[^.;]{0,60}\b(?:fp32|float32|single precision|full precision)\b"
    ),
}
_NO_FORMAT = LatePattern(
    r"\b(?:quanti[sz]\w+|inference|checkpoints?|weights|convert\w*|can|may|not|without|unlike|mixed"
    r"|master|accumul\w+)\b"
)
_EXPERTS = LatePattern(r"\bmixture[- ]of[- ]experts\b|\bmoe\b|混合专家|専門家混合")
_SPEED_HINT = LatePattern(r"flop|mfu|hfu|算力利用率")


def read_rate(card: Card, subject: Subject) -> Speed | None:
    """Return the operations per second that one accelerator is said to have reached.

    Where a card gives several, the hull of them.
    """
    return _joined(list(_sentences(card, subject, _rates)))


def read_share(card: Card, subject: Subject) -> Speed | None:
    """Return the share of the peak rate that is said to have been reached, by FLOP alone.

    How busy a device was (its utilisation as its driver shows it) is another thing.
    """
    return _joined(list(_sentences(card, subject, _shares)))


_Reader = Callable[[Sentence, Subject], Iterator[Speed]]


def _sentences(card: Card, subject: Subject, read: _Reader) -> Iterator[Speed]:
    for section, sentence in card.sentences():
        text = sentence.text
        if not _SPEED_HINT.search(text) or _NOT_IT.search(section.title):
            continue
        if _TRAINED.search(text) or _TRAINED.search(section.title):
            yield from read(sentence, subject)


def _rates(sentence: Sentence, subject: Subject) -> Iterator[Speed]:
    text = sentence.text
    for pattern in (_RATE, _RATE_LABEL):
        for match in pattern.finditer(text):
            groups = match.groupdict()
            figure = read_figure(groups["figure"] or groups.get("figure2") or "")
            prefix = groups["prefix"] or groups.get("prefix2") or ""
            if figure is None or figure.value <= 0 or not _own(text, match, subject):
                continue
            times = _PREFIXES[prefix.lower()]
            low, high = figure.range.low, figure.range.high
            if low is None or high is None:
                continue
            model = bool(groups["model"]) or "model flop" in text.lower()
            words = printable(match[0], 80)
            place = sentence.place(match.start())
            yield Speed(Range(low * times, high * times), model, place, words)


def _shares(sentence: Sentence, subject: Subject) -> Iterator[Speed]:
    text = sentence.text
    for pattern in (_SHARE_BEFORE, _SHARE_BEHIND):
        found = list(pattern.finditer(text))
        for match in found:
            groups = match.groupdict()
            if groups.get("share"):
                ends = [float(groups["share"])] * 2
                half = 0.5 * 10.0 ** -(len(groups["share"]) - 2)
            else:
                ends = [float(groups[end] or groups["low"]) / 100 for end in ("low", "high")]
                half = 0.005
            low, high = min(ends) - half, max(ends) + half
            if 0 < low <= high < 1 and _own(text, match, subject):
                kind = groups["kind"].lower()
                model = kind.startswith(("mfu", "model"))
                words = printable(match[0], 80)
                yield Speed(Range(low, high), model, sentence.place(match.start()), words)
        if found:
            return


def _own(text: str, match: re.Match[str], subject: Subject) -> bool:
    near = text[max(0, match.start() - 40) : match.end() + 20]
    peak_share = re.search(r"of (?:the )?peak", near, re.IGNORECASE)
    return bool(peak_share or not _NOT_IT.search(near)) and subject.is_own(text, match.start())


def _joined(speeds: list[Speed]) -> Speed | None:
    if not speeds:
        return None
    first = speeds[0]
    range_ = first.range
    for each in speeds[1:]:
        range_ = range_.hull(each.range)
    words = "; ".join(dict.fromkeys(each.words for each in speeds[:4]))
    return Speed(range_, all(each.model_only for each in speeds), first.place, words)


def read_formats(card: Card, subject: Subject) -> frozenset[str]:
    """Return ``fp8`` and ``fp32`` where the card says that it was trained in them."""
    found: set[str] = set()
    for section, sentence in card.sentences():
        if "fp8" in sentence.text.lower() or _FORMATS["fp32"].search(sentence.text):
            found.update(_formats(section, sentence, subject))
    return frozenset(found)


def _formats(section: Section, sentence: Sentence, subject: Subject) -> Iterator[str]:
    for name, pattern in _FORMATS.items():
        match = pattern.search(sentence.text)
        if match and subject.is_own(sentence.text, match.start()):
            said = _FORMAT_OF_TRAINING.sub(" ", match[0])
            if not _NO_FORMAT.search(said) and not _NOT_IT.search(section.title):
                yield name


_FORMAT_OF_TRAINING = re.compile(r"(?<=fp8 )mixed|mixed(?=.precision)", re.IGNORECASE)


def says_experts(card: Card, subject: Subject) -> bool:
    """Return whether the card says that its model is a mixture of experts."""
    return any(
        subject.is_own(sentence.text, match.start())
        for _, sentence in card.sentences()
        if (match := _EXPERTS.search(sentence.text))
    )
