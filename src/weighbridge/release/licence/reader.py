"""A release's licences read: texts, names in the card, what they cover, and the facts."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from weighbridge.release.folder import FileText, Folder, shown_name
from weighbridge.release.licence import coverage
from weighbridge.release.licence.bases import Base, bases_named
from weighbridge.release.licence.covers import UNKNOWN, WEIGHTS
from weighbridge.release.licence.declared import CardWords, Declared, read_card_words
from weighbridge.release.licence.documents import (
    MOST_BYTES,
    Document,
    kind_of,
    read_documents,
    usable_text,
)
from weighbridge.release.licence.findings import find_oddities
from weighbridge.release.licence.fingerprints import load_fingerprints
from weighbridge.release.licence.identify import How, Identity, identify, identify_exactly
from weighbridge.release.licence.inheritance import find_inherited, record_base_licence
from weighbridge.release.licence.offered import base_names, record_words, single_base
from weighbridge.release.licence.plain import Plain, plain_text
from weighbridge.release.licence.record import record_facts
from weighbridge.release.licence.report import FoundLicence, LicenceReport, report_conditions
from weighbridge.release.licence.several import Parts, whole_licences
from weighbridge.release.licence.table import LicenceTable, load_table
from weighbridge.release.licence.terms import terms_of_name, terms_of_text
from weighbridge.release.model_names import folded
from weighbridge.release.observations import Observations
from weighbridge.text.errors import InputError, ParseError
from weighbridge.text.places import Place

_WEIGHT_FILE = re.compile(
    r"\.(?:safetensors|bin|gguf|pt|pth|ckpt|onnx|h5|msgpack)(?:\.index\.json)?$"
)
_SPOKEN_OF = re.compile(
    r"\b(?:licen[sc]ed|released|distributed) under\b|\bunder the following licen[sc]e\b",
    re.IGNORECASE,
)
_BLANK = re.compile(r"\[(?:your|insert|the|name)\b[^\]\n]{0,80}\]", re.IGNORECASE)
_PARTS = re.compile(r"\blicen[sc]e for (?!the\b)|third[- ]party", re.IGNORECASE)


def licence_report(path: Path | Folder) -> LicenceReport:
    """Return what is known of the licence in a file, or of those in a release folder.

    Raises :class:`InputError` for a path that cannot be read.
    """
    seen = Observations()
    if isinstance(path, Folder):
        return read_licence(path, seen)
    try:
        is_file = path.is_file()
    except (OSError, ValueError):
        is_file = False
    if not is_file:
        return read_licence(Folder.open(path), seen)
    text = _read_file(path, seen)
    table = load_table()
    licences: list[FoundLicence] = []
    if text is not None:
        name = shown_name(path.name)
        whole = path.stat().st_size <= MOST_BYTES
        document = Document(name, kind_of(name) or "licence", plain_text(text), whole)
        licences = _found(document, CardWords(), table)
        find_oddities(licences, (), table, seen)
    conditions = report_conditions(licences, table, alone=True)
    return LicenceReport(tuple(licences), conditions, tuple(seen.findings))


def read_licence(
    folder: Folder,
    seen: Observations,
    in_weights: tuple[tuple[str, Place], ...] = (),
    bases: tuple[Base, ...] = (),
) -> LicenceReport:
    """Return the licences of a release and record the facts and findings they give.

    ``in_weights`` are the names that weight files state; they count where the card has none.
    ``bases`` were read in their own folders; they go before what is known by a name alone.
    Nothing in the release raises: what cannot be read is a finding.
    """
    own = Observations()
    table = load_table()
    card = read_card_words(folder, table)
    documents = read_documents(folder, own)
    licences = [each for document in documents for each in _found(document, card, table)]
    licences = _covering_by_place(licences, folder, card)
    named = tuple(Declared(name, table.named(name), place) for name, place in in_weights)
    declared = card.declared or named
    licences += [_named(each) for each in declared] or _said_of_weights(licences, card)
    spoken_of = None if licences else _spoken_of(folder)
    find_oddities(licences, declared, table, own, spoken_of)
    record_facts(licences, table, own)
    record_words(licences, table, single_base(seen), own)
    report = LicenceReport(tuple(licences), report_conditions(licences, table))
    named_bases = _named_bases(card if not seen.named("base_model") else None, seen)
    known = {folded(base.name) for base in bases}
    others = [base for base in named_bases if folded(base.name) not in known]
    _inherit(report, folder, [*bases, *others], seen, own)
    seen.join(own)
    return replace(report, findings=tuple(own.findings))


def _named_bases(card: CardWords | None, seen: Observations) -> list[Base]:
    """Return the bases that ``seen`` names, else the card, as far as a name tells a licence."""
    lineage = Observations(facts=list(seen.facts))
    for name, place in card.bases if card else ():
        lineage.declared("base_model", name, place)
    return bases_named(lineage, load_table())


def _inherit(
    report: LicenceReport,
    folder: Folder,
    bases: list[Base],
    seen: Observations,
    own: Observations,
) -> None:
    """Hold the release against the licences of its bases."""
    if bases:
        record_base_licence(bases, len(base_names(seen)), own)
        find_inherited(report, bases, own, folder.title.rpartition("/")[0])


def _spoken_of(folder: Folder) -> Place | None:
    """Return the first line of a card's text that says under which licence the release stands."""
    for entry in folder.matching("readme.md", "*model_card*.md"):
        try:
            text = folder.read_text(entry.path, MOST_BYTES).text
        except ParseError:
            continue
        match = _SPOKEN_OF.search(text)
        if match:
            return Place(entry.path, text.count("\n", 0, match.start()) + 1)
    return None


def _read_file(path: Path, seen: Observations) -> str | None:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or "input or output error").lower()
        raise InputError(f"`{shown_name(str(path))}` cannot be read: {reason}") from None
    text = data[:MOST_BYTES].decode("utf-8-sig", "replace")
    return usable_text(FileText(text, len(data) > MOST_BYTES, False), shown_name(path.name), seen)


def _found(document: Document, card: CardWords, table: LicenceTable) -> list[FoundLicence]:
    """Return what a file is: one licence, or each of several whole ones with what else it holds."""
    if document.kind == "notice":
        place = Place(document.path)
        return [FoundLicence(_notice(document), place, UNKNOWN, document.kind, {})]
    identity = identify(document.text, load_fingerprints(), table, whole=document.whole)
    if identity.how is not How.EXACT and document.whole:
        parts = whole_licences(document.text, load_fingerprints())
        if parts.known:
            return [_one(each, card, table) for each in _cut(document, parts)]
    return [_one(document, card, table, identity)]


def _one(
    document: Document, card: CardWords, table: LicenceTable, identity: Identity | None = None
) -> FoundLicence:
    if identity is None:
        identity = identify(document.text, load_fingerprints(), table)
    conditions = terms_of_text(document.text, document.path, identity, table)
    of = coverage.what_is_covered(document, identity, card, table)
    if document.kind == "policy" and ":" not in identity.id:
        identity = Identity("use-policy", How.UNKNOWN, identity.score, identity.nearest)
    place = Place(document.path, document.first)
    return _placed(FoundLicence(identity, place, of, document.kind, conditions), document.plain)


def _cut(document: Document, parts: Parts) -> list[Document]:
    """Return each whole licence of a file as a document of its own, then what else it holds."""
    lines = document.text.splitlines()
    chosen = [tuple(range(part.first, part.last + 1)) for part in parts.known]
    chosen += [parts.rest] if parts.rest else []
    cut = []
    for numbers in chosen:
        text = "\n".join(lines[number - 1] for number in numbers)
        places = tuple(document.plain.line(number) or number for number in numbers)
        cut.append(replace(document, plain=Plain(text, places), first=places[0]))
    return cut


def _placed(found: FoundLicence, plain: Plain) -> FoundLicence:
    """Return what was found with the lines of the file in place of those a reader sees."""
    if not plain.lines:
        return found
    difference = tuple(
        replace(each, line=plain.line(each.line)) for each in found.identity.difference
    )
    conditions = {
        name: replace(each, place=replace(each.place, line=plain.line(each.place.line)))
        for name, each in found.conditions.items()
    }
    identity = replace(found.identity, difference=difference)
    return replace(found, identity=identity, conditions=conditions)


def _notice(document: Document) -> Identity:
    """Return what a notice is: it names or repeats licences and is none itself."""
    known = identify_exactly(document.text, load_fingerprints()) if document.whole else None
    if known is not None and known.id.startswith("notice:"):
        return known
    sort = "template" if _BLANK.search(document.text) else ""
    if _PARTS.search(document.text):
        sort = "third-party"
    return Identity(f"notice:{sort}" if sort else "notice", How.UNKNOWN)


def _named(declared: Declared) -> FoundLicence:
    identity = Identity(declared.id, How.CARD)
    terms = terms_of_name(declared.licence, declared.place)
    return FoundLicence(identity, declared.place, WEIGHTS, "licence", terms)


def _said_of_weights(licences: list[FoundLicence], card: CardWords) -> list[FoundLicence]:
    """Return the one licence that sentences of the card give the weights, where no text does."""
    said = [each for each in card.said if WEIGHTS in each.of]
    told = any(each.of == WEIGHTS and each.kind == "licence" for each in licences)
    if told or len({each.licence.id for each in said}) != 1:
        return []
    return [_named(Declared(said[0].licence.id, said[0].licence, said[0].place))]


def _covering_by_place(
    licences: list[FoundLicence], folder: Folder, card: CardWords
) -> list[FoundLicence]:
    """Let the one licence that the card gives the weights, or the one at the top, cover them.

    Nothing is changed where a file says that it covers them, or the folder is no model.
    """
    plain = [each for each in licences if each.kind == "licence"]
    at_top = [each for each in plain if "/" not in each.place.file]
    said = {each.licence.id for each in card.said if WEIGHTS in each.of}
    if any(each.of == WEIGHTS for each in plain):
        return licences
    if said:
        chosen = [each for each in plain if len(said) == 1 and each.identity.id in said]
    elif _is_model(folder, card) and len({each.identity.id for each in at_top}) == 1:
        chosen = at_top
    else:
        chosen = []
    return [_as_weights(each) if each in chosen else each for each in licences]


def _is_model(folder: Folder, card: CardWords) -> bool:
    return card.has_front_matter or any(
        _WEIGHT_FILE.search(entry.path.lower()) for entry in folder.files
    )


def _as_weights(found: FoundLicence) -> FoundLicence:
    if found.of != UNKNOWN:
        return found
    return FoundLicence(found.identity, found.place, WEIGHTS, found.kind, found.conditions)
