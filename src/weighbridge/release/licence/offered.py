"""The licence of the weights, and of the model they were made from, as a word of the vocabulary."""

from __future__ import annotations

from weighbridge.release.licence.covers import WEIGHTS
from weighbridge.release.licence.identify import How
from weighbridge.release.licence.report import FoundLicence
from weighbridge.release.licence.table import LicenceTable
from weighbridge.release.observations import Observations

_NAMED = (How.TITLE, How.CARD)


def record_words(
    licences: list[FoundLicence], table: LicenceTable, base: str | None, seen: Observations
) -> None:
    """Record the one known licence of the weights, and where it follows, that of the base.

    Nothing is recorded where the weights carry several licences, or one that was changed or is
    not known. A text that is nearly a licence counts where the card names that licence too.
    """
    found = _offered([each for each in licences if each.of == WEIGHTS and each.kind == "licence"])
    licence = table.get(found.identity.id) if found else None
    if found is None or licence is None:
        return
    record = seen.measured if found.identity.how is How.EXACT else seen.declared
    record("weights_licence", licence.word, found.place, f"{licence.id}, by its {_by(found)}")
    if base is not None and licence.stays:
        note = f"{licence.id} goes with every changed copy, so `{base}` was received under it"
        seen.derived("base_licence", licence.word, found.place, note)


def single_base(seen: Observations) -> str | None:
    """Return the one base model that the release names, or ``None`` for none or several."""
    names = base_names(seen)
    return names[0] if len(names) == 1 else None


def base_names(seen: Observations) -> list[str]:
    """Return the base models that the release names; none where it also says it has none."""
    if {fact.value for fact in seen.named("has_base_model")} != {True}:
        return []
    values = [str(fact.value) for fact in seen.named("base_model")]
    names = [name.strip() for value in values for name in value.split(",")]
    return list({name.lower(): name for name in names}.values())


def _offered(licences: list[FoundLicence]) -> FoundLicence | None:
    """Return what best says which one licence it is, or ``None``."""
    if len({each.identity.id for each in licences}) != 1:
        return None
    exact = [each for each in licences if each.identity.how is How.EXACT]
    named = [each for each in licences if each.identity.how in _NAMED]
    return next(iter((*exact, *named)), None)


def _by(found: FoundLicence) -> str:
    """Return by what a licence was recognised."""
    words = {How.EXACT: "text", How.TITLE: "title", How.CARD: "name in the card"}
    return words[found.identity.how]
