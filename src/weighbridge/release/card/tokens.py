"""On how many tokens a card says the model was trained, or its base was tuned."""

from __future__ import annotations

from collections.abc import Iterator

from weighbridge.facts import Range
from weighbridge.release.card.claims import MOST_CLAIMS, Claim, agreed, of_fact
from weighbridge.release.card.epochs import repeated, stated_epochs
from weighbridge.release.card.figures import FIGURE, Figure, FigurePattern, read_figure
from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.markup import printable
from weighbridge.release.card.parts import Card, Section, Sentence, Table
from weighbridge.release.card.phases import clause_behind, is_tuning, phase_near
from weighbridge.release.card.subject import Subject
from weighbridge.release.training import PRETRAINING

_TOKENS = r"(?:(?:个|個の?|の|개의?)?\s?(?:tokens?(?![A-Za-z])|词元|詞元|トークン|토큰))"
_STATED = FigurePattern(
    rf"(?P<figure>{FIGURE})\s?(?P<words>(?:[A-Za-z][\w/-]{{1,20}},?\s){{0,5}}?){_TOKENS}"
)
_LABEL = FigurePattern(
    r"(?:(?:training|pre-?training|total|seen|number of|trained)\s){1,3}tokens?(?:\scount)?\s?"
    rf"(?:seen\s?)?(?:\([^()]{{0,30}}\)\s?)?[:：=]\s?(?P<figure>{FIGURE})"
)
_TRAINED = LatePattern(
    r"train|pre-?train|anneal|tun(?:ed|ing)|corpus|data|seen|\bsaw\b|learn"
    r"|token (?:count|budget)|训练|訓練|语料|学習|학습|훈련|entra[iî]n|entren|addestra|trein"
)
_OTHER_MEASURE = LatePattern(
    r"\b(?:context|length|windows?|sequences?|batch\w*|vocab\w*|max\w*|prompts?|inputs?|outputs?"
    r"|limit|generat\w+|per|every|unique|extend\w*|first|each(?! model)|rate|speed|latency"
    r"|contain\w*)\b"
    r"|上下文|长度|長"
)
_RATE = LatePattern(r"\s?(?:/|per\b|a second|each\b)")
_TUNED = LatePattern(
    r"fine-?tun|instruct\w*[- ]tun|\bsft\b|adapt(?:ed|er|ation)|lora\b"
    r"|continu\w*[- ](?:\w{2,8} ){0,2}(?:pre-?)?train|further (?:pre-?)?train|post-?train"
    r"|微调|継続"
)
_PRETRAINED = LatePattern(r"pre-?train|预训练")
_ALTERNATIVE = FigurePattern(rf"{FIGURE}\s?(?:tokens\s)?(?:or|and|to|/|–|-|,)\s?$")
_WHOLE = LatePattern(r"\b(?:total\w*|overall|altogether|in all|all stages)\b|总")
_HEADER = LatePattern(
    r"(?:#\s?(?:of\s)?)?(?:(?:training|pre-?training|pre-?trained|number of|total|seen)\s)*"
    r"tokens?(?:\s(?:count|seen|trained))?"
)
_ONE_FIGURE = FigurePattern(rf"{FIGURE}(?:\s?tokens)?")
_HINTS = ("tok", "词元", "詞元", "トークン", "토큰")
_LEAST = 1_000.0
# "Two epochs over 5B tokens" is how many, not more than that.
_OVER = LatePattern(r"over \S")
_EPOCHS = LatePattern(r"(?:epochs?|passes) $")
_MODEL_SIZED = 1e9


def read_tokens(card: Card, subject: Subject, *, has_base: bool) -> list[Claim]:
    """Return the token counts stated, as ``training_tokens`` or ``tuning_tokens``.

    Tokens of fine-tuning or continued training are tuning tokens; in a release made from a
    base (``has_base``) so is a bare "trained on", which must never pass for the whole. Tables
    speak only where sentences are silent and no base is named. "On 4T or 5T tokens" speaks of
    several models, and then nothing in the card is taken to be this one's.
    """
    claims: list[Claim] = []
    epochs = stated_epochs(card)
    for section, sentence in card.sentences():
        if len(claims) >= MOST_CLAIMS:
            break
        lowered = sentence.text.lower()
        if any(word in lowered for word in _HINTS):
            claims.extend(_stated(section, sentence, subject, epochs, has_base=has_base))
    if any(claim.range.open for claim in claims):
        return []
    if has_base:
        return claims
    trained = of_fact(claims, "training_tokens")
    tables = [claim for s in card.sections for table in s.tables for claim in _tabled(table)]
    # A table that agrees may say it more finely.
    return claims + tables if not trained or agreed([*trained, *tables]) else claims


def _stated(
    section: Section, sentence: Sentence, subject: Subject, epochs: float, *, has_base: bool
) -> Iterator[Claim]:
    text = sentence.text
    taken: set[int] = set()
    for pattern in (_LABEL, _STATED):
        for match in pattern.finditer(text):
            start, end = match.span("figure")
            written = match["figure"]
            if _OVER.match(written) and _EPOCHS.search(text[:start]):
                written, start = written[len("over ") :], start + len("over ")
            figure = _usable(written)
            before = text[max(0, start - 40) : start]
            labelled = pattern is _LABEL
            if end in taken or figure is None or _RATE.match(text, match.end()):
                continue
            if not labelled and (
                _OTHER_MEASURE.search(before)
                or _OTHER_MEASURE.search(match["words"])
                or not _TRAINED.search(text[: match.end() + 40])
            ):
                continue
            if subject.is_own(text, start):
                taken.add(end)
                phase = phase_near(text, start, end, section.title)
                fact = _fact(text, (start, end), phase, section, has_base=has_base)
                if figure.value >= _MODEL_SIZED and _ALTERNATIVE.search(text[:start]):
                    yield Claim(fact, Range(None, None), sentence.place(start), match[0])
                    continue
                whole = bool(_WHOLE.search(text[max(0, start - 60) : match.end()]))
                words = printable(match[0], 80)
                range_ = figure.range if whole else repeated(figure.range, text, start, end, epochs)
                yield Claim(fact, range_, sentence.place(start), words, whole, phase)


def _usable(written: str) -> Figure | None:
    figure = read_figure(written)
    return figure if figure and figure.scaled and figure.value >= _LEAST else None


def _fact(text: str, span: tuple[int, int], phase: str, section: Section, *, has_base: bool) -> str:
    start, end = span
    if phase and is_tuning(phase):
        return "tuning_tokens"
    if phase == PRETRAINING or (phase and not has_base):
        return "training_tokens"
    near = text[max(0, start - 120) : end] + clause_behind(text, end)
    if _TUNED.search(near):
        return "tuning_tokens"
    if _PRETRAINED.search(near):
        return "training_tokens"
    if not has_base and not _TUNED.search(section.title):
        return "training_tokens"
    return "tuning_tokens"


def _tabled(table: Table) -> Iterator[Claim]:
    if not table.rows:
        return
    cells = [
        row[index]
        for index, head in enumerate(table.rows[0])
        if _HEADER.fullmatch(head.text)
        for row in table.rows[1:]
        if index < len(row)
    ]
    for row in table.rows:
        # A row with several different values compares models.
        if len({cell.text for cell in row[1:]}) == 1 and _HEADER.fullmatch(row[0].text.rstrip(":")):
            cells.append(row[1])
    for cell in dict.fromkeys(cells):
        figure = read_figure(cell.text) if _ONE_FIGURE.fullmatch(cell.text) else None
        if figure and figure.scaled and figure.value >= 1e6:
            words = printable(cell.text, 60)
            yield Claim("training_tokens", figure.range, table.place(cell), words)
