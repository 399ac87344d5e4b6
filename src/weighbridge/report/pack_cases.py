"""The tests of the packs as a reader sees them: what a case is about and what it expects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from weighbridge.facts.values import read_day
from weighbridge.rules import Law, Rule
from weighbridge.rules.sources import LAW_FOLDER
from weighbridge.text.errors import ParseError
from weighbridge.text.strict_yaml import Entries, Items, Text, read_yaml_documents

_TESTS = "**/tests/*.yaml"


@dataclass(frozen=True, slots=True)
class PackCase:
    """One case.

    file:    from the folder of the law; ``line`` is the one it begins on
    as_of:   the day it is judged on, or an empty text for the day the law was read
    expects: rule ids and facts, each with what must come out, as written
    text:    the case as written
    given:   the situations it takes facts from, as written
    """

    file: str
    line: int
    title: str
    as_of: str
    expects: dict[str, str]
    text: str
    given: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Where a person finds it."""
        return f"{self.file}:{self.line}"

    def names(self, law: Law, rule: Rule) -> bool:
        """Return whether the case expects something of this version of ``rule``."""
        if rule.id in self.expects:
            return law.version(rule.id, self._day(law)) is rule
        return rule.kind == "definition" and str(rule.body["concludes"]) in self.expects

    def expected_of(self, rule: Rule) -> str:
        """Return what must come out for ``rule``, or for the fact it concludes."""
        return self.expects.get(rule.id) or self.expects[str(rule.body["concludes"])]

    def _day(self, law: Law) -> int:
        try:
            return read_day(self.as_of or law.read_on).toordinal()
        except ParseError:
            return read_day(law.read_on).toordinal()


def cases_naming(law: Law, rule: Rule, folders: Iterable[Path] = ()) -> list[PackCase]:
    """Return the cases of all packs that expect something of ``rule``.

    ``folders`` are those of ``--law``.
    """
    words = {rule.id, str(rule.body.get("concludes", rule.id))}
    found = read_cases((LAW_FOLDER, *folders), words)
    return [case for case in found if case.names(law, rule)]


def read_cases(folders: Iterable[Path], words: Iterable[str] | None = None) -> Iterator[PackCase]:
    """Yield the cases beside the packs of ``folders``, in a fixed order.

    With ``words`` only files that hold one of them are read. A file that cannot be read counts
    for nothing.
    """
    for folder in folders:
        for path in sorted(folder.glob(_TESTS)):
            yield from _of_file(path, path.relative_to(folder).as_posix(), words)


def _of_file(path: Path, name: str, words: Iterable[str] | None) -> Iterator[PackCase]:
    try:
        text = path.read_text(encoding="utf-8")
        if words is not None and not any(word in text for word in words):
            return
        documents = list(read_yaml_documents(text, name))
    except (OSError, UnicodeDecodeError, ParseError):
        return
    lines = text.split("\n")
    situations: dict[str, str] = {}
    for document in documents:
        if not isinstance(document, Entries):
            continue
        situation = document.get("situation")
        if isinstance(situation, Text):
            situations[situation] = written_at(lines, document.line)
        elif isinstance(document.get("expect"), Entries):
            yield _case(document, name, lines, situations)


def _case(document: Entries, name: str, lines: list[str], situations: dict[str, str]) -> PackCase:
    title, as_of, given = document.get("case"), document.get("as_of"), document.get("given")
    named = [given] if isinstance(given, Text) else given if isinstance(given, Items) else []
    return PackCase(
        file=name,
        line=document.line,
        title=title if isinstance(title, Text) else "a case without a title",
        as_of=as_of if isinstance(as_of, Text) else "",
        expects={str(id_): _expected(node) for id_, node in document["expect"].items()},
        text=written_at(lines, document.line),
        given=tuple(situations[each] for each in named if each in situations),
    )


def _expected(node: object) -> str:
    if isinstance(node, Entries):
        return ", ".join(
            str(value) if key == "verdict" else f"{key}: {value}" for key, value in node.items()
        )
    return str(node)


def written_at(lines: list[str], line: int) -> str:
    """Return the YAML document that begins on ``line`` (from 1), with the comments before it."""
    start, end = line - 1, line - 1
    while start > 0 and not lines[start - 1].startswith("---"):
        start -= 1
    while end < len(lines) and not lines[end].startswith("---"):
        end += 1
    return "\n".join(lines[start:end]).strip("\n")
