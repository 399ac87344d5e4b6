"""Which parts of a model lie in the release under its open licence: code, cards, checkpoints.

A licence at the top covers the whole release unless something says otherwise, as model hubs and
openness frameworks read it. Where the licence is not known to be open, no part counts.
"""

from __future__ import annotations

from collections.abc import Iterator

from weighbridge.facts import Fact
from weighbridge.release.card.late import LatePattern
from weighbridge.release.folder import Folder
from weighbridge.release.observations import Observations
from weighbridge.release.settings import Settings
from weighbridge.text.places import Place

_MUST = (
    *("licence_allows_access", "licence_allows_use"),
    *("licence_allows_modification", "licence_allows_redistribution"),
)
_MUST_NOT = (
    *("licence_non_commercial", "licence_scale_threshold", "licence_excludes_territory"),
    *("licence_excludes_eu", "licence_use_limits", "licence_commercial_separate"),
)
_FILES = {
    "architecture_code_open": LatePattern(r"(?:^|/)model(?:l?ing)?_\w+\.py$"),
    "training_code_open": LatePattern(r"(?:^|/)(?:pre)?train(?:ing)?(?:_\w+)?\.py$"),
    "inference_code_open": LatePattern(r"(?:^|/)(?:infer(?:ence)?|generate|predict)(?:_\w+)?\.py$"),
    "evaluation_code_open": LatePattern(r"(?:^|/)eval(?:uate|uation)?(?:_\w+)?\.py$"),
    "data_code_open": LatePattern(r"(?:^|/)(?:preprocess|prepare)(?:ing)?_?(?:\w*data\w*)?\.py$"),
    "data_card_open": LatePattern(r"(?:^|/)(?:data[-_]?card|datasheet)[\w-]*\.md$"),
    "technical_report_open": LatePattern(
        r"(?:^|/)[\w-]*tech(?:nical)?[-_]report[\w-]*\.(?:pdf|md)$"
    ),
    "checkpoints_open": LatePattern(r"(?:^|/)checkpoint-\d+/[^/]+\.(?:safetensors|bin|pt)$"),
}
_SAME = {
    "usage_info_public": "model_card_open",
    "evaluation_published": "evaluation_results_open",
}
_ENDINGS = (".py", ".md", ".pdf", ".safetensors", ".bin", ".pt")
_LIBRARIES = {"transformers_version": "transformers", "_diffusers_version": "diffusers"}


def read_open_parts(folder: Folder, settings: Settings, seen: Observations) -> None:
    """Record the parts that lie in a release whose licence is known to be open."""
    licence = _open_licence(seen)
    if licence is None:
        return
    here = f"it lies in the release under its licence ({licence})"
    parts = [(fact, place, here) for fact, place in (*_by_name(folder), *_told(seen))]
    for fact, place, note in (*parts, *_by_library(settings)):
        if not seen.named(fact):
            seen.derived(fact, True, place, note)


def _open_licence(seen: Observations) -> Place | None:
    """Return where the licence stands if all that was read of it is open, else ``None``."""
    for names, value in ((_MUST, True), (_MUST_NOT, False)):
        for name in names:
            if not _agree(seen.named(name), value):
                return None
    return seen.named(_MUST[0])[0].place


def _agree(facts: list[Fact], value: bool) -> bool:
    return bool(facts) and all(fact.value is value for fact in facts)


def _by_name(folder: Folder) -> Iterator[tuple[str, Place]]:
    for entry in folder.files:
        path = entry.path.lower()
        if entry.size and path.endswith(_ENDINGS):
            for fact, pattern in _FILES.items():
                if pattern.search(path):
                    yield fact, Place(entry.path)


def _told(seen: Observations) -> Iterator[tuple[str, Place]]:
    for shown, fact in _SAME.items():
        for each in seen.named(shown):
            if each.value is True and each.place is not None:
                yield fact, each.place
    for each in seen.named("training_data_told"):
        if each.place is not None:
            yield "data_card_open", each.place


def _by_library(settings: Settings) -> Iterator[tuple[str, Place, str]]:
    """Yield the architecture where the config names a class that an open library holds."""
    config = settings.config
    if config is None or "auto_map" in config.value or not config.value.get("architectures"):
        return
    for key, library in _LIBRARIES.items():
        if key in config.value:
            note = f"the config names a class of the open library `{library}`"
            yield "architecture_code_open", config.place("architectures"), note
