"""Training compute as a card states it, and the formulas it works it out by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import prod

from weighbridge.facts import Finding, Range, Severity
from weighbridge.release.card.claims import MOST_CLAIMS, Claim
from weighbridge.release.card.figures import FIGURE, Figure, FigurePattern, read_figure
from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.markup import printable
from weighbridge.release.card.parts import Card, Section, Sentence
from weighbridge.release.card.subject import Subject

_PREFIXES = {
    "": 1.0,
    "t": 1e12,
    "tera": 1e12,
    "p": 1e15,
    "peta": 1e15,
    "e": 1e18,
    "exa": 1e18,
    "z": 1e21,
    "zetta": 1e21,
    "y": 1e24,
    "yotta": 1e24,
}
_SECONDS_OF_A_DAY = 86_400.0
_STATED = FigurePattern(
    rf"(?P<figure>{FIGURE})\s?-?(?P<prefix>tera|peta|exa|zetta|yotta|[TPEZY])?-?"
    r"(?P<unit>flops?(?:[/-]s)?[- ]days?|flops?\b|floating[- ]point operations)"
    r"(?!\s?(?:/|per\b|-?seconds?|/s))"
)
_LABEL = FigurePattern(
    r"(?:training compute|compute used|total compute|flops?)\s?(?:\([^()]{0,30}\)\s?)?"
    rf"(?:[:：=≈]|is|was|of)\s?(?:of\s)?(?P<figure>{FIGURE})\s?"
    r"(?P<prefix>)(?P<unit>)(?![\w/]|\s?(?:tera|peta|exa|zetta|[TPEZY])?flop|\s?[×x*])"
)
_TRAINED = LatePattern(r"train|comput|训练|算力|学習")
_RATE = LatePattern(
    r"\b(?:per (?:token|second|gpu|forward|step|image|sample)|throughput|inference|peak|forward"
    r" pass|mfu|utili[sz]ation)\b"
)
_YARDSTICK = LatePattern(
    r"\b(?:threshold|limit|presum\w+|cut-?off|ceiling|regulation|act|article|line of)\b"
)
_BASE = LatePattern(r"\b(?:base|parent|foundation|original) model\b|基座|基础模型")
_TUNED = LatePattern(
    r"fine-?tun|\blora\b|adapter|\bsft\b|continu\w+ (?:pre-?)?train|post-?train|modif|微调"
)
_CLAUSE_END = re.compile(r"[,;(] |[，；（]")
_NAMED = LatePattern(r"\btrain(?:ing)? compute\b|\bcompute (?:used|spent)\b")
_LEAST = 1e12
_LEAST_NAMED = 1e6
_LEAST_PRODUCT = 1e9
_TIMES = r"\s?[×x*·]\s?"
_FACTORS = [
    rf"(?P<f{number}>{FIGURE})(?:\s?(?:params?|parameters|tokens|hours|gpus|s|flop/?s?))?"
    for number in range(1, 5)
]
_FORMULA = FigurePattern(
    rf"{_FACTORS[0]}{_TIMES}{_FACTORS[1]}(?:{_TIMES}{_FACTORS[2]})?(?:{_TIMES}{_FACTORS[3]})?"
    rf"\s?(?:=|≈|~)\s?(?P<result>{FIGURE})"
    r"\s?(?P<prefix>tera|peta|exa|zetta|yotta|[TPEZY](?=flop))?(?:flops?)?"
)
_MOST_OFF = 0.05


def read_flops(card: Card, subject: Subject, *, has_base: bool) -> list[Claim]:
    """Return the compute figures a card states, in FLOP.

    Each is ``base_compute`` where the words speak of the base model, ``modification_compute``
    where they speak of tuning, else ``training_compute``. In a release made from a base a bare
    figure may be the whole or only what was added: it bounds both (``training_compute`` from
    below, ``own_compute`` from above).
    """
    claims: list[Claim] = []
    for section, sentence in card.sentences():
        if len(claims) >= MOST_CLAIMS:
            break
        if re.search(r"flop|floating|comput", sentence.text, re.IGNORECASE):
            claims.extend(_stated(section, sentence, subject))
    if not has_base:
        return [claim for claim in claims if claim.fact != "base_compute"]
    return [each for claim in claims for each in _beside_a_base(claim)]


def _beside_a_base(claim: Claim) -> Iterator[Claim]:
    if claim.fact != "training_compute":
        yield claim
        return
    low, high = Range(claim.range.low, None), Range(None, claim.range.high)
    yield Claim("training_compute", low, claim.place, claim.words)
    yield Claim("own_compute", high, claim.place, claim.words)


def _stated(section: Section, sentence: Sentence, subject: Subject) -> Iterator[Claim]:
    text = sentence.text
    trained = _TRAINED.search(text) or _TRAINED.search(section.title)
    if not trained:
        return
    taken: set[int] = set()
    for match in (*_STATED.finditer(text), *_LABEL.finditer(text)):
        start, end = match.span("figure")
        figure = read_figure(match["figure"])
        if end in taken or not figure or not subject.is_own(text, start):
            continue
        before = _CLAUSE_END.split(text[max(0, start - 30) : match.start()])[-1]
        near = before + _CLAUSE_END.split(text[match.start() : match.end() + 30])[0]
        range_ = _flop(figure, match)
        if _YARDSTICK.search(near) or _RATE.search(near):
            continue
        least = _LEAST_NAMED if _NAMED.search(text) else _LEAST
        if (range_.low or range_.high or 0) < least:
            continue
        taken.add(end)
        words = printable(match[0], 80)
        yield Claim(_fact(text, section), range_, sentence.place(start), words)


def _flop(figure: Figure, match: re.Match[str]) -> Range:
    times = _PREFIXES[(match["prefix"] or "").lower()]
    if "day" in (match["unit"] or "").lower():
        times *= _SECONDS_OF_A_DAY
    return _times(figure.range, times)


def _times(range_: Range, times: float) -> Range:
    low = None if range_.low is None else range_.low * times
    high = None if range_.high is None else range_.high * times
    return Range(low, high)


def _fact(text: str, section: Section) -> str:
    if _TUNED.search(text) or _TUNED.search(section.title):
        return "modification_compute"
    return "base_compute" if _BASE.search(text) else "training_compute"


def check_formulas(card: Card) -> Iterator[Finding]:
    """Yield a finding for each product in the card that does not give what the card says.

    A result counts as wrong when it lies more than 5 % from the product of the factors as
    written, beyond its own rounding.
    """
    for _, sentence in card.sentences():
        if "=" not in sentence.text and "≈" not in sentence.text and "~" not in sentence.text:
            continue
        for match in _FORMULA.finditer(sentence.text):
            factors = [read_figure(match[f"f{n}"]) for n in range(1, 5) if match[f"f{n}"]]
            result = read_figure(match["result"])
            if result is None or not all(factors):
                continue
            product = prod(factor.value for factor in factors if factor)
            if product < _LEAST_PRODUCT:
                continue
            claimed = _times(result.range, _PREFIXES[(match["prefix"] or "").lower()])
            if not Range(product * (1 - _MOST_OFF), product * (1 + _MOST_OFF)).meets(claimed):
                words = printable(match[0], 120)
                right = f"{product:.3g}".replace("e+", "e")
                message = f"the card says `{words}`, but the product is {right}"
                place = sentence.place(match.start())
                yield Finding("formula-wrong", Severity.MEDIUM, message, (place,))
