"""Which rows of the fact sheets a body of law encodes, leaves out of scope, or misses.

``coverage.yaml`` beside a pack lists the rows of its instrument, article by article; a rule says
with ``rows`` which of them it encodes. Read only where somebody asks: no verdict needs it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from weighbridge.rules.law import Law
from weighbridge.rules.rule import Citation
from weighbridge.rules.sources import LAW_FOLDER, read_text
from weighbridge.text.errors import did_you_mean
from weighbridge.text.fields import Fields, SourceFile
from weighbridge.text.strict_yaml import Text

FILE = "coverage.yaml"
STATES = ("encoded", "out", "missing")
UNNAMED = "no rule names it"
NO_TAG = "none"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a fact sheet.

    tag:       how far the sheet trusts it, in the sheet's own signs
    by:        the rules (keys), penalties and parameters that encode it
    out:       why it is out of scope     missing: why nothing encodes it yet
    unsettled: whether the sheet calls it open
    """

    id: str
    tag: str
    by: tuple[str, ...] = ()
    out: str = ""
    missing: str = ""
    unsettled: bool = False

    @property
    def state(self) -> str:
        """One of :data:`STATES`."""
        return "encoded" if self.by else "out" if self.out else "missing"

    @property
    def why(self) -> str:
        """Why it is out of scope or missing; nothing where it is encoded."""
        return "" if self.by else self.out or self.missing or UNNAMED


@dataclass(frozen=True, slots=True)
class Article:
    """One article of an instrument: ``head`` is how a citation of it begins.

    words: stems, one of which a rule that cites the article speaks of
    missing: why those of its rows that nothing names are missing
    """

    head: str
    act: str
    subject: str
    words: tuple[str, ...]
    rows: tuple[Row, ...]
    missing: str = ""

    def holds(self, cite: Citation) -> bool:
        """Return whether ``cite`` begins with this article; `Arts. 10 and 11` begins with 10."""
        at = cite.at.replace("Arts. ", "Art. ", 1) if cite.at.startswith("Arts. ") else cite.at
        whole = re.match(rf"{re.escape(self.head)}(?!\w)", at)
        return whole is not None and self.act in ("", cite.act)

    def speaks_of(self, text: str) -> bool:
        """Return whether a word of ``text`` begins with one of the article's stems."""
        spoken = re.findall(r"[\w-]+", text.lower())
        return any(word.startswith(stem.lower()) for word in spoken for stem in self.words)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The rows of one folder of law; ``pack`` is its id, which need not be a pack's yet."""

    pack: str
    articles: tuple[Article, ...]

    @property
    def rows(self) -> Iterator[Row]:
        """Every row, article by article."""
        return (row for article in self.articles for row in article.rows)

    def counts(self) -> dict[str, int]:
        """Return how many rows are in each of :data:`STATES`."""
        counted = Counter(row.state for row in self.rows)
        return {state: counted[state] for state in STATES}

    def article_of(self, cite: Citation) -> Article | None:
        """Return the article that a citation begins with, the longest head first."""
        fitting = [article for article in self.articles if article.holds(cite)]
        return max(fitting, key=lambda article: (len(article.head), article.act), default=None)


def read_coverage(law: Law, folders: Iterable[Path] = (LAW_FOLDER,)) -> list[Coverage]:
    """Return the coverage of ``law``, which was made from ``folders``, by pack id.

    Raises :class:`LanguageError` for a list that is broken or that names a row a second time.
    """
    reader = _Reader(law)
    for folder in folders:
        for path in sorted(folder.rglob(FILE)):
            reader.read(path, folder)
    return sorted(reader.found, key=lambda coverage: coverage.pack)


def unlisted_rows(law: Law, coverage: Iterable[Coverage]) -> dict[str, list[str]]:
    """Return the rules and penalties that name rows no list holds, each with those rows."""
    listed = {row.id for each in coverage for row in each.rows}
    unlisted: dict[str, list[str]] = defaultdict(list)
    for key, row in _named(law):
        if row not in listed:
            unlisted[key].append(row)
    return dict(unlisted)


def _named(law: Law) -> Iterator[tuple[str, str]]:
    """Yield the key of each rule and penalty with each row it names."""
    for rule in law.rules:
        yield from ((rule.key, row) for row in rule.rows)
    for penalty in law.penalties.values():
        yield from ((penalty.id, row) for row in penalty.rows)


class _Reader:
    def __init__(self, law: Law) -> None:
        self.law = law
        self.found: list[Coverage] = []
        self.seen: dict[str, str] = {}
        self.named: dict[str, list[str]] = defaultdict(list)
        for key, row in _named(law):
            self.named[row].append(key)

    def read(self, path: Path, folder: Path) -> None:
        file = SourceFile(path.relative_to(folder).as_posix(), read_text(path))
        articles = tuple(self._article(Fields(node, file)) for node in file.documents())
        self.found.append(Coverage(path.parent.relative_to(folder).as_posix(), articles))

    def _article(self, fields: Fields) -> Article:
        head = str(fields.text("article"))
        fields.provision = head
        act, subject = str(fields.text("act", "")), str(fields.text("subject"))
        words = tuple(str(word) for word in fields.texts("words"))
        missing = str(fields.text("missing", ""))
        section = fields.section("rows")
        fields.done()
        rows = tuple(self._rows(section, missing)) if section else ()
        return Article(head, act, subject, words, rows, missing)

    def _rows(self, section: Fields, missing: str) -> Iterator[Row]:
        for id_ in section.node:
            if isinstance(id_, Text):
                yield self._row(section.needed(id_), id_, missing)

    def _row(self, fields: Fields, id_: Text, article_missing: str) -> Row:
        place = f"{fields.file.name}:{id_.line}"
        if id_ in self.seen:
            fields.fail(id_, f"row `{id_}` is listed twice", f"also in {self.seen[id_]}")
        self.seen[str(id_)] = place
        tag, out = str(fields.text("tag")), str(fields.text("out", ""))
        missing = str(fields.text("missing", ""))
        if out and missing:
            fields.fail(id_, f"row `{id_}` is out of scope or missing, not both")
        by = tuple(dict.fromkeys([*self.named[id_], *self._parameters(fields)]))
        unsettled = fields.flag("unsettled", False)
        fields.done()
        if not (by or out or missing):
            missing = article_missing
        return Row(str(id_), "" if tag == NO_TAG else tag, by, out, missing, unsettled)

    def _parameters(self, fields: Fields) -> Iterator[str]:
        for name in fields.texts("parameters"):
            if name not in self.law.parameters:
                hint = did_you_mean(name, self.law.parameters)
                fields.fail(name, f"unknown parameter `{name}`", hint)
            yield str(name)
