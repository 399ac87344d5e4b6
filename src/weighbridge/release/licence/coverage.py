"""What a text of terms covers: the weights, the code or the data of a release."""

from __future__ import annotations

import re
from collections.abc import Iterable

from weighbridge.release.licence.documents import Document
from weighbridge.release.licence.identify import How, Identity
from weighbridge.release.licence.table import LicenceTable

WEIGHTS, CODE, DATA, UNKNOWN = "weights", "code", "data", "unknown"

_NAMES = (
    (WEIGHTS, re.compile(r"model|weights?")),
    (CODE, re.compile(r"(?<![a-z])(?:code|source|software)")),
    (DATA, re.compile(r"(?<![a-z])data(?:sets?)?(?![a-z])")),
)
_SAYS = (
    (WEIGHTS, re.compile(r"\bweights?\b|\bmodels?\b(?! ?(?:code|zoo))|\bcheckpoints?\b")),
    (CODE, re.compile(r"\bcode(?:base)?\b|\bscripts?\b|\bsoftware\b")),
    (DATA, re.compile(r"\bdata ?sets?\b|\bcorpus\b")),
)
_OWN_WORDS = re.compile(r"\b(?:model weights|trained models?|the models?|checkpoints)\b|模型")
_SENTENCE = re.compile(r"(?<=[.;])\s+(?=[A-Z])")
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")
_TARGET = re.compile(r"\]\(\s*<?([^)\s>]{1,400})")
_MOST_OWN = 64 << 10


def what_is_covered(
    document: Document, identity: Identity, card: Iterable[str], table: LicenceTable
) -> str:
    """Return what a document covers by its name, its known text, the card or its own words."""
    own = covered_by_text(document.text, identity, table) if document.kind == "licence" else UNKNOWN
    known = own if table.get(identity.id) is not None else UNKNOWN
    for said in (covered_by_name(document), known, covered_by_card(document, card)):
        if said != UNKNOWN:
            return said
    return own


def covered_by_name(document: Document) -> str:
    """Return what the file's name, or that of a folder of licences, says it covers."""
    folder, _, name = document.path.lower().rpartition("/")
    last = folder.rpartition("/")[2]
    for words in (name, last if "licen" in last or last.startswith("data") else ""):
        for what, pattern in _NAMES:
            if pattern.search(words):
                return what
    return UNKNOWN


def covered_by_card(document: Document, lines: Iterable[str]) -> str:
    """Return what a sentence of the card that links to the file says of it."""
    name = document.path.rpartition("/")[2]
    for line in lines:
        if "licen" not in line.lower() or len(line) > 4000:
            continue
        before = ""
        for sentence in _SENTENCE.split(line):
            if any(_names(target, name) for target in _TARGET.findall(sentence)):
                said = _said(sentence, name)
                # "The code and weights are under MIT. See [LICENSE](LICENSE)."
                said = said if said != UNKNOWN else _said(before, name)
                if said != UNKNOWN:
                    return said
            before = sentence
    return UNKNOWN


def covered_by_text(text: str, identity: Identity, table: LicenceTable) -> str:
    """Return what the terms themselves say they cover."""
    licence = table.get(identity.id)
    if licence is not None:
        return licence.about
    if identity.how is How.MODIFIED:
        return UNKNOWN
    return WEIGHTS if _OWN_WORDS.search(text[:_MOST_OWN].lower()) else UNKNOWN


def _names(target: str, name: str) -> bool:
    return _PERCENT.sub(_decoded, target).rpartition("/")[2] == name


def _said(sentence: str, name: str) -> str:
    words = _TARGET.sub("]", sentence).lower().replace(name.lower(), "")
    for what, pattern in _SAYS:
        if pattern.search(words):
            return what
    return UNKNOWN


def _decoded(match: re.Match[str]) -> str:
    """Return the character a link writes as ``%20``; links to files here are plain ASCII."""
    return chr(int(match[1], 16))
