"""Training compute as a card states it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from weighbridge.facts import Range
from weighbridge.release.card.claims import MOST_CLAIMS, Claim
from weighbridge.release.card.figures import FIGURE, Figure, FigurePattern, read_figure
from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.markup import printable
from weighbridge.release.card.parts import Card, Section, Sentence
from weighbridge.release.card.phases import is_tuning, phase_near
from weighbridge.release.card.subject import Subject

PREFIXES = {
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
SECONDS_OF_A_DAY = 86_400.0
_PREFIX = r"tera|peta|exa|zetta|yotta|[TPEZY]"
_STATED = FigurePattern(
    rf"(?P<figure>{FIGURE})\s?-?(?P<prefix>{_PREFIX})?-?"
    r"(?P<unit>f(?:lops?)?(?:[/-]?s)?[- ]days?|flops?(?![A-Za-z])|floating[- ]point operations"
    r"|次?浮点运算|回?の?浮動小数点演算)"
    r"(?!\s?(?:/|per\b|-?seconds?|/s|a second))"
)
_LABEL = FigurePattern(
    r"(?:training compute|compute used|total compute|flops?"
    r"|(?:训练|総|总)?计?計?算量|计算量|算力)\s?"
    r"(?:\([^()]{0,30}\)\s?)?"
    rf"(?:[:：=≈]|is|was|of|约?为|约|は)\s?(?:of\s)?(?P<figure>{FIGURE})\s?"
    rf"(?P<prefix>)(?P<unit>)(?![\w/]|\s?(?:{_PREFIX})?f(?:lop|\b)|\s?[×x*])"
)
_TRAINED = LatePattern(r"train|comput|训练|算力|学習|计算|計算")
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
_HINT = LatePattern(r"flop|floating|comput|pf?-?days?\b|浮点|浮動|算力|计算量|計算量")
_WHOLE = LatePattern(
    r"\b(?:total\w*|overall|altogether|in all|all (?:stages|phases)|cumulative)\b|总|総"
)
_NAMED = LatePattern(r"\btrain(?:ing)? compute\b|\bcompute (?:used|spent)\b")
_LEAST = 1e12
_LEAST_NAMED = 1e6


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
        if _HINT.search(sentence.text):
            claims.extend(_stated(section, sentence, subject))
    if not has_base:
        return _of_one_model([claim for claim in claims if claim.fact != "base_compute"])
    return [each for claim in claims for each in _beside_a_base(claim)]


def _of_one_model(claims: list[Claim]) -> list[Claim]:
    """Return the claims; tuning beside other phases, each with its compute, is one phase more."""
    others = [claim for claim in claims if claim.fact == "training_compute"]
    if not others or not all(claim.phase for claim in others):
        return claims
    return [replace(claim, fact="training_compute") for claim in claims]


def _beside_a_base(claim: Claim) -> Iterator[Claim]:
    if claim.fact != "training_compute":
        yield claim
        return
    low, high = Range(claim.range.low, None), Range(None, claim.range.high)
    yield replace(claim, fact="training_compute", range=low)
    yield replace(claim, fact="own_compute", range=high)


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
        phase = phase_near(text, *match.span("figure"), section.title)
        whole = bool(_WHOLE.search(text[max(0, start - 60) : end]))
        place = sentence.place(start)
        yield Claim(_fact(text, section, phase), range_, place, words, whole, phase)


def _flop(figure: Figure, match: re.Match[str]) -> Range:
    times = PREFIXES[(match["prefix"] or "").lower()]
    if "day" in (match["unit"] or "").lower():
        times *= SECONDS_OF_A_DAY
    return times_range(figure.range, times)


def times_range(range_: Range, times: float) -> Range:
    """Return a range with both ends multiplied."""
    low = None if range_.low is None else range_.low * times
    high = None if range_.high is None else range_.high * times
    return Range(low, high)


def _fact(text: str, section: Section, phase: str) -> str:
    if phase:
        tuned = is_tuning(phase)
    else:
        tuned = bool(_TUNED.search(text) or _TUNED.search(section.title))
    if tuned:
        return "modification_compute"
    return "base_compute" if _BASE.search(text) else "training_compute"
