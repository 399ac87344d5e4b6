"""The phases of training that a card names, and for which of them a figure stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.parts import Card, Section, Sentence
from weighbridge.release.card.subject import Subject
from weighbridge.release.training import (
    FINE_TUNING,
    POST_TRAINING,
    PREFERENCE,
    PRETRAINING,
    REINFORCEMENT,
    SUPERVISED,
    Phase,
)

# The more telling name stands first: of several that begin at one place it is taken.
_FIRST = (
    (
        "context extension",
        r"(?:long[- ]context|context(?:[- ](?:length|window))?)[- ]"
        r"(?:extension|training|stage|phase)"
        r"|长上下文训练|上下文扩展",
    ),
    (
        "annealing",
        r"anneal(?:ed|ing) (?:on|with|stage|phase|data|mix)|cool-?down (?:stage|phase)|退火",
    ),
    ("mid-training", r"\bmid-?train(?:ed|ing)"),
    (
        "stage {}",
        r"\b(?:stage|phase) ?(?:[1-9]|one|two|three|four|five)\b"
        r"|\b(?:first|second|third|fourth|fifth) (?:training )?(?:stage|phase)\b"
        r"|第[一二三四五]阶段",
    ),
    (PRETRAINING, r"\bpre-?train(?:ed|ing|s)?\b|预训练|預訓練|事前学習"),
)
_TUNING = (
    (
        "continued pre-training",
        r"continu\w*[- ](?:\w{2,8} ){0,2}(?:pre-?)?train\w*|further pre-?train\w*"
        r"|继续预训练|增量预训练|継続事前学習",
    ),
    (
        SUPERVISED,
        r"\bsft\b|supervised (?:instruction )?fine-?tun\w+|instruct\w*[- ](?:fine-?)?tun(?:ed|ing)"
        r"|监督微调|指令微调",
    ),
    (
        PREFERENCE,
        r"\b(?:dpo|orpo|kto|simpo)\b|preference (?:optimi[sz]ation|tuning|alignment)|偏好优化",
    ),
    (
        REINFORCEMENT,
        r"\b(?:rlhf|rlaif|rlvr|grpo|ppo)\b|reinforcement learning|强化学习|強化学習",
    ),
    (POST_TRAINING, r"\bpost-?train(?:ed|ing)\b(?!.quanti)|后训练"),
    (FINE_TUNING, r"\bfine-?tun(?:ed|ing)\b|微调|ファインチューニング"),
)
_KINDS = tuple((name, pattern, True) for name, pattern in _TUNING) + tuple(
    (name, pattern, False) for name, pattern in _FIRST
)
_PLAIN = frozenset({FINE_TUNING, PRETRAINING})
_NUMBERS = {
    word: number
    for number, words in enumerate(
        ("1 one first 一", "2 two second 二", "3 three third 三", "4 four fourth 四"), start=1
    )
    for word in words.split()
}
_MOST_PHASES = 40
_MAY = LatePattern(
    r"\b(?:can|may|could|should|might|would|will|if|how to|want|need|ready|easy|easily|not?|never"
    r"|without|before|you|your|users?|support\w*|recommend\w*|consider|for further|downstream"
    r"|instructions?|scripts?|code|tutorials?|guides?|frameworks?|tools?|library|libraries)\b"
    r"|可以|可|未"
)
_DONE = LatePattern(
    r"\b(?:was|were|is|are|been|be|we|our|then|followed|after|using|use[sd]?|underwent|undergo(?:es)?"
    r"|via|through|with|by|stages?|phases?|pipeline|recipe|consists?|includes?|including)\b"
    r"|经过|采用|通过|进行|使用|を"
)
# Without a telling name only a plain statement counts: "was then fine-tuned", "we fine-tuned".
_PLAINLY = LatePattern(
    r"(?:\b(?:was|were|is|are|been|we|then|and|further)(?: \w{2,20}){0,2} |经过?)$"
)
_ELSEWHERE = LatePattern(
    r"how to|usage|\buses?\b|quick|start|deploy|inference|eval|benchmark|result|citation|cite"
    r"|acknowledg|licen|install|requirement|example|tutorial|faq|news|update|intended|limitation"
    r"|download|related|support|contact|table of contents|community|^fine-?tuning$|^finetune"
)
_ASKS = LatePattern(r"(?:please |to )?(?:use|try|see|run|follow|refer|check|apply|start|set)\b")
_ZERO = LatePattern(r"\bzero\b|deepspeed|detector")
_PART = LatePattern(r"\b(?:includ\w+|of which|of these|thereof|the (?:last|final))\b|其中|うち")
_HINT = LatePattern(r"tun|train|sft|[dp]po|rl|grpo|orpo|learn|anneal|stage|phase|训练|微调|学|退火")
_NEXT = re.compile(r"[,;:.。，；：]|\b(?:and|then|followed|before|plus)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[;(:] |, (?:and|but|which|while)\b|[，；（：]")


@cache
def _pattern() -> re.Pattern[str]:
    groups = (f"(?P<k{at}>{pattern})" for at, (_, pattern, _) in enumerate(_KINDS))
    return re.compile("|".join(groups), re.IGNORECASE)


def _phase(match: re.Match[str]) -> tuple[str, bool]:
    name, _, tuning = _KINDS[int(str(match.lastgroup)[1:])]
    if "{}" in name:
        words = re.findall(r"[a-z]+|\d|[一二三四五]", match[0].lower())
        number = next((_NUMBERS[word] for word in words if word in _NUMBERS), 5)
        name = name.format(number)
    return name, tuning


def phase_near(text: str, start: int, end: int, title: str) -> str:
    """Return the phase that the figure at ``start`` to ``end`` of a sentence belongs to.

    The nearest name before it, else the first close behind it, else the section's title; ``""``
    where none is named, and where the figure is said to be a part of another.
    """
    if _PART.search(text[max(0, start - 40) : start]):
        return ""
    before = list(_pattern().finditer(text[max(0, start - 160) : start]))
    if before:
        return _phase(before[-1])[0]
    behind = _pattern().search(clause_behind(text, end))
    if behind:
        return _phase(behind)[0]
    titled = _pattern().search(title[:200])
    return _phase(titled)[0] if titled else ""


def clause_behind(text: str, at: int) -> str:
    """Return what follows offset ``at`` closely and in the same clause."""
    return _NEXT.split(text[at : at + 60], maxsplit=1)[0]


def is_tuning(phase: str) -> bool:
    """Return whether a phase changes a model that is trained already."""
    return any(phase == name for name, _ in _TUNING)


def read_phases(card: Card, subject: Subject) -> tuple[Phase, ...]:
    """Return the phases that the card says its model went through, each once.

    What a reader may do with the model, and the training of others, does not count.
    """
    found: dict[str, Phase] = {}
    for section, sentence in card.sentences():
        if len(found) >= _MOST_PHASES:
            break
        if _HINT.search(sentence.text) and not _ELSEWHERE.search(section.title):
            for phase in _named(section, sentence, subject):
                found.setdefault(phase.name, phase)
    return tuple(found.values())


def _named(section: Section, sentence: Sentence, subject: Subject) -> Iterator[Phase]:
    text = sentence.text
    if _ZERO.search(text) or _ASKS.match(text):
        return
    for count, match in enumerate(_pattern().finditer(text)):
        if count >= _MOST_PHASES:
            return
        name, tuning = _phase(match)
        clause = _CLAUSE.split(text[max(0, match.start() - 120) : match.start()])[-1]
        if _MAY.search(clause) or not subject.is_own(text, match.start()):
            continue
        if _is_done(name, match, section):
            yield Phase(name, tuning, sentence.place(match.start()))


def _is_done(name: str, match: re.Match[str], section: Section) -> bool:
    text = match.string
    if name in _PLAIN and not (name == PRETRAINING and not match[0].isascii()):
        return bool(_PLAINLY.search(text[max(0, match.start() - 80) : match.start()]))
    said = match[0].lower().endswith("ed") or _DONE.search(text)
    return bool(said or _pattern().search(section.title))
