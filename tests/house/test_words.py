"""What the project never says of a release or a person, and how its pages are written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.tree import LAW, SOURCE, TOP, python_files, shown, spoken, text_files

FORBIDDEN = (
    "compliant",
    "cleared",
    "safe",
    "legal",
    "approved",
    "certified",
    "guaranteed",
    "liable",
)
_FORBIDDEN = re.compile(rf"(?<![\w-])(?:{'|'.join(FORBIDDEN)})(?![\w-])", re.IGNORECASE)
# Terms of the language itself, spoken to those who write packs.
_OWN_TERMS = re.compile(r"\blegal (?:fact|term)s?\b|\bno legal advice\b", re.IGNORECASE)

# "just below a threshold" says where, so it stays.
_FILLER = re.compile(
    r"\b(?:simply|obviously|just(?! (?:below|above|before|after)\b))\b", re.IGNORECASE
)
_FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)

_MACHINE_PATH = re.compile(r"(?<![\w.~])/(?:work|root|home|Users)/[\w.-]+")
_REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|--(?:extra-)?index-url|--find-links", re.IGNORECASE
)

PAGES = tuple(
    path
    for path in text_files(".md")
    if path.parent in (TOP, TOP / "examples", TOP / "bench") or path.is_relative_to(TOP / "docs")
)
TEMPLATES = tuple(
    path
    for path in text_files(".j2", ".jinja", ".html", ".txt", ".md")
    if path.is_relative_to(SOURCE) and not path.is_relative_to(LAW) and "data" not in path.parts
)


def forbidden_words(text: str) -> list[str]:
    """Return the words of ``text`` that the project never uses of a release or a person."""
    return _FORBIDDEN.findall(_OWN_TERMS.sub("", text))


@pytest.mark.parametrize("path", python_files(), ids=lambda path: shown(path))
def test_no_sentence_of_the_program_judges(path: Path) -> None:
    faults = [
        f"{shown(path, line)}: {text[:100]!r}"
        for line, text in spoken(path)
        if " " in text.strip() and forbidden_words(text)
    ]
    assert not faults, "\n".join(faults)


def test_no_template_judges() -> None:
    faults = [
        f"{shown(path)}: {word}"
        for path in TEMPLATES
        for word in forbidden_words(path.read_text(encoding="utf-8"))
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("word", FORBIDDEN)
def test_each_forbidden_word_is_seen(word: str) -> None:
    assert forbidden_words(f"this release is {word}.") == [word]


def test_other_words_and_own_terms_pass() -> None:
    assert forbidden_words("model.safetensors; illegal; a legal fact is never asked") == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: shown(path))
def test_pages_have_no_filler(path: Path) -> None:
    text = _FENCED.sub("", path.read_text(encoding="utf-8"))
    assert _FILLER.findall(text) == []


def test_nothing_names_a_machine_or_a_registry() -> None:
    kinds = (".py", ".md", ".toml", ".txt", ".in", ".yaml", ".yml", ".json", ".cfg", ".j2", ".sh")
    files = [*text_files(*kinds), TOP / "Makefile", TOP / ".ci" / "run"]
    faults = []
    for path in files:
        if path == Path(__file__) or path.stat().st_size > 1 << 20:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if _MACHINE_PATH.search(line) or (path.suffix != ".md" and _names_registry(path, line)):
                faults.append(f"{shown(path, number)}: {line.strip()[:100]}")
    assert not faults, "\n".join(faults)


def _names_registry(path: Path, line: str) -> bool:
    """Return whether a line names a registry; only the lines that switch one off may."""
    return bool(_REGISTRY.search(line)) and not (path.name == "Makefile" and "--no-emit" in line)
