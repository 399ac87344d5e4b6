"""Reading the card files of a release: which they are, and what each of them declares."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

from weighbridge.facts import Range, Severity
from weighbridge.release.card.accelerator_hours import (
    read_accelerator_hours,
    read_training_hardware,
)
from weighbridge.release.card.account import read_training
from weighbridge.release.card.ancestry import read_ancestry
from weighbridge.release.card.claims import Claim, of_fact, summed
from weighbridge.release.card.context import read_context
from weighbridge.release.card.flops import read_flops
from weighbridge.release.card.formulas import check_formulas
from weighbridge.release.card.front_matter import split_front_matter
from weighbridge.release.card.layout import read_sections
from weighbridge.release.card.media import read_media
from weighbridge.release.card.parameters import ParameterClaims, read_parameters
from weighbridge.release.card.parts import Card, Section
from weighbridge.release.card.precision import read_precision
from weighbridge.release.card.prose import read_prose
from weighbridge.release.card.subject import subject_of
from weighbridge.release.card.tokens import read_tokens
from weighbridge.release.card.told import read_told
from weighbridge.release.card.usage import read_usage
from weighbridge.release.card.uses import read_uses
from weighbridge.release.folder import Folder
from weighbridge.release.observations import Observations
from weighbridge.release.training import Training
from weighbridge.text.errors import ParseError
from weighbridge.text.places import Place
from weighbridge.text.strict_yaml import Entries

CARD_NAMES = ("readme.md", "*model_card*.md", "*model-card*.md", "*modelcard*.md")
_MOST_BYTES = 1 << 20
_MOST_LINES = 40_000
_MOST_FILES = 8


def card_files(folder: Folder) -> list[str]:
    """Return the card files at the top of the folder, ``README.md`` first."""
    found = [entry.path for entry in folder.matching(*CARD_NAMES) if "/" not in entry.path]
    return sorted(found, key=lambda path: (path.lower() != "readme.md", path))[:_MOST_FILES]


def read_card(folder: Folder, seen: Observations) -> Card | None:
    """Return the card of a release and record what it declares; ``None`` where there is none.

    Front matter is that of the first file that has one; the bodies of all are read. Nothing
    a card holds raises: what cannot be read is a finding.
    """
    front, front_file = _nothing(), ""
    sections: list[Section] = []
    files: list[str] = []
    for path in card_files(folder):
        lines = _lines(folder, path, seen)
        if lines is None:
            continue
        files.append(path)
        split = split_front_matter(lines, path)
        seen.findings.extend(split.findings)
        if split.present and not front_file:
            front, front_file = split.entries, path
        sections.extend(read_sections(lines[split.body_line - 1 :], split.body_line, path))
    if not files:
        return None
    files.sort(key=lambda path: path != front_file)
    card = Card(front, front_file, tuple(files), tuple(sections))
    return replace(card, training=_declare(card, folder, seen))


def _nothing() -> Entries:
    entries = Entries()
    entries.line, entries.column = 1, 1
    return entries


def _lines(folder: Folder, path: str, seen: Observations) -> list[str] | None:
    try:
        read = folder.read_text(path, _MOST_BYTES)
    except ParseError as error:
        place = error.place or Place(path)
        seen.find("unreadable-file", Severity.MEDIUM, f"the card {error.message}", place)
        return None
    lines = read.text.split("\n", _MOST_LINES)
    if read.truncated or len(lines) > _MOST_LINES:
        message = f"the card is longer than {_MOST_BYTES >> 20} MiB or {_MOST_LINES:,} lines:"
        message += " the rest was not read"
        seen.find("card-truncated", Severity.LOW, message, Place(path))
    if read.damaged:
        message = "the card is not UTF-8 text: the bytes that could not be read were left out"
        seen.find("card-not-utf8", Severity.LOW, message, Place(path))
    return [line.rstrip("\r") for line in lines[:_MOST_LINES]]


def _declare(card: Card, folder: Folder, seen: Observations) -> Training:
    subject = subject_of(card, folder.name)
    read_ancestry(card, subject, seen)
    has_base = any(fact.value is True for fact in seen.named("has_base_model"))
    parameters = read_parameters(card, subject)
    _declare_parameters(parameters, seen)
    tokens = read_tokens(card, subject, has_base=has_base)
    for fact in ("training_tokens", "tuning_tokens"):
        _declare_amount(of_fact(tokens, fact), parameters, seen)
    hours = of_fact(read_accelerator_hours(card, subject), "training_gpu_hours")
    _declare_amount(hours, parameters, seen)
    compute = read_flops(card, subject, has_base=has_base)
    training = read_training(card, subject, [*tokens, *hours, *compute])
    _declare_compute(compute, parameters, training, seen)
    seen.findings.extend(check_formulas(card))
    hardware = read_training_hardware(card)
    if hardware:
        seen.declared("training_hardware", *hardware)
    context = read_context(card, subject)
    if context is not None and not parameters.several:
        note = f"the card says `{context.words}`"
        seen.declared("context_length", context.range, context.place, note)
    read_media(card, subject, seen)
    read_precision(card, subject, seen)
    read_prose(card, subject, seen)
    read_usage(card, seen)
    read_told(card, seen)
    read_uses(card, subject, seen)
    return training


def _declare_parameters(found: ParameterClaims, seen: Observations) -> None:
    for claim in found.claims:
        seen.declared(claim.fact, claim.range, claim.place, f"the card says `{claim.words}`")
    if found.several:
        sizes = ", ".join(dict.fromkeys(claim.words for claim in found.several[:12]))
        places = dict.fromkeys(claim.place for claim in found.several[:12])
        message = f"the card speaks of several sizes ({sizes}), so none is taken as this release's"
        seen.find("card-several-sizes", Severity.LOW, message, *places)
    if found.largest is not None:
        note = f"the card speaks of several sizes, the largest `{found.largest.words}`"
        seen.declared(
            "params_total", Range(None, found.largest.range.high), found.largest.place, note
        )


def _declare_amount(claims: list[Claim], sizes: ParameterClaims, seen: Observations) -> None:
    """Record tokens or hours; over several sizes only what holds for each of them."""
    one = summed(claims)
    if one is None:
        return
    note = f"the card says `{one.words}`"
    if sizes.several and one.fact == "training_gpu_hours":
        # What several models took together is at most what one of them took.
        highs = [claim.range.high for claim in claims]
        high = None if None in highs else max(end for end in highs if end is not None)
        one = Claim(one.fact, Range(None, high), one.place, one.words)
        note += ", together for several sizes"
    elif sizes.several and one not in claims:
        hull = reduce(Range.hull, (claim.range for claim in claims))
        one = Claim(one.fact, hull, one.place, one.words)
        note += ", for several sizes"
    seen.declared(one.fact, one.range, one.place, note)


def _declare_compute(
    claims: list[Claim], sizes: ParameterClaims, training: Training, seen: Observations
) -> None:
    """Record stated compute: for several sizes from above, with phases left out from below."""
    left_out = training.without_figure("compute")
    for fact in ("training_compute", "own_compute", "base_compute", "modification_compute"):
        one = summed(of_fact(claims, fact))
        if one is None:
            continue
        note = f"the card says `{one.words}`"
        range_ = Range(None, one.range.high) if sizes.several else one.range
        if left_out and fact == "training_compute":
            names = ", ".join(f"{each.name} ({each.place})" for each in left_out)
            note += f"; at least, since it gives no figure for {names}"
            range_ = Range(range_.low, None)
        if not range_.open:
            seen.declared(fact, range_, one.place, note)
