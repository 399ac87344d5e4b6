"""The checkout as the house tests see it: its files and the syntax trees of its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

TOP = Path(__file__).parent.parent.parent
SOURCE = TOP / "src" / "weighbridge"
LAW = SOURCE / "law"
_NOT_OURS = {".git", ".venv", "dist", "build", "__pycache__", "node_modules"}


@cache
def text_files(*suffixes: str) -> tuple[Path, ...]:
    """Return the checkout's files that end in one of ``suffixes``, tool folders left out."""
    found = []
    for path in sorted(TOP.rglob("*")):
        parts = path.relative_to(TOP).parts
        hidden = any(part in _NOT_OURS or part.endswith("_cache") for part in parts)
        if path.is_file() and path.suffix in suffixes and not hidden:
            found.append(path)
    return tuple(found)


@cache
def python_files(folder: Path = SOURCE) -> tuple[Path, ...]:
    """Return the Python files under ``folder``."""
    return tuple(path for path in text_files(".py") if path.is_relative_to(folder))


@cache
def syntax(path: Path) -> ast.Module:
    """Return the syntax tree of ``path``."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def shown(path: Path, line: int | None = None) -> str:
    """Return ``path`` from the top of the checkout, with a line where one is meant."""
    name = path.relative_to(TOP).as_posix()
    return name if line is None else f"{name}:{line}"


def spoken(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text of every string of a file that is not a docstring.

    The fixed parts of an f-string come as one text with ``{}`` where a value goes.
    """
    tree = syntax(path)
    silent = _docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            silent.update(id(part) for part in node.values)
            parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
            yield node.lineno, "".join(str(part) for part in parts)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in silent
        ):
            yield node.lineno, node.value


def _docstrings(tree: ast.Module) -> set[int]:
    """Return the identities of docstrings and of other strings that stand as statements."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
