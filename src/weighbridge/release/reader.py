"""A release folder read from end to end: facts, findings, licence, card and digest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from weighbridge.facts import Fact, Finding, Severity
from weighbridge.release.folder import Folder
from weighbridge.release.observations import Observations
from weighbridge.release.training import Training
from weighbridge.text.errors import InputError

if TYPE_CHECKING:
    from weighbridge.release.card import Card
    from weighbridge.release.licence import LicenceReport
    from weighbridge.release.licence.bases import Base
    from weighbridge.release.lineage.beside_bases import BesideBases
    from weighbridge.release.settings import Settings

_WORST_FIRST = {Severity.HIGH: 0, Severity.MEDIUM: 1, Severity.LOW: 2}


@dataclass(frozen=True, slots=True)
class Release:
    """What a release folder says and holds.

    name:     the folder's name, or that on the Hub; it never decides anything
    digest:   names the bytes that were read, see ``release/digest.py``
    facts:    every observation, in the order the readers made them; several may share a name
    findings: contradictions and hazards, the worst first
    licence:  which licences were found and what they ask
    card:     the model card, or ``None`` where there is none
    """

    name: str
    digest: str
    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...]
    licence: LicenceReport
    card: Card | None


def read_release(release: Path | Folder, bases: tuple[Path, ...] = ()) -> Release:
    """Return everything read from a release, or from the folder at a path; nothing in it is run.

    ``bases`` are releases with which its weights are compared. Raises ``InputError`` where a path
    itself is at fault, or where weights cannot be compared. A file that cannot be read becomes a
    finding, and the rest is read.
    """
    from weighbridge.release.beside import read_beside
    from weighbridge.release.card import read_card
    from weighbridge.release.compute import derive_compute
    from weighbridge.release.config import read_config
    from weighbridge.release.crosscheck import crosscheck
    from weighbridge.release.digest import release_digest
    from weighbridge.release.hazards.cheap import read_hazards
    from weighbridge.release.licence import read_licence
    from weighbridge.release.lineage.declared import read_lineage
    from weighbridge.release.parts_open import read_open_parts
    from weighbridge.release.pipeline_tag import read_pipeline_tag
    from weighbridge.release.settings import read_settings
    from weighbridge.release.weight_words import licences_named, record_words
    from weighbridge.release.weights import read_weights

    folder = release if isinstance(release, Folder) else Folder.open(release)
    seen = Observations(findings=list(folder.skipped))
    settings = read_settings(folder, seen)
    weights = read_weights(folder, settings, seen)
    read_config(folder, settings, seen)
    card = read_card(folder, seen)
    read_pipeline_tag(card, seen)
    record_words(weights, seen)
    beside = _compared(folder, bases, seen) if bases else None
    licence = read_licence(folder, seen, licences_named(weights), _licences_of(beside))
    read_lineage(folder, seen)
    read_beside(folder, weights, seen)
    read_open_parts(folder, settings, seen)
    read_hazards(folder, seen)
    change, models = (beside.change, beside.models) if beside else (None, ())
    derive_compute(seen, _told(card, settings), change, models)
    crosscheck(settings, seen)
    return Release(
        name=folder.title,
        digest=folder.pinned or release_digest(folder),
        facts=tuple(seen.facts),
        findings=sorted_findings(seen.findings),
        licence=licence,
        card=card,
    )


def _compared(folder: Folder, bases: tuple[Path, ...], seen: Observations) -> BesideBases:
    from weighbridge.release.folder import LocalFolder
    from weighbridge.text.extras import need

    need("numpy", "comparing weights", "lineage")
    from weighbridge.release.lineage.beside_bases import read_bases

    if not isinstance(folder, LocalFolder):
        raise InputError(
            "only the weights of a release on this machine can be compared with a base",
            help="download it first, and name its folder",
        )
    return read_bases(folder, [(path, read_release(path)) for path in bases], seen)


def _licences_of(beside: BesideBases | None) -> tuple[Base, ...]:
    """Return under which licences the bases came whose weights the release shares."""
    from weighbridge.release.licence.bases import licence_of_base
    from weighbridge.release.licence.table import load_table

    shared = beside.shared if beside else ()
    found = (licence_of_base(each.name, each.licence, load_table()) for each in shared)
    return tuple(each for each in found if each is not None)


def _told(card: Card | None, settings: Settings) -> Training:
    """Return the card's account of training, with what the config adds to it."""
    told = card.training if card is not None else Training()
    return replace(told, experts=told.experts or settings.experts)


def sorted_findings(findings: list[Finding]) -> tuple[Finding, ...]:
    """Return the findings without repetitions: the worst first, then by id and place."""
    return tuple(
        sorted(
            dict.fromkeys(findings),
            key=lambda each: (
                _WORST_FIRST[each.severity],
                each.id,
                [str(place) for place in each.where],
                each.message,
            ),
        )
    )
