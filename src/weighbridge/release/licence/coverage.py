"""What a text of terms covers: the weights, the code or the data of a release."""

from __future__ import annotations

import re
from collections.abc import Iterable

from weighbridge.release.licence.covers import CODE, DATA, UNKNOWN, WEIGHTS
from weighbridge.release.licence.declared import CardWords
from weighbridge.release.licence.documents import Document
from weighbridge.release.licence.identify import How, Identity
from weighbridge.release.licence.prose import SENTENCE, Said, speaks_of_licences, spoken_of
from weighbridge.release.licence.table import LicenceTable

_NAMES = (
    (WEIGHTS, re.compile(r"model|weights?")),
    (CODE, re.compile(r"(?<![a-z])(?:code|source|software)")),
    (DATA, re.compile(r"(?<![a-z])data(?:sets?)?(?![a-z])")),
)
_FOLDERS = (
    (WEIGHTS, frozenset(("weights", "model", "models", "checkpoint", "checkpoints", "ckpt"))),
    (CODE, frozenset(("code", "src", "source", "scripts"))),
)
_OWN_WORDS = re.compile(r"\b(?:model weights|trained models?|the models?|checkpoints)\b|模型")
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")
_TARGET = re.compile(r"\]\(\s*<?([^)\s>]{1,400})")
_MOST_OWN = 64 << 10
_LONGEST_LINE = 4000


def what_is_covered(
    document: Document, identity: Identity, card: CardWords, table: LicenceTable
) -> str:
    """Return what a document covers by its name, its known text, the card or its own words."""
    own = covered_by_text(document.text, identity, table) if document.kind == "licence" else UNKNOWN
    known = own if table.get(identity.id) is not None else UNKNOWN
    for said in (
        covered_by_name(document),
        known,
        covered_by_card(document, card.lines),
        covered_by_prose(identity, card.said),
    ):
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
    return next((what for what, folders in _FOLDERS if last in folders), UNKNOWN)


def covered_by_prose(identity: Identity, said: Iterable[Said]) -> str:
    """Return whether the card's sentences put code or data under the licence that a file holds.

    Whether it is then the licence of the weights too turns on the other files.
    """
    of = {what for each in said if each.licence.id == identity.id for what in each.of}
    return of.pop() if len(of) == 1 and WEIGHTS not in of else UNKNOWN


def covered_by_card(document: Document, lines: Iterable[str]) -> str:
    """Return what a sentence of the card that links to the file says of it."""
    name = document.path.rpartition("/")[2]
    for line in lines:
        if len(line) > _LONGEST_LINE or not speaks_of_licences(line):
            continue
        before = ""
        for sentence in SENTENCE.split(line):
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
    return next(iter(spoken_of(words)), UNKNOWN)


def _decoded(match: re.Match[str]) -> str:
    """Return the character a link writes as ``%20``; links to files here are plain ASCII."""
    return chr(int(match[1], 16))
