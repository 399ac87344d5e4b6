"""Whose number it is: whether a sentence speaks of this release or of another model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from weighbridge.release.card.front_matter import words_of
from weighbridge.release.card.parts import Card

_COMPARISON = re.compile(
    r"\b(?:compar\w+|than|versus|vs\.?|unlike|similar to|rival\w*|outperform\w*|surpass\w*|beats?"
    r"|competitive with|on par with|against|match(?:es|ing)?|exceed(?:s|ing)? the performance"
    r"|larger|smaller|teachers?|distilled from|reward model|judge|other (?:open|models?|llms?)"
    r"|state-of-the-art models|existing models|models (?:with|of|under|over|up to|like|such as)"
    r"|previous|predecessor)\b"
    r"|相比|相较|对比|超过|超越|优于",
    re.IGNORECASE,
)
_OVER_THAN = re.compile(r"\b(?:more|less|fewer|greater) than\b", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w/.-])([A-Z][A-Za-z]{1,20})-?v?\d[\w.]{0,8}(?:-[\w.]{1,20}){0,4}")
_FAMILY = re.compile(
    r"(?<![\w/.-])(GPT|LLaMA|Llama|Mistral|Mixtral|Qwen|Gemma|Falcon|BLOOM|OPT|PaLM|Claude|Gemini"
    r"|DeepSeek|Grok|Phi|Yi|Chinchilla|Gopher|BERT|RoBERTa|Pythia|StableLM|MPT|Kimi|OLMo|Granite"
    r"|ChatGLM|GLM|InternLM|Baichuan|StarCoder|Nemotron|Vicuna|Alpaca|Command R|Jamba|DBRX|Arctic"
    r"|Whisper|CLIP|LLaVA|Megatron|Jurassic|Galactica|Minitron|SmolLM|TinyLlama)(?![a-z])"
)
_WORD = re.compile(r"[a-z]{2,}", re.IGNORECASE)
_NOT_A_MODEL = frozenset(
    "a h v l b mi rtx gtx tpu gpu cpu cuda python pytorch nvidia amd google tesla table figure"
    " section top step stage phase version level part class type set rank seed epoch epochs batch"
    " context january february march april may june july august september october november"
    " december jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_LOOK_BACK = 300
_BEGINNING = 60
_ITSELF = re.compile(
    r"\W{0,6}(?:(?:this|the|our|these)\s(?:[\w-]{1,20}\s){0,4}?(?:models?|version|release|checkpoint|adapter"
    r"|weights|system|series|family|pipeline|tool|classifier|network|llm)\b|it\b|we\b|本模型|该模型|このモデル|本モデル)",
    re.IGNORECASE,
)
_GENERIC = frozenset(
    "model models card for the readme introduction overview about what is this of and a an to"
    " language large page information details official repository files release summary llm"
    " intended use uses usage hardware software training evaluation evaluations results benchmarks"
    " limitations bias risks license licence citation contact data dataset datasets ethical"
    " considerations responsibility safety in on with how get started quickstart description"
    " technical specifications environmental impact news key features important".split()
)


class Subject:
    """The names under which a card speaks of its own model."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take the names by which the release is known: title, front matter, folder."""
        self._own = {word.lower() for name in names for word in _WORD.findall(name)} - _GENERIC

    def is_own(self, text: str, at: int) -> bool:
        """Return whether the figure at offset ``at`` of a sentence may be this model's.

        It is another's if a word of comparison, or a model's name that is not its own, stands
        before it. A sentence that names nobody is taken to speak of the card's own model.
        """
        before = _OVER_THAN.sub(" ", text[max(0, at - _LOOK_BACK) : at])
        return not _COMPARISON.search(before) and not self.names_another(before)

    def names_another(self, before: str) -> bool:
        """Return whether a text names another model and not this one first."""
        names = [found[1].lower() for found in _NAME.finditer(before)]
        names += [found[1].lower() for found in _FAMILY.finditer(before)]
        foreign = [name for name in names if name not in _NOT_A_MODEL and not self._knows(name)]
        return bool(foreign) and not (len(foreign) < len(names) and self._knows(names[0]))

    def owns(self, label: str) -> bool | None:
        """Return whether a label, such as the head of a row, names this model or another.

        ``None`` where it names nobody.
        """
        if any(self._knows(word.lower()) for word in _WORD.findall(label)):
            return True
        named = [found[1].lower() for found in (*_NAME.finditer(label), *_FAMILY.finditer(label))]
        return False if any(name not in _NOT_A_MODEL for name in named) else None

    def speaks_of_itself(self, text: str) -> bool:
        """Return whether a sentence begins by speaking of this model: it, this model, its name."""
        return bool(_ITSELF.match(text)) or self.owns(text[:_BEGINNING].split(" is ")[0]) is True

    def _knows(self, name: str) -> bool:
        return name in self._own


def subject_of(card: Card, folder_name: str) -> Subject:
    """Return the subject of a card; one without a telling title is named by its commonest name."""
    titles = [section.title for section in card.sections if section.level == 1][:3]
    names = [*titles, *words_of(card.front_matter, "model_name")]
    words = {word.lower() for name in names for word in _WORD.findall(name)}
    if not words - _GENERIC:
        counted: Counter[str] = Counter()
        for _, sentence in card.sentences():
            counted.update(found[1] for found in _FAMILY.finditer(sentence.text))
            counted.update(found[1] for found in _NAME.finditer(sentence.text))
        known = [name for name, _ in counted.most_common() if name.lower() not in _NOT_A_MODEL]
        names += known[:1]
    return Subject([*names, folder_name])
