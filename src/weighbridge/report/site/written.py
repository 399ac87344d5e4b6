"""The documents of the rules as their files have them, comments and all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from weighbridge.report.pack_cases import written_at
from weighbridge.rules import Law, Rule
from weighbridge.text.errors import ParseError
from weighbridge.text.strict_yaml import Entries, Text, read_yaml_documents


def written_rules(law: Law, folders: Iterable[Path]) -> dict[str, str]:
    """Return the document of each rule by its key, from the folders the law was made from.

    A rule that an amendment added, or whose file is gone, has none.
    """
    waiting: dict[tuple[str, str], list[Rule]] = defaultdict(list)
    for rule in law.rules:
        waiting[rule.file, rule.id].append(rule)
    found: dict[str, str] = {}
    for folder in folders:
        for name in dict.fromkeys(rule.file for rule in law.rules):
            for id_, text in _documents(folder / name, name):
                versions = waiting[name, id_]
                if versions:
                    found[versions.pop(0).key] = text
    return found


def _documents(path: Path, name: str) -> Iterator[tuple[str, str]]:
    """Yield the id and the text of each rule in a file; of a file that cannot be read, nothing."""
    try:
        text = path.read_text(encoding="utf-8")
        documents = list(read_yaml_documents(text, name))
    except (OSError, UnicodeDecodeError, ParseError):
        return
    lines = text.split("\n")
    for document in documents:
        if isinstance(document, Entries) and isinstance(document.get("rule"), Text):
            yield str(document["rule"]), written_at(lines, document.line)
