"""What the law has already of a lever: read from a table, and each fault shown whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.report.toy_law import TOY_LAW
from weighbridge.rules import Law
from weighbridge.rules.already import Lever, Standing, read_levers
from weighbridge.rules.compile import compile_law
from weighbridge.rules.sources import law_files
from weighbridge.text.errors import LanguageError

TABLE = """\
lever: toys-free
title: Toys are free
says: nobody owes anything for a toy
markets:
  XA: {state: partly, because: small toys are, rules: [xa/toy-act/4-small]}
---
lever: toys-later
title: Toys later
says: everything a little later
markets:
  XA: {state: nothing, because: there is nothing to put off}
"""


OTHER = {
    "pack.yaml": """\
pack: other/act
title: Other Act
act: Other Act
market: EU
authority: statute
known_until: 2030-01-01
read: {text: copy, on: 2030-01-01}
""",
    "rules/all.yaml": """\
rule: other/act/1
title: Open toys
cite: s. 1
of: model
scope: other/act
when: weights_public
""",
}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Law:
    """Return two laws as one, of the markets EU and XA."""
    other = tmp_path_factory.mktemp("other")
    for name, text in OTHER.items():
        path = other / "other" / "act" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return compile_law([TOY_LAW, other])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of law whose packs speak of XA alone."""
    return Path(shutil.copytree(TOY_LAW, tmp_path / "law"))


def written(folder: Path, text: str) -> Path:
    home = folder / "reform"
    home.mkdir()
    (home / "already.yaml").write_text(text, encoding="utf-8")
    return folder


def test_each_lever_tells_how_each_market_stands(both: Law, folder: Path) -> None:
    levers = read_levers(both, [written(folder, TABLE)])
    small = Standing("XA", "partly", "small toys are", ("xa/toy-act/4-small",))
    assert levers == [
        Lever("toys-free", "Toys are free", "nobody owes anything for a toy", (small,)),
        Lever(
            "toys-later",
            "Toys later",
            "everything a little later",
            (Standing("XA", "nothing", "there is nothing to put off"),),
        ),
    ]
    assert levers[0].standing("XA") == small
    assert levers[0].standing("EU") is None
    assert levers[1].counts() == {"so": 0, "partly": 0, "no": 0, "nothing": 1}


def test_a_folder_without_a_table_has_no_lever(both: Law, folder: Path) -> None:
    assert read_levers(both, [folder]) == []


def test_a_table_is_no_part_of_the_law_that_is_compiled(folder: Path) -> None:
    before = law_files(folder)
    assert law_files(written(folder, TABLE)) == before


def lever(standing: str) -> str:
    return f"lever: a\ntitle: A\nsays: so\nmarkets:\n  {standing}\n"


BAD = {
    "unknown rule": (
        lever("XA: {state: so, because: b, rules: [xa/toy-act/4-smal]}"),
        """\
reform/already.yaml:5:39: unknown rule `xa/toy-act/4-smal`
  in a
  |   XA: {state: so, because: b, rules: [xa/toy-act/4-smal]}
  |                                       ^^^^^^^^^^^^^^^^^
  help: did you mean `xa/toy-act/4-small`?""",
    ),
    "unknown market": (
        lever("XB: {state: nothing, because: b}"),
        """\
reform/already.yaml:5:3: no law here for market `XB`
  in a
  |   XB: {state: nothing, because: b}
  |   ^^""",
    ),
    "missing market": (
        lever("EU: {state: nothing, because: b}"),
        """\
reform/already.yaml:4:1: left out: XA
  in a
  | markets:
  | ^^^^^^^
  help: a market without a rule of the kind says `nothing`""",
    ),
    "another market's rule": (
        lever("XA: {state: no, because: b, rules: [other/act/1]}"),
        """\
reform/already.yaml:5:39: `other/act/1` is law of EU and says nothing of XA
  in a
  |   XA: {state: no, because: b, rules: [other/act/1]}
  |                                       ^^^^^^^^^^^""",
    ),
    "a bill": (
        lever("XA: {state: so, because: b, rules: [xa/toy-act/17]}"),
        """\
reform/already.yaml:5:39: `xa/toy-act/17` is bill and shows nothing
  in a
  |   XA: {state: so, because: b, rules: [xa/toy-act/17]}
  |                                       ^^^^^^^^^^^^^
  help: name what is enacted""",
    ),
    "so by no rule": (
        lever("XA: {state: partly, because: b}"),
        """\
reform/already.yaml:5:3: `partly` names the rules that show it
  in a
  |   XA: {state: partly, because: b}
  |   ^^""",
    ),
    "nothing, and yet a rule": (
        lever("XA: {state: nothing, because: b, rules: [xa/toy-act/4]}"),
        """\
reform/already.yaml:5:44: `nothing` names no rule
  in a
  |   XA: {state: nothing, because: b, rules: [xa/toy-act/4]}
  |                                            ^^^^^^^^^^^^
  help: say `no` where there is one""",
    ),
    "another state": (
        lever("XA: {state: maybe, because: b}"),
        """\
reform/already.yaml:5:15: `maybe` is not a known state
  in a
  |   XA: {state: maybe, because: b}
  |               ^^^^^
  help: one of no, nothing, partly, so""",
    ),
    "another key": (
        lever("XA: {state: no, becuase: b, because: c}"),
        """\
reform/already.yaml:5:19: unknown key `becuase`
  in a
  |   XA: {state: no, becuase: b, because: c}
  |                   ^^^^^^^
  help: did you mean `because`?""",
    ),
    "no markets": (
        "lever: a\ntitle: A\nsays: so\n",
        """\
reform/already.yaml:1:1: key `markets` is missing
  in a
  | lever: a
  | ^""",
    ),
    "twice": (
        lever("XA: {state: nothing, because: b}") + "---\nlever: a\n",
        """\
reform/already.yaml:7:8: lever `a` is written twice
  in a
  | lever: a
  |        ^
  help: also in reform/already.yaml:1""",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_with_a_table_is_shown_whole(name: str, both: Law, folder: Path) -> None:
    text, message = BAD[name]
    with pytest.raises(LanguageError) as refused:
        read_levers(both, [written(folder, text)])
    assert str(refused.value) == message
