"""A licence report as a page: what each text is, and the conditions that law asks about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weighbridge.report.blocks import Gap, Heading, Item, Line, Page, Table, cut

if TYPE_CHECKING:
    from weighbridge.release.licence import FoundLicence, LicenceReport
    from weighbridge.release.licence.difference import Passage

_LONGEST_CLAUSE = 60
_LONGEST_PASSAGE = 160
_MOST_PASSAGES = 8
_LESS = 0.999
_HOW = {"card": "named in the card"}
_ANSWERS = {True: "yes", False: "no", None: "unknown"}
_UNKNOWN = "not recognised"
_TONES = {"high": "bad", "medium": "warn"}


def licence_page(report: LicenceReport) -> Page:
    """Return the page of a licence report; a condition nobody knows says so."""
    page = Page()
    page.add(Heading("licences found", 1))
    page.add(*(_licence(each) for each in report.licences))
    if not report.licences:
        page.add(Line("none"))
    data = report.to_json()
    page.add(Gap(), Heading(_heading(report), 2))
    rows = tuple(
        _row(name, answer, data["evidence"]) for name, answer in data["conditions"].items()
    )
    page.add(Table(("condition", "answer", "where", "on what"), rows))
    if report.findings:
        page.add(Gap(), Heading("what looks odd", 2))
    for each in report.findings:
        where = (", ".join(map(str, each.where)),) if each.where else ()
        tag = f"{each.severity}: {each.id}"
        page.add(Item(each.message, "!", tag, where, _TONES.get(each.severity, "plain")))
    return page


def _heading(report: LicenceReport) -> str:
    covered = any(each.of == "weights" for each in report.licences)
    alone = "what they come to, if they cover the weights (nothing says so)"
    return "what they come to for the weights" if covered else alone


def _licence(found: FoundLicence) -> Item:
    identity = found.identity
    how = _HOW.get(str(identity.how), f"text: {identity.how}")
    details = [how, f"{found.kind} of: {found.of}"]
    if identity.score is not None:
        share = "100%" if identity.score == 1 else f"{min(identity.score, _LESS):.1%}"
        details.append(f"{share} of {identity.nearest or 'it'}")
    name = _UNKNOWN if str(identity.how) == "unknown" or not identity.id else identity.id
    lines = (" · ".join(details), *_passages(identity.difference))
    return Item(name, "·", str(found.place), lines)


def _passages(difference: tuple[Passage, ...]) -> list[str]:
    """Return the passages in which a text differs from the nearest known one, a line each."""
    lines = [_passage(each) for each in difference[:_MOST_PASSAGES]]
    more = len(difference) - _MOST_PASSAGES
    return [*lines, f"and {more} more passages"] if more > 0 else lines


def _passage(passage: Passage) -> str:
    where = f"line {passage.line}" if passage.line else "whole text"
    if passage.added:
        return f"{where}, not in the known text: {cut(passage.added, _LONGEST_PASSAGE)}"
    return f"{where}, missing: {cut(passage.gap, _LONGEST_PASSAGE)}"


def _row(name: str, answer: Any, evidence: dict[str, dict[str, str]]) -> tuple[str, ...]:
    said = _ANSWERS.get(answer) if answer is None or isinstance(answer, bool) else f"{answer:,}"
    known = evidence.get(name, {})
    clause = cut(known.get("words", ""), _LONGEST_CLAUSE)
    return name.replace("_", " "), said or "unknown", known.get("from", ""), clause
