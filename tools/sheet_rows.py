"""Lists the rows of the fact sheets, read mechanically from their tables.

``python tools/sheet_rows.py [FOLDER]`` prints one id a line. The rules:

1. A sheet is cut at its numbered headings (``## 2``, ``### 2.4``, ``#### 2.4.1``).
2. Each section says below how its rows are called. Where a table has ids of its own, they are the
   first cells, without bold and code signs, and without what follows the id in the cell.
3. Rows without an id are called by their section and their point, name, day or order:
   ``Annex III 4(a)``, ``3(63)``, ``US 1 2026-09-30``, ``CW 2.6.3``.
4. What a section says outside its tables is one row, called by the section: ``2.5``, ``US 3.4``.
   Sections that repeat other rows as a matrix are one row too.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent.parent / "shared" / "law"
Form = Callable[[str], Iterator[str]]
_HEADING = re.compile(r"^#{2,4} (\d+(?:\.\d+)*)\.? ?(.*)$", re.MULTILINE)
_NAMED_HEADING = re.compile(r"^#### (Annex [IVX]+)\b(.*)$", re.MULTILINE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def tables(text: str) -> Iterator[list[list[str]]]:
    """Yield each table of ``text`` as rows of cells, without its head."""
    for block in re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE):
        rows = [re.split(r"(?<!\\)\|", line.strip())[1:-1] for line in block.strip().split("\n")]
        yield [[_plain(cell) for cell in row] for row in rows[2:]]


def _plain(cell: str) -> str:
    return re.sub(r"\*\*|`", "", cell).strip()


def firsts(text: str, which: int | None = None) -> Iterator[str]:
    """Yield the first cell of each row, of every table or of the one numbered ``which``."""
    for number, table in enumerate(tables(text)):
        if which in (None, number):
            yield from (row[0] for row in table)


def whole(name: str) -> Form:
    """Return the form of a section that is one row."""
    return lambda _: iter([name])


def cells(pattern: str = r"\S+", prefix: str = "", which: int | None = None) -> Form:
    """Return the form of a table whose first cells begin with an id of ``pattern``."""

    def form(text: str) -> Iterator[str]:
        for cell in firsts(text, which):
            found = re.search(pattern, cell)
            if found:
                yield prefix + found[0]

    return form


def ordered(prefix: str) -> Form:
    """Return the form of a table whose rows are counted."""
    return lambda text: (f"{prefix}{n}" for n, _ in enumerate(firsts(text), 1))


def found(pattern: str, prefix: str = "") -> Form:
    """Return the form of a text in which ids of ``pattern`` (its group) stand."""
    return lambda text: (prefix + each for each in re.findall(pattern, text, re.MULTILINE))


def numbered(prefix: str) -> Form:
    """Return the form of a numbered list."""
    return found(r"^(\d+)\. ", prefix)


def counted(pattern: str, prefix: str) -> Form:
    """Return the form of things that are counted in their order."""
    return lambda text: (
        f"{prefix}{n}" for n, _ in enumerate(re.findall(pattern, text, re.MULTILINE), 1)
    )


def points(prefix: str, which: int = 0) -> Form:
    """Return the form of a table of points; ``(14a),(14b)`` are two, ``6(a)–(c)`` three."""

    def form(text: str) -> Iterator[str]:
        for cell in firsts(text, which):
            yield from (prefix + point for point in _points(cell))

    return form


def _points(cell: str) -> Iterator[str]:
    span = re.fullmatch(r"(\d*)\((\w+)\)–\((\w+)\)", cell)
    if span is None:
        yield from cell.split(",")
    elif span[2].isdigit():
        yield from (f"{span[1]}({n})" for n in range(int(span[2]), int(span[3]) + 1))
    else:
        yield from (f"{span[1]}({chr(n)})" for n in range(ord(span[2]), ord(span[3]) + 1))


def _annex_one(text: str) -> Iterator[str]:
    sections = re.findall(r"^Section [AB]: (.*)$", text, re.MULTILINE)
    for number in re.findall(r"(?:^|· )\**(\d+) ", "\n".join(sections), re.MULTILINE):
        yield f"Annex I {number}"


def _registration(text: str) -> Iterator[str]:
    for section, fields in re.findall(r"^Sec\. ([A-C]) \(.*?\): (.*)$", text, re.MULTILINE):
        for number in re.findall(r"(?:^|· )~*(\d+) ", fields):
            yield f"VIII.{section}.{number}"


def _states(text: str) -> Iterator[str]:
    seen: Counter[str] = Counter()
    for name in firsts(text):
        seen[name] += 1
        yield f"CW 3 {name}" + (f" {seen[name]}" if seen[name] > 1 else "")


def _instruments(text: str) -> Iterator[str]:
    for cell in firsts(text):
        yield from cell.split(" / ")


DOTTED = r"^[\w.]+\.[\w.*]+"
EU: dict[str, tuple[Form, ...]] = {
    "0.1": (cells(r"(?<=\[)[\w:]+", "0.1 "),),
    "0.2": (numbered("0.2."),),
    "0.3": (cells(_DAY.pattern, "0.3 "),),
    "0.4": (cells(),),
    "1.1": (points("3"), found(r"`(D-\d)`")),
    "1.2": (cells(), found(r"(?:Notes\. |\. )\(([a-d])\) ", "1.2.")),
    "1.3": (cells(), whole("1.3")),
    "1.4": (points("Art 5 "), cells(which=1), whole("1.4")),
    "1.5": (
        cells(which=0),
        whole("Annex I"),
        _annex_one,
        whole("Annex III"),
        points("Annex III ", 1),
    ),
    "1.6": (cells(), whole("1.6")),
    "1.7": (cells(),),
    "1.8": (cells(),),
    "1.9": (cells(), whole("1.9")),
    "1.10": (
        cells(which=0),
        cells(r"^\d+", "A50 ¶", which=1),
        whole("1.10"),
        whole("AIC"),
        found(r"Measure (\d\.\d)", "AIC "),
        found(r"Section (2) deployers", "AIC "),
    ),
    "1.11": (cells(), whole("1.11")),
    "1.12": (cells(),),
    "1.13": (cells(), whole("1.13")),
    "1.14": (cells(),),
    "Annex IV": (cells(),),
    "Annex V": (found(r"\b(V\.\d)\b"),),
    "Annex VIII": (_registration,),
    "Annex XI": (cells(), whole("Annex XI")),
    "Annex XII": (found(r"\b(XII\.\d\.[a-z])\b"),),
    "Annex XIII": (found(r"(?:^|· )\(([a-g])\) ", "XIII."),),
    "1.16": (cells(r"^\d+"),),
    **{f"2.{n}": (whole(f"2.{n}"),) for n in range(1, 8)},
    "3": (whole("3"),),
    "3.1": (whole("3.1"), ordered("3.1 form ")),
    "3.2": (whole("3.2"),),
    "3.3": (whole("3.3"),),
    "4": (cells(), whole("4")),
    "5.1": (whole("5.1"),),
    "5.2": (cells(r"^(?:Annex \w+|[\w()]+)", "5.2 "), whole("5.2")),
    "5.3": (ordered("5.3."),),
    "6.1": (cells(), whole("6.1")),
    "6.2": (cells(), whole("6.2")),
    "6.3": (whole("6.3"),),
    "6.4": (cells(), whole("6.4")),
    "6.5": (cells(),),
    "6.6": (found(r"(HS-\d)"),),
    **{f"7.{n}": (whole(f"7.{n}"),) for n in range(1, 4)},
    "9": (cells(prefix="9."),),
}
US: dict[str, tuple[Form, ...]] = {
    "0": (
        cells(r"(?<=\[)[\w:+-]+", "US 0 ", which=0),
        cells(r"^[\w()]+", "US 0 ", which=1),
        numbered("US 0."),
        whole("US 0"),
    ),
    "1": (cells(_DAY.pattern, "US 1 "),),
    "2": (cells(DOTTED), whole("US 2")),
    "3.1": (cells(DOTTED), whole("US 3.1")),
    "3.2": (cells(DOTTED), cells(r"^others$", "US 3.2 ")),
    "3.3": (cells(DOTTED), whole("US 3.3")),
    "3.4": (cells(DOTTED), whole("US 3.4")),
    "3.5": (whole("US 3.5"),),
    "4.1": (cells(DOTTED), found(r"^- \*\*([\w ]+)\*\*:", "US 4.1 "), whole("US 4.1")),
    "4.2": (cells(DOTTED), cells(r"^penalty$", "US 4.2 ")),
    "4.3": (cells(DOTTED), whole("US 4.3")),
    "4.4": (cells(r"^[A-C]$", "US 4.4 ", which=0), cells(DOTTED, which=1), whole("US 4.4")),
    "4.5": (cells(DOTTED),),
    "5": (cells(r".+", "US 5 ", which=0), cells(DOTTED, which=1), whole("US 5")),
    "6": (cells(DOTTED), cells(r"^other \d+$", "US 6 ")),
    "7": (whole("US 7"),),
    "8": (ordered("US 8."),),
    "9": (counted(r"^- ", "US 9."),),
    "10": (cells(DOTTED), whole("US 10")),
    "11": (whole("US 11"),),
    "12": (whole("US 12"),),
    "13": (numbered("US 13."),),
    "14": (cells(prefix="US "),),
}
CHINA_AND_WORLD: dict[str, tuple[Form, ...]] = {
    "0": (numbered("CW 0."), whole("CW 0")),
    "1": (cells(prefix="CW "),),
    "2.1": (_instruments,),
    "2.2": (cells(), found(r"\*\*(P-[A-Z]+)\*\* =")),
    "2.3": (numbered("CW 2.3."), whole("CW 2.3")),
    "2.4.1": (whole("CW 2.4.1"),),
    "2.4.2": (cells(prefix="CW 2.4.2 "),),
    "2.4.3": (cells(r"^.+?(?= / | \(|$)", "CW 2.4.3 "), whole("CW 2.4.3")),
    "2.4.4": (ordered("CW 2.4.4."),),
    "2.4.5": (whole("CW 2.4.5"),),
    "2.5": (ordered("CW 2.5."), whole("CW 2.5")),
    "2.6": (ordered("CW 2.6."),),
    "2.7": (whole("CW 2.7"),),
    "2.8": (whole("CW 2.8"),),
    "2.9": (ordered("CW 2.9."),),
    "3": (_states,),
    "3.1": (whole("CW 3.1"),),
    "3.2": (cells(_DAY.pattern, "CW 3.2 "),),
    "4": (numbered("CW 4."),),
    "5": (whole("CW 5"),),
}
SHEETS = {"eu.md": EU, "us.md": US, "china_and_world.md": CHINA_AND_WORLD}
# Headings that hold nothing but further headings.
EMPTY = {
    "eu.md": {"0", "1", "1.15", "2", "5", "6", "7"},
    "us.md": {"3", "4"},
    "china_and_world.md": {"2", "2.4"},
}


def sections(text: str) -> dict[str, str]:
    """Return the text under each numbered heading and under each heading of an annex."""
    marks = sorted(
        [*_HEADING.finditer(text), *_NAMED_HEADING.finditer(text)], key=lambda mark: mark.start()
    )
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return {mark[1]: text[mark.end() : end] for mark, end in zip(marks, ends, strict=True)}


def rows_of(name: str, text: str) -> list[str]:
    """Return the ids of a sheet in its order. Raises ``KeyError`` for a section without a form."""
    forms = SHEETS[name]
    rows: list[str] = []
    for section, body in sections(text).items():
        if section in EMPTY[name]:
            continue
        for form in forms[section]:
            rows += form(body)
    return rows


def main() -> None:
    """Print the ids of every sheet."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    for name in SHEETS:
        for row in rows_of(name, (folder / name).read_text(encoding="utf-8")):
            print(row)


if __name__ == "__main__":
    main()
