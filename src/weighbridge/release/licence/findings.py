"""What is odd about the licences of a release: contradictions, changed texts, none at all."""

from __future__ import annotations

from weighbridge.facts import Severity
from weighbridge.release.licence.covers import WEIGHTS
from weighbridge.release.licence.declared import Declared
from weighbridge.release.licence.identify import How
from weighbridge.release.licence.report import FoundLicence
from weighbridge.release.licence.table import GRANTS, LicenceTable
from weighbridge.release.observations import Observations
from weighbridge.text.places import Place

_IDENTIFIED = (How.EXACT, How.NEAR, How.TITLE)
_PHRASES = {
    "non_commercial": "allows non-commercial or research use only",
    "user_threshold": "changes above a number of users",
    "revenue_threshold": "changes above a revenue",
    "territory_excluded": "leaves out some countries",
    "eu_excluded": "leaves out some countries",
    "use_limits": "forbids some uses",
    "naming_duty": "asks for a name to be shown",
    "no_improving_other_models": "forbids improving other models with it",
    "separate_commercial_licence": "asks for a separate commercial licence",
}


def find_oddities(
    licences: list[FoundLicence],
    declared: tuple[Declared, ...],
    table: LicenceTable,
    seen: Observations,
    spoken_of: Place | None = None,
) -> None:
    """Record the findings on the licences found; ``spoken_of`` is where the card's text does."""
    texts = [each for each in licences if each.from_text and each.kind == "licence"]
    for found in texts:
        _text(found, seen)
    of_weights = [each for each in texts if each.of == WEIGHTS]
    if len({each.identity.id for each in of_weights}) > 1:
        names = ", ".join(sorted({each.identity.id for each in of_weights}))
        message = f"several licences speak of the weights: {names}"
        places = [each.place for each in of_weights]
        seen.find("licence-several", Severity.MEDIUM, message, *places)
    # An expression (one of these, or all) is met by any of its members.
    if of_weights and declared and not _any_member_fits(of_weights, declared, table):
        _mismatch(of_weights, declared, table, seen)
    if not licences or all(each.kind != "licence" for each in licences):
        _missing(spoken_of, seen)


def _missing(spoken_of: Place | None, seen: Observations) -> None:
    if spoken_of is not None:
        message = "the card speaks of a licence, but neither a file nor the front matter names one"
        seen.find("licence-in-prose-only", Severity.LOW, message, spoken_of)
        return
    message = "no licence is stated: neither a licence file nor a name in the card was found"
    seen.find("licence-missing", Severity.MEDIUM, message)


def _text(found: FoundLicence, seen: Observations) -> None:
    identity = found.identity
    score = "" if identity.score is None else f" (score {min(identity.score, 0.99):.2f})"
    first = next((each for each in identity.difference if each.line), None)
    place = Place(found.place.file, first.line if first else None)
    if identity.how is How.MODIFIED:
        message = f"the text is {identity.nearest} with passages changed or added{score}"
        seen.find("licence-modified", Severity.MEDIUM, message, place)
    elif identity.how is How.NEAR:
        message = f"the text is near {identity.id} and not word for word the same{score}"
        seen.find("licence-text-differs", Severity.MEDIUM, message, place)
    elif identity.how is How.TITLE:
        message = f"the text is known as {identity.id} by its title only"
        seen.find("licence-by-title", Severity.LOW, message, found.place)
    elif identity.how is How.UNKNOWN:
        message = "the text of this licence is not known: only its plain clauses were read"
        seen.find("licence-unknown", Severity.LOW, message, found.place)


def _any_member_fits(
    texts: list[FoundLicence], declared: tuple[Declared, ...], table: LicenceTable
) -> bool:
    return any(not _contradiction(text, each, table) for text in texts for each in declared)


def _mismatch(
    texts: list[FoundLicence],
    declared: tuple[Declared, ...],
    table: LicenceTable,
    seen: Observations,
) -> None:
    for text in texts:
        for each in declared:
            what, place = _contradiction(text, each, table) or ("", None)
            if place is not None:
                file = each.place.file
                speaker = "the card" if file.lower().endswith(".md") else f"`{file}`"
                message = f"{speaker} names {each.id} as the licence, but {text.place.file} {what}"
                seen.find("licence-mismatch", Severity.HIGH, message, each.place, place)


def _contradiction(
    text: FoundLicence, declared: Declared, table: LicenceTable
) -> tuple[str, Place] | None:
    """Return what the text is or says that the declared licence is not or does not."""
    if declared.licence is None:
        return None
    identity = text.identity
    known = table.get(identity.id)
    if identity.how in _IDENTIFIED and known is not None and known.id != declared.licence.id:
        return f"is {known.id}", text.place
    for name, answered in text.conditions.items():
        said = declared.licence.conditions.get(name)
        if name not in GRANTS and answered.answer and said is False and name in _PHRASES:
            return _PHRASES[name], answered.place
    if identity.how is How.MODIFIED:
        return f"is {identity.nearest} with passages changed or added", text.place
    return None
