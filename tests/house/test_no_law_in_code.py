"""Python knows no act, article, market or threshold: those are data, and they change by date."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.house.tree import LAW, SOURCE, python_files, shown, spoken, syntax

# Technical standards and licences have names of their own; which law asks for them is data.
FORMAT_FOLDERS = ("release", "labels", "dossier")

# The words million, billion and trillion are units of counting before they are anybody's threshold.
UNITS_OF_COUNTING = frozenset({1e6, 1e9, 1e12})

# A number of the law that also means something else. File (from src/weighbridge), number, why.
NUMBERS_THAT_MEAN_SOMETHING_ELSE: dict[tuple[str, float], str] = {
    ("release/card/flops.py", 1e24): "the prefix yotta",
    ("release/digest.py", 1e8): "the longest header of a weights file, in bytes",
    ("release/formats/safetensors.py", 1e8): "the longest header the format's loader takes",
    ("release/licence/clauses.py", 1e8): "the Chinese word for a hundred million",
    ("release/card/layout.py", 1e4): "the longest passage of a card that is read",
    ("release/card/reader.py", 40_000): "the lines of a card that are read at most",
    ("release/licence/clauses.py", 1e7): "the Chinese word for ten million",
    ("release/licence/clauses.py", 1e4): "the Chinese word for ten thousand",
    ("reason/smt.py", 2e6): "the work a prover may do on one question",
    ("plan/truths.py", 2e6): "the branches of a decision diagram at most",
    ("plan/flip.py", 2e5): "the branches of a decision diagram at most",
    ("plan/search.py", 2e5): "the plans tried at most",
    ("plan/proof.py", 2e7): "the work a prover may do on one plan",
    ("release/formats/safetensors.py", 250_000): "the tensors read from one file at most",
    ("release/card/purpose.py", 2_000): "the longest sentence of a card that is read",
    ("release/card/html_table.py", 4_000): "the cells read of one table at most",
    ("release/card/layout.py", 2_000): "the longest line of a table that is read",
    ("release/card/parts.py", 2_000): "the longest sentence of a card that is read",
    ("release/folder.py", 1e5): "the names read of one folder at most",
    ("release/licence/coverage.py", 4_000): "the longest line on a licence that is read",
    ("release/licence/identify.py", 4_000): "how much of a text may hold its title",
}

# A string that holds a name of the law and is not about it. File, string, why.
STRINGS_THAT_MEAN_SOMETHING_ELSE: dict[tuple[str, str], str] = {}

SMALLEST_TELLING_NUMBER = 1000

_INSTRUMENT = re.compile(
    r"""\b(?:
        (?:Regulation|Directive)\s\(E[UC]\) | AI\sAct | Executive\sOrder | E\.?O\.?\s?\d{5}
        | [SA]B[\s-]\d{2,4} | Civil\sCode | Interim\sMeasures | GDPR
        | Art(?:icle|\.)\s\d+ | Annex\s[IVX]+
    )""",
    re.VERBOSE,
)


@cache
def documents(name: str) -> tuple[dict[str, object], ...]:
    """Return every YAML document of the law that stands in a file or folder called ``name``."""
    files = sorted(
        path
        for path in LAW.rglob("*.yaml")
        if name in (path.name, path.parent.name, f"{path.parent.name}.yaml")
        and "tests" not in path.parts
    )
    return tuple(
        document
        for path in files
        for document in yaml.load_all(path.read_text(encoding="utf-8"), yaml.BaseLoader)
        if isinstance(document, dict)
    )


@cache
def names_of_the_law() -> tuple[frozenset[str], frozenset[str]]:
    """Return the words no string may contain, and the market ids no string may be."""
    packs = documents("pack.yaml")
    inside = {str(pack[key]) for pack in packs for key in ("pack", "title", "act") if key in pack}
    inside |= {str(rule["rule"]) for rule in documents("rules") if "rule" in rule}
    inside |= {str(each["parameter"]) for each in documents("parameters.yaml")}
    return frozenset(inside), frozenset(str(pack["market"]) for pack in packs if "market" in pack)


@cache
def numbers_of_the_law() -> frozenset[float]:
    """Return every value of a parameter above :data:`SMALLEST_TELLING_NUMBER`."""
    numbers = set()
    for parameter in documents("parameters.yaml"):
        values = parameter["values"]
        assert isinstance(values, dict)
        for value in values.values():
            number = _number(value["value"] if isinstance(value, dict) else value)
            if number is not None and number > SMALLEST_TELLING_NUMBER:
                numbers.add(number)
    return frozenset(numbers)


def test_the_law_was_found() -> None:
    inside, markets = names_of_the_law()
    assert len(inside) > 20
    assert len(markets) >= 3
    assert len(numbers_of_the_law()) >= 3


@pytest.mark.parametrize("path", python_files(), ids=lambda path: shown(path))
def test_no_string_names_law(path: Path) -> None:
    inside, markets = names_of_the_law()
    allowed = {
        text for file, text in STRINGS_THAT_MEAN_SOMETHING_ELSE if file == _from_source(path)
    }
    in_format_folder = path.relative_to(SOURCE).parts[0] in FORMAT_FOLDERS
    faults = []
    for line, text in spoken(path):
        named = text in markets or any(name in text for name in inside)
        if not in_format_folder:
            named = named or bool(_INSTRUMENT.search(text))
        if named and text not in allowed:
            faults.append(f"{shown(path, line)}: {text[:100]!r}")
    assert not faults, "law in code; make it data:\n" + "\n".join(faults)


@pytest.mark.parametrize("path", python_files(), ids=lambda path: shown(path))
def test_no_number_is_a_threshold(path: Path) -> None:
    law = numbers_of_the_law() - UNITS_OF_COUNTING
    faults = [
        f"{shown(path, line)}: {number:g}"
        for line, number in _numbers(path)
        if number in law and (_from_source(path), number) not in NUMBERS_THAT_MEAN_SOMETHING_ELSE
    ]
    assert not faults, "a parameter of the law in code; make it data:\n" + "\n".join(faults)


def test_exceptions_are_still_needed() -> None:
    for file, number in NUMBERS_THAT_MEAN_SOMETHING_ELSE:
        assert number in {each for _, each in _numbers(SOURCE / file)}, file
    for file, text in STRINGS_THAT_MEAN_SOMETHING_ELSE:
        assert text in {each for _, each in spoken(SOURCE / file)}, file


@pytest.mark.parametrize("text", ["see Art. 53(1)", "the AI Act", "SB 53", "EO 14110", "Annex III"])
def test_the_pattern_knows_an_instrument(text: str) -> None:
    assert _INSTRUMENT.search(text)


@pytest.mark.parametrize("text", ["artefact 53", "part 3", "usb 53", "the main job", "annexed"])
def test_the_pattern_leaves_other_words_alone(text: str) -> None:
    assert not _INSTRUMENT.search(text)


def _numbers(path: Path) -> Iterator[tuple[int, float]]:
    """Yield line and value of each number, products and powers of constants worked out."""
    for node in ast.walk(syntax(path)):
        value = _constant(node)
        if value is not None:
            yield getattr(node, "lineno", 0), value


def _constant(node: ast.AST) -> float | None:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return float(node.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Pow):
        left, right = _constant(node.left), _constant(node.right)
        if left is None or right is None:
            return None
        if isinstance(node.op, ast.Mult):
            return left * right
        return left**right if abs(left) <= 1024 and 0 <= right <= 30 else None
    return None


def _number(text: str) -> float | None:
    try:
        date.fromisoformat(text)
    except ValueError:
        return float(Fraction(text))
    return None


def _from_source(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()
