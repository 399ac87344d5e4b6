"""What a card tells beyond its figures: its data, its tests, unwanted uses, where to report."""

from __future__ import annotations

import re
from collections.abc import Iterator

from weighbridge.release.card.late import LatePattern
from weighbridge.release.card.markup import printable
from weighbridge.release.card.parts import Card, Cell, Section, Table
from weighbridge.release.card.prose import is_filled
from weighbridge.release.observations import Observations
from weighbridge.text.places import Place
from weighbridge.text.strict_yaml import Entries, Items, Node, Text

_LEAST_TEXT = 60
_TITLES = {
    "training_data_told": LatePattern(
        r"\b(?:pre-?)?training (?:data|corpus|set)|^data(?:sets?)?$|训练数据|学習データ"
    ),
    "unwanted_uses_told": LatePattern(
        r"out[- ]of[- ]scope|misuse|prohibited|acceptable use|unintended|inappropriate use"
        r"|should not be used|禁止"
    ),
    "weakness_reports_told": LatePattern(
        r"\breport(?:ing)?\b.{0,30}\b(?:vulnerabilit|weakness|security|danger|safety|harm|issues?\b)"
        r"|responsible disclosure|security policy|漏洞"
    ),
}
_EVALUATION = LatePattern(r"\bevaluations?\b|\bbenchmarks?\b|\btest results\b|评测|评估结果|評価")
_TEST_HEAD = LatePattern(
    r"^(?:benchmarks?|tasks?|datasets?|tests?|metrics?|evaluations?|评测集?|数据集|基准|ベンチマーク|タスク)\b"
)
_NOT_A_TEST = LatePattern(
    r"\b(?:params?|parameters|architecture|tokens|size|layers|link|shots?)\b|^model"
)
_LETTER = re.compile(r"[^\W\d_]")
_LONGEST_NAME = 80
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_LEAST_FIGURES = 2


def read_told(card: Card, seen: Observations) -> None:
    """Record as true what sections of the card plainly tell; silence never makes a fact false.

    A heading counts only with filled text, a list or a table under it. An evaluation is a table
    of figures under a heading that names it, or results in the front matter.
    """
    for fact, pattern in _TITLES.items():
        place = _section_on(card, pattern)
        if place is not None:
            seen.declared(fact, True, place, "the card has a section on it")
    place = _results(card)
    if place is not None:
        seen.declared("evaluation_published", True, place, "the card holds results of tests")
    tests = _tests(card)
    if tests is not None:
        seen.declared("evaluations", *tests)


def _section_on(card: Card, pattern: LatePattern) -> Place | None:
    sections = card.sections
    for index, section in enumerate(sections):
        if section.level <= 1 or not pattern.search(section.title):
            continue
        if sum(map(_length, [section, *_inner(sections, index)])) >= _LEAST_TEXT:
            return section.place
    return None


def _results(card: Card) -> Place | None:
    if next(_indexed_results(card), None) is not None:
        return Place(card.front_matter_file, card.front_matter.key("model-index").line)
    table = next(_result_tables(card), None)
    return table.place(table.rows[1][0]) if table else None


def _result_tables(card: Card) -> Iterator[Table]:
    for section in card.sections:
        headings = section.path[1:] if section.level > 1 else section.path
        if any(title and _EVALUATION.search(title) for title in headings):
            for table in section.tables:
                cells = [cell for row in table.rows[1:] for cell in row]
                if sum(bool(_FIGURE.search(cell.text)) for cell in cells) >= _LEAST_FIGURES:
                    yield table


def _tests(card: Card) -> tuple[str, Place] | None:
    """Return the names of the tests whose results the card gives, and where."""
    names: dict[str, Place] = {}
    for result in _indexed_results(card):
        about = result.get("dataset")
        name = about.get("name") if isinstance(about, Entries) else None
        if isinstance(name, Text):
            names.setdefault(printable(name, 60), card.place(name))
    for table in _result_tables(card):
        for cell in _test_cells(table):
            if (
                _LETTER.search(cell.text)
                and not _NOT_A_TEST.search(cell.text)
                and len(cell.text) <= _LONGEST_NAME
            ):
                names.setdefault(printable(cell.text, 60), table.place(cell))
    if not names:
        return None
    return printable(", ".join(names)), next(iter(names.values()))


def _indexed_results(card: Card) -> Iterator[Entries]:
    """Yield the results that the front matter lists, as hubs do."""
    for node in _listed(card.front_matter.get("model-index")):
        yield from _listed(node.get("results"))


def _test_cells(table: Table) -> Iterator[Cell]:
    """Yield the cells that name tests: those of the column so headed, else the other heads."""
    head = table.rows[0]
    column = next((at for at, cell in enumerate(head) if _TEST_HEAD.search(cell.text)), None)
    if column is None:
        yield from head[1:]
        return
    yield from (row[column] for row in table.rows[1:] if column < len(row))


def _listed(node: Node | None) -> Iterator[Entries]:
    for each in node if isinstance(node, Items) else ():
        if isinstance(each, Entries):
            yield each


def _inner(sections: tuple[Section, ...], index: int) -> list[Section]:
    """Return the sections below a heading."""
    head, inner = sections[index], []
    for section in sections[index + 1 :]:
        if section.file != head.file or section.level <= head.level:
            break
        inner.append(section)
    return inner


def _length(section: Section) -> int:
    cells = [cell.text for table in section.tables for row in table.rows for cell in row]
    texts = [passage.text for passage in section.passages]
    return sum(len(text) for text in (*texts, *cells) if is_filled(text))
