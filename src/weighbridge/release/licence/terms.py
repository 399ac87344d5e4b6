"""The conditions of one licence: from the table where its text is known, else clause by clause."""

from __future__ import annotations

from weighbridge.facts import Source
from weighbridge.release.licence.clauses import Clause, find_clauses
from weighbridge.release.licence.identify import How, Identity
from weighbridge.release.licence.report import Answered
from weighbridge.release.licence.table import GRANTS, Answer, Licence, LicenceTable
from weighbridge.text.places import Place


def terms_of_text(
    text: str, path: str, identity: Identity, table: LicenceTable
) -> dict[str, Answered]:
    """Return the conditions of a text.

    A text known word for word has the terms of its id; any other has those its clauses say
    outright, and one known by its title also, as its own claim, those of its id.
    """
    licence = table.get(identity.id)
    if identity.how is How.EXACT and licence is not None:
        return _known_terms(text, path, licence)
    clauses = find_clauses(text)
    if identity.how is How.UNKNOWN and not clauses.keys() - GRANTS and len(clauses) < 2:
        # One word of granting in an unknown text is more likely chance than a licence.
        return {}
    terms = terms_of_name(licence, Place(path)) if _is_titled(identity, licence) else {}
    return terms | {
        name: Answered(clause.answer, Source.MEASURED, Place(path, clause.line), clause.words)
        for name, clause in clauses.items()
    }


def terms_of_name(licence: Licence | None, place: Place) -> dict[str, Answered]:
    """Return the known terms of a licence of which only the name stands at ``place``."""
    if licence is None:
        return {}
    note = f"known terms of {licence.id}"
    return {
        name: Answered(answer, Source.DECLARED, place, note)
        for name, answer in licence.conditions.items()
    }


def _is_titled(identity: Identity, licence: Licence | None) -> bool:
    return identity.how is How.TITLE and licence is not None


def _known_terms(text: str, path: str, licence: Licence) -> dict[str, Answered]:
    holding = [name for name, answer in licence.conditions.items() if answer]
    clauses = find_clauses(text, holding)
    note = f"known terms of {licence.id}"
    return {
        name: _answered(answer, clauses.get(name), path, note)
        for name, answer in licence.conditions.items()
    }


def _answered(answer: Answer, clause: Clause | None, path: str, note: str) -> Answered:
    if clause is None:
        return Answered(answer, Source.MEASURED, Place(path), note)
    return Answered(answer, Source.MEASURED, Place(path, clause.line), clause.words)
