"""How many tests of its pack name a rule, so that its page can say so."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from weighbridge.rules import Rule
from weighbridge.rules.sources import LAW_FOLDER
from weighbridge.text.errors import ParseError
from weighbridge.text.strict_yaml import Entries, read_yaml_documents


def cases_naming(rule: Rule, folders: Iterable[Path] = ()) -> int:
    """Return how many cases beside the rule's pack expect something of it.

    ``folders`` are those of ``--law``. A case file that cannot be read counts for nothing.
    """
    count = 0
    for folder in (LAW_FOLDER, *folders):
        for path in sorted((folder / rule.pack / "tests").glob("*.yaml")):
            count += _naming(path, rule.id)
    return count


def _naming(path: Path, id_: str) -> int:
    try:
        text = path.read_text(encoding="utf-8")
        documents = list(read_yaml_documents(text, path.name))
    except (OSError, UnicodeDecodeError, ParseError):
        return 0
    return sum(_expects(document, id_) for document in documents)


def _expects(document: object, id_: str) -> bool:
    expected = document.get("expect") if isinstance(document, Entries) else None
    return isinstance(expected, Entries) and id_ in expected
