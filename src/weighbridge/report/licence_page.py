"""A licence report as a page: what each text is, and the conditions that law asks about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weighbridge.report.blocks import Gap, Heading, Item, Line, Page, Table, cut

if TYPE_CHECKING:
    from weighbridge.release.licence import FoundLicence, LicenceReport

_LONGEST_CLAUSE = 60
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
    page.add(Gap(), Heading("what they come to for the weights", 2))
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


def _licence(found: FoundLicence) -> Item:
    identity = found.identity
    how = _HOW.get(str(identity.how), f"text: {identity.how}")
    details = [how, f"{found.kind} of: {found.of}"]
    if identity.score is not None:
        details.append(f"{identity.score:.0%} of {identity.nearest or 'it'}")
    if identity.difference:
        details.append(f"{len(identity.difference)} passages differ")
    name = _UNKNOWN if str(identity.how) == "unknown" or not identity.id else identity.id
    return Item(name, "·", str(found.place), (" · ".join(details),))


def _row(name: str, answer: Any, evidence: dict[str, dict[str, str]]) -> tuple[str, ...]:
    said = _ANSWERS.get(answer) if answer is None or isinstance(answer, bool) else f"{answer:,}"
    known = evidence.get(name, {})
    clause = cut(known.get("words", ""), _LONGEST_CLAUSE)
    return name.replace("_", " "), said or "unknown", known.get("from", ""), clause
