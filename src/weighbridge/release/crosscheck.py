"""Contradictions between files: what one place says against what another holds.

Each check works on observations alone, whoever recorded them, and names both places. Rounding
is no contradiction: ``7B`` for 6.74 billion is how people write.
"""

from __future__ import annotations

import re

from weighbridge.facts import Fact, Range, Severity, Source
from weighbridge.facts.values import value_to_text
from weighbridge.release.config import NUMBER_FORMATS
from weighbridge.release.model_names import folded
from weighbridge.release.observations import Observations
from weighbridge.release.settings import Settings
from weighbridge.release.tolerance import (
    EXACT_TOLERANCE,
    ROUND_TOLERANCE,
    apart,
    close,
    factor,
    gap,
    nominal,
)
from weighbridge.text.places import Place

HIGH_ABOVE = 0.20
"""The share by which a figure must lie off for its finding to be high."""

ARITHMETIC_TOLERANCE = 0.05
"""The room between the config's arithmetic and the weights."""

_PARTS = (
    ("params_active", "active-params-mismatch", "active"),
    ("params_trainable", "trainable-params-mismatch", "trainable"),
)
_OWN_ARCHITECTURE = (
    *(
        "llama",
        "qwen",
        "gemma",
        "falcon",
        "bloom",
        "gpt2",
        "opt",
        "phi",
        "mixtral",
        "t5",
        "whisper",
    ),
    *("bert", "gptneox", "starcoder", "dbrx", "cohere", "olmo", "granite"),
)
"""Families whose models keep an architecture of their own; those that take another's are not."""

_MOST_STRETCH = 1_000.0
_MOST_PACKING = 9.0
_FULL = frozenset(NUMBER_FORMATS.values())
_ELSEWHERE = "licence_"  # the licence reader compares its own sources
_MEDIA_PREFIXES = ("outputs_", "inputs_")


def crosscheck(settings: Settings, seen: Observations) -> None:
    """Record a finding for each contradiction between the observations."""
    _check_parameters(settings, seen)
    for name, id, words in _PARTS:
        _check_part(name, id, words, seen)
    _check_context(settings, seen)
    _check_arithmetic(settings, seen)
    _check_dtype(settings, seen)
    _check_stated_format(seen)
    _check_base(seen)
    _check_architecture(seen)
    _check_compute(seen)
    _check_flags(seen)


def _check_parameters(settings: Settings, seen: Observations) -> None:
    """Compare the parameters claimed with those the weights hold."""
    claims = _ranged(seen.named("params_total", Source.DECLARED))
    held = _best(seen, "params_total")
    if not claims or held is None or _is_true(seen, "is_adapter"):
        return
    sizes = _other_readings(settings, seen, held)
    if any(close(claim, size) for claim, _ in claims for size in sizes):
        return
    claim, fact = min(claims, key=lambda each: apart(each[0], sizes[0]))
    share = apart(claim, sizes[0])
    if not share or _explained_by_packing(claim, sizes[0], seen):
        return
    severity = Severity.HIGH if share > HIGH_ABOVE else Severity.MEDIUM
    about = "" if claim.exact else "about "
    message = (
        f"{about}{_text(nominal(claim))} parameters are claimed"
        f" and {_holder(held)} {_text(sizes[0])}"
    )
    seen.find("params-mismatch", severity, message, *_places(fact, held))


def _holder(held: Fact) -> str:
    return "the weights hold" if held.source is Source.MEASURED else "the files point to"


def _other_readings(settings: Settings, seen: Observations, held: Fact) -> list[Range]:
    """Return the count held, then the counts a claim may mean instead of it."""
    assert isinstance(held.value, Range)
    readings = [held.value]
    readings.extend(value for value, _ in _ranged(seen.named("params_active")))
    low, high = held.value.low, held.value.high
    if settings.embedding and low and high and settings.embedding < low:
        # Some names count without the input layer.
        readings.append(Range(low - settings.embedding, high - settings.embedding))
    return readings


def _explained_by_packing(claim: Range, held: Range, seen: Observations) -> bool:
    if not _is_true(seen, "is_quantised") or not claim.low or not held.high:
        return False
    return 1 - ROUND_TOLERANCE <= claim.low / held.high <= _MOST_PACKING


def _check_part(name: str, id: str, words: str, seen: Observations) -> None:
    """Compare a claim of a part of the parameters with what the files make of it."""
    claims = _ranged(seen.named(name, Source.DECLARED))
    held = _best(seen, name)
    if not claims or held is None or not isinstance(held.value, Range):
        return
    claim, fact = min(claims, key=lambda each: apart(each[0], _range(held)))
    share = apart(claim, held.value)
    if close(claim, held.value):
        return
    severity = Severity.HIGH if share > HIGH_ABOVE else Severity.MEDIUM
    message = (
        f"{_text(nominal(claim))} {words} parameters are claimed and the files make"
        f" {_text(held.value)}"
    )
    seen.find(id, severity, message, *_places(fact, held))


def _range(fact: Fact) -> Range:
    assert isinstance(fact.value, Range)
    return fact.value


def _check_context(settings: Settings, seen: Observations) -> None:
    claims = _ranged(seen.named("context_length", Source.DECLARED))
    held = _best(seen, "context_length")
    if not claims or held is None or not isinstance(held.value, Range):
        return
    allowed = _stretched(held.value, settings)
    claim, fact = min(claims, key=lambda each: apart(each[0], allowed))
    if apart(claim, allowed) <= EXACT_TOLERANCE:
        return
    message = f"a context of {_text(claim)} tokens is claimed and the config gives {_text(allowed)}"
    seen.find("context-mismatch", Severity.MEDIUM, message, *_places(fact, held))


def _stretched(held: Range, settings: Settings) -> Range:
    """Return the lengths from the one trained to that to which the config stretches it."""
    scaling = settings.core.get("rope_scaling")
    factor_ = scaling.get("factor") if isinstance(scaling, dict) else None
    if not isinstance(factor_, (int, float)) or not 1 < factor_ <= _MOST_STRETCH or not held.high:
        return held
    return Range(held.low, held.high * factor_)


def _check_arithmetic(settings: Settings, seen: Observations) -> None:
    """Compare the count by the config's sizes with the weights."""
    if settings.config is None:
        return
    file = settings.config.path
    worked_out = [
        fact
        for fact in seen.named("params_total", Source.DERIVED)
        if fact.place is not None and fact.place.file == file
    ]
    held = _best(seen, "params_total", besides=file)
    if not worked_out or held is None:
        return
    counted, stored = worked_out[0].value, held.value
    if not isinstance(counted, Range) or not isinstance(stored, Range):
        return
    share = gap(counted, stored)
    if share <= ARITHMETIC_TOLERANCE:
        return
    severity = Severity.HIGH if share > HIGH_ABOVE else Severity.MEDIUM
    message = (
        f"the config's sizes make {_text(counted)} parameters and {_holder(held)}"
        f" {_text(stored)}, more than {ARITHMETIC_TOLERANCE:.0%} apart"
    )
    seen.find("config-weights-mismatch", severity, message, *_places(worked_out[0], held))


def _check_dtype(settings: Settings, seen: Observations) -> None:
    stated = NUMBER_FORMATS.get(settings.dtype or "")
    held = seen.named("weight_dtypes", Source.MEASURED)
    if stated is None or not held or settings.config is None:
        return
    most = str(held[0].value).split(",", 1)[0]
    if most in _FULL and most != stated:
        message = f"the config states `{stated}` weights and most of them are stored as `{most}`"
        key = "torch_dtype" if "torch_dtype" in settings.core else "dtype"
        where = [settings.config.place(key), *_places(held[0])]
        seen.find("dtype-mismatch", Severity.LOW, message, *where)


def _check_stated_format(seen: Observations) -> None:
    """Compare the number format that the card states with that of the weights."""
    facts = seen.named("weight_dtypes")
    said = [fact for fact in facts if fact.source is Source.DECLARED and not _is_config(fact)]
    held = [fact for fact in facts if fact.source is Source.MEASURED or _is_config(fact)]
    if not said or not held:
        return
    formats = [name.strip() for name in str(held[0].value).split(",")]
    if str(said[0].value) not in formats[:2]:
        message = f"the card says that the weights are `{said[0].value}` and most of them are"
        message += f" `{formats[0]}`"
        seen.find("dtype-mismatch", Severity.LOW, message, *_places(said[0], held[0]))


def _is_config(fact: Fact) -> bool:
    return fact.place is not None and fact.place.file.endswith(".json")


def _check_architecture(seen: Observations) -> None:
    """Compare the family that the base model's name tells with the architecture."""
    architectures = seen.named("model_architecture", Source.MEASURED)
    named = seen.named("base_model", Source.DECLARED)
    if not architectures or not named:
        return
    architecture = str(architectures[0].value).lower()
    last = str(named[0].value).lower().rpartition("/")[2]
    told = {word for word in _OWN_ARCHITECTURE if _word_in(word, last)}
    shape = {word for word in _OWN_ARCHITECTURE if architecture.startswith(word)}
    named_too = any(word in last for word in shape)  # a `llamafied` model of another family
    if len(told) == 1 and len(shape) == 1 and told != shape and not named_too:
        message = f"the base model is named `{named[0].value}` and the architecture is"
        message += f" `{architectures[0].value}`"
        seen.find(
            "base-architecture-mismatch",
            Severity.MEDIUM,
            message,
            *_places(named[0], architectures[0]),
        )


def _word_in(word: str, name: str) -> bool:
    """Return whether a word stands apart in a name: in `llama3`, not `phi` in `dolphin`."""
    return bool(re.search(rf"(?<![a-z]){word}(?![a-z])", name))


def _check_base(seen: Observations) -> None:
    """Compare the base models that different files name."""
    named = seen.named("base_model", Source.DECLARED)
    by_file: dict[str, list[Fact]] = {}
    for fact in named:
        if fact.place is not None and isinstance(fact.value, str):
            by_file.setdefault(fact.place.file, []).append(fact)
    files = sorted(by_file)
    for at, first in enumerate(files):
        for second in files[at + 1 :]:
            one, two = by_file[first], by_file[second]
            if _base_names(one).isdisjoint(_base_names(two)):
                message = f"`{first}` names the base model `{one[0].value}`, `{second}` names"
                message += f" `{two[0].value}`"
                seen.find("base-model-mismatch", Severity.MEDIUM, message, *_places(one[0], two[0]))
                return


def _base_names(facts: list[Fact]) -> set[str]:
    """Return the last parts of model names, in one spelling."""
    names = (name for fact in facts for name in str(fact.value).split(","))
    return {folded(name) for name in names} - {""}


_COMPUTE_FINDINGS = ("compute-mismatch", "compute-methods-disagree")


def _check_compute(seen: Observations) -> None:
    """Compare the compute stated with what it works out to."""
    if any(finding.id in _COMPUTE_FINDINGS for finding in seen.findings):
        return
    for name in ("training_compute", "own_compute"):
        stated = _ranged(seen.named(name, Source.DECLARED))
        worked_out = _ranged(seen.named(name, Source.DERIVED))
        if not stated or not worked_out:
            continue
        if any(one.meets(two) for one, _ in stated for two, _ in worked_out):
            continue
        (one, said), (two, derived) = stated[0], worked_out[0]
        times = factor(one, two)
        severity = Severity.HIGH if times > 10 else Severity.MEDIUM
        message = f"{_text(one, 'FLOP')} are stated and the figures make {_text(two, 'FLOP')}"
        if times > 1 + EXACT_TOLERANCE:
            seen.find("compute-mismatch", severity, message, *_places(said, derived))


def _check_flags(seen: Observations) -> None:
    """Find flags of which different files say yes and no."""
    by_name: dict[str, list[Fact]] = {}
    for fact in seen.facts:
        if isinstance(fact.value, bool) and not fact.name.startswith(_ELSEWHERE):
            by_name.setdefault(fact.name, []).append(fact)
    for name, facts in sorted(by_name.items()):
        yes = next((fact for fact in facts if fact.value), None)
        no = next((fact for fact in facts if not fact.value), None)
        if yes is None or no is None or _same_file(yes, no):
            continue
        id = "modality" if name.startswith(_MEDIA_PREFIXES) else name.replace("_", "-")
        message = f"{_speaker(yes)} says yes to `{name}` and {_speaker(no)} says no"
        seen.find(f"{id}-mismatch", Severity.MEDIUM, message, *_places(yes, no))


def _speaker(fact: Fact) -> str:
    return f"`{fact.place.file}`" if fact.place is not None else "one source"


def _same_file(one: Fact, two: Fact) -> bool:
    return one.place is not None and two.place is not None and one.place.file == two.place.file


def _best(seen: Observations, name: str, besides: str | None = None) -> Fact | None:
    """Return the best ranged observation that is no claim, measured before derived."""
    for source in (Source.MEASURED, Source.DERIVED):
        for value, fact in _ranged(seen.named(name, source)):
            if not value.open and (fact.place is None or fact.place.file != besides):
                return fact
    return None


def _ranged(facts: list[Fact]) -> list[tuple[Range, Fact]]:
    return [(fact.value, fact) for fact in facts if isinstance(fact.value, Range)]


def _is_true(seen: Observations, name: str) -> bool:
    return any(fact.value is True for fact in seen.named(name))


def _text(value: Range, unit: str | None = None) -> str:
    return value_to_text(value, unit=unit)


def _places(*facts: Fact) -> list[Place]:
    return [fact.place for fact in facts if fact.place is not None]
