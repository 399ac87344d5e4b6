"""A file is read in one sitting and a function in one breath."""

from __future__ import annotations

import ast
from statistics import median

from tests.house.tree import LAW, TOP, python_files, shown, syntax

LONGEST_SOURCE_FILE = 500
LONGEST_OTHER_FILE = 700
MEDIAN_FILE = 150
LONGEST_FUNCTION = 60
MEDIAN_FUNCTION = 15


def test_no_file_holds_more_than_one_sitting() -> None:
    lengths = {
        path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files(TOP)
    }
    source = set(python_files())
    long = [
        f"{shown(path)}: {lines} lines"
        for path, lines in lengths.items()
        if lines > (LONGEST_SOURCE_FILE if path in source else LONGEST_OTHER_FILE)
    ]
    assert not long, "\n".join(long)


def test_the_middle_file_is_short() -> None:
    lengths = [len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()]
    assert median(lengths) <= MEDIAN_FILE


def test_functions_are_short() -> None:
    lengths = []
    long = []
    for path in python_files():
        for node in ast.walk(syntax(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                lengths.append(lines)
                if lines > LONGEST_FUNCTION:
                    long.append(f"{shown(path, node.lineno)}: `{node.name}` has {lines} lines")
    assert not long, "\n".join(long)
    assert median(lengths) <= MEDIAN_FUNCTION


def test_the_law_folder_holds_no_code() -> None:
    assert [shown(path) for path in LAW.rglob("*.py")] == []
