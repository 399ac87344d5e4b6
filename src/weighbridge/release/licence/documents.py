"""Which files of a release are licences, use policies and notices, and their text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from weighbridge.facts import Severity
from weighbridge.release.folder import Entry, FileText, Folder
from weighbridge.release.licence.plain import Plain, plain_text
from weighbridge.release.observations import Observations
from weighbridge.text.errors import ParseError
from weighbridge.text.places import Place

MOST_BYTES = 1 << 20
_MOST_FILES = 24
_LICENCE = re.compile(
    r"(?:un)?licen[sc]es?\b|licen[sc]es?[-_.]|copying(?:[-_.]|$)|.*[-_ .]licen[sc]es?(?:[-_ .]|$)|"
    r".*licen[sc]e[-_ ]agreement|terms[-_ ]of[-_ ](?:use|service)|.*许可|.*协议"
)
_POLICY = re.compile(r".*(?:acceptable|prohibited|usage|use)[-_ ](?:use[-_ ])?polic(?:y|ies)")
_NOTICE = re.compile(r"(?:third[-_ ]?party[-_ ]?)?notices?(?:[-_.]|$)")
_ENDINGS = re.compile(
    r"\.(?:py|js|ts|c|h|cpp|css|json|ya?ml|toml|png|jpe?g|svg|gif|safetensors|bin)$"
)
_BINARY = re.compile(r"\.(?:pdf|docx?|odt)$")
_ELSEWHERE = re.compile(r"(?:^|/)(?:node_modules|third[-_]?party|vendor|\.github)/")


@dataclass(frozen=True, slots=True)
class Document:
    """One text of terms.

    path:  relative to the release
    kind:  ``licence``, ``policy`` or ``notice``, by its name
    plain: what a reader sees of at most the first mebibyte
    whole: the file is no longer than that
    first: the line on which it begins, where it is one of several in a file
    """

    path: str
    kind: str
    plain: Plain
    whole: bool = True
    first: int | None = None

    @property
    def text(self) -> str:
        """What a reader sees."""
        return self.plain.text


def kind_of(name: str) -> str | None:
    """Return ``licence``, ``policy`` or ``notice`` for a file's name, or ``None``."""
    lowered = name.lower()
    if _ENDINGS.search(lowered):
        return None
    for kind, pattern in (("policy", _POLICY), ("licence", _LICENCE), ("notice", _NOTICE)):
        if pattern.match(lowered):
            return kind
    return None


def read_documents(folder: Folder, seen: Observations) -> list[Document]:
    """Return the texts of terms in a release, those at the top first; findings go to ``seen``."""
    named = [(entry, kind) for entry in folder.files if (kind := _kind(entry))]
    named.sort(key=lambda each: (each[0].path.count("/"), each[0].path))
    if len(named) > _MOST_FILES:
        place = Place(named[_MOST_FILES][0].path)
        message = f"of {len(named)} files named as licences or notices {_MOST_FILES} were read"
        seen.find("licence-files-many", Severity.LOW, message, place)
    documents = []
    for entry, kind in named[:_MOST_FILES]:
        text = _read(folder, entry, seen)
        if text is not None:
            documents.append(Document(entry.path, kind, plain_text(text), entry.size <= MOST_BYTES))
    return documents


def usable_text(read: FileText, path: str, seen: Observations) -> str | None:
    """Return the text of a file if it is one that can be read; else a finding says why not."""
    place = Place(path)
    if "\0" in read.text[:4096]:
        message = "the file named as a licence is not text"
        seen.find("unreadable-file", Severity.MEDIUM, message, place)
        return None
    if read.truncated:
        message = "the file named as a licence is longer than 1 MiB: the rest was not read"
        seen.find("licence-truncated", Severity.MEDIUM, message, place)
    if not read.text.strip():
        message = "the file named as a licence is empty, which is no licence"
        seen.find("licence-empty", Severity.MEDIUM, message, place)
        return None
    return read.text


def _kind(entry: Entry) -> str | None:
    if entry.alias_of is not None or _ELSEWHERE.search(entry.path.lower()):
        return None
    return kind_of(entry.name)


def _read(folder: Folder, entry: Entry, seen: Observations) -> str | None:
    if _BINARY.search(entry.name.lower()):
        message = "terms in a document that is not plain text were not read"
        seen.find("unreadable-file", Severity.MEDIUM, message, Place(entry.path))
        return None
    try:
        return usable_text(folder.read_text(entry.path, MOST_BYTES), entry.path, seen)
    except ParseError as error:
        place = error.place or Place(entry.path)
        seen.find("unreadable-file", Severity.MEDIUM, f"the licence file {error.message}", place)
        return None
