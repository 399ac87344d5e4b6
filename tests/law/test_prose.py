"""The pages of prose are those the rules make: regenerate with `python tools/make_prose.py`."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from weighbridge.rules import Law
from weighbridge.rules.sources import LAW_FOLDER

TOP = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_prose", TOP / "tools" / "make_prose.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_prose_is_fresh(law: Law, maker: ModuleType) -> None:
    stale = [path.relative_to(LAW_FOLDER).as_posix() for path in maker.stale(law)]
    assert not stale, f"run `python tools/make_prose.py`, then read: {', '.join(stale)}"


def test_every_file_of_rules_has_a_page_and_every_rule_stands_on_one(
    law: Law, maker: ModuleType
) -> None:
    pages = maker.pages(law)
    assert len(pages) == len({rule.file for rule in law.rules})
    text = "\n".join(pages.values())
    assert [rule.key for rule in law.rules if f"`{rule.key}`" not in text] == []
