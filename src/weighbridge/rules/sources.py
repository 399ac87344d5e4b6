"""The files of a body of law as YAML documents, before anything is made of them.

Amendments work on documents, so that what they change is read and checked like the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from weighbridge.facts.vocabulary import vocabulary_files
from weighbridge.rules.files import PACK_PARTS, law_names
from weighbridge.text.errors import InputError
from weighbridge.text.fields import SourceFile
from weighbridge.text.strict_yaml import Entries, Node, Text

LAW_FOLDER = Path(__file__).resolve().parent.parent / "law"
_PACK_FOLDERS = (*PACK_PARTS, "rules")


@dataclass(slots=True)
class Document:
    """One YAML document: its node, its file, the pack it belongs to and what it declares."""

    node: Entries
    file: SourceFile
    pack: str
    heading: str

    @property
    def name(self) -> str:
        """The id the document declares."""
        value = self.node.get(self.heading)
        return str(value) if isinstance(value, Text) else ""


@dataclass(slots=True)
class Sources:
    """All documents of a body of law, by what they declare.

    amendments: names of those applied, sorted
    changed:    ids of rules and names of parameters that an amendment wrote, with its name
    """

    facts: list[tuple[str, str]] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    amendments: list[str] = field(default_factory=list)
    changed: dict[str, str] = field(default_factory=dict)

    def of(self, heading: str) -> Iterator[Document]:
        """Yield the documents that declare a ``rule``, ``parameter``, ``pack`` and so on."""
        return (each for each in self.documents if each.heading == heading)


HEADINGS = (
    "pack",
    "rule",
    "parameter",
    "reading",
    "penalty",
    "discharge",
    "comparison",
    "law",
)
"""What a document of a body of law may declare."""


def law_files(folder: Path) -> list[Path]:
    """Return every file of a body of law that has a meaning, in the order of its names."""
    return [folder / name for name in law_names(folder)]


def read_sources(folders: list[Path]) -> Sources:
    """Return the documents of the everyday vocabulary and of every folder of law."""
    sources = Sources()
    for path in vocabulary_files():
        sources.facts.append((f"vocabulary/{path.name}", path.read_text(encoding="utf-8")))
    for folder in folders:
        for path in law_files(folder):
            _read_file(path, path.relative_to(folder).as_posix(), sources)
    return sources


def read_text(path: Path) -> str:
    """Return the text of a file of law. Raises :class:`InputError` where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
    except UnicodeDecodeError:
        reason = "not UTF-8 text"
    raise InputError(f"cannot read `{path}`: {reason}")


def _read_file(path: Path, name: str, sources: Sources) -> None:
    text = read_text(path)
    if "facts" in (path.stem, path.parent.name):
        sources.facts.append((name, text))
        return
    pack = path.parent.parent if path.parent.name in _PACK_FOLDERS else path.parent
    depth = len(path.parts) - len(Path(name).parts)
    pack_id = "/".join(pack.parts[depth:])
    sources.documents.extend(read_documents(text, name, pack_id))


def read_documents(
    text: str, name: str, pack: str, headings: tuple[str, ...] = HEADINGS
) -> Iterator[Document]:
    """Yield the documents of one file, each with the heading that says what it declares."""
    file = SourceFile(name, text)
    for node in file.documents():
        yield Document(_mapping(node, file), file, pack, _heading(node, file, headings))


def _mapping(node: Node, file: SourceFile) -> Entries:
    if not isinstance(node, Entries):
        raise file.error(node, "expected a mapping of keys to values")
    return node


def _heading(node: Node, file: SourceFile, headings: tuple[str, ...]) -> str:
    for heading in headings:
        if isinstance(node, Entries) and heading in node:
            return heading
    raise file.error(node, "a document declares one of " + ", ".join(headings))
