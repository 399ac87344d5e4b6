"""Every message of the language, whole: what, where, the line underlined, the provision, help."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.rules.cases import BAD, TOY, bad_message
from tests.rules.test_already import BAD as ALREADY
from weighbridge.facts import Vocabulary
from weighbridge.facts.vocabulary import read_fact_types
from weighbridge.rules.amendment import amendment_path
from weighbridge.rules.compile import compile_law
from weighbridge.rules.coverage import read_coverage
from weighbridge.rules.history import changes_between
from weighbridge.rules.knowing import read_knowing
from weighbridge.rules.sources import LAW_FOLDER
from weighbridge.text.errors import LanguageError, WeighbridgeError
from weighbridge.text.strict_yaml import read_yaml

SOURCE = LAW_FOLDER.parent
_RAISING = {
    "fail",
    "error",
    "_error",
    "_pack_error",
    "_nothing",
    "_error_in",
    "_refuse_cycle",
    "LeafError",
    "LanguageError",
    "ParseError",
    "InputError",
    "LawMissing",
}
_FILES = (
    *sorted((SOURCE / "rules").glob("*.py")),
    SOURCE / "facts" / "vocabulary.py",
    SOURCE / "text" / "fields.py",
    SOURCE / "text" / "strict_yaml.py",
)
# Raised only for a compiled file that nothing of ours can have written.
_NOT_SHOWN = {"the compiled law is empty"}


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.stem)
def test_a_bad_case_says_exactly_this(case: Path) -> None:
    assert bad_message(case) == case.with_suffix(".txt").read_text(encoding="utf-8")


def test_no_expected_message_lacks_its_case() -> None:
    texts = set((TOY.parent / "bad").glob("*.txt"))
    assert texts == {case.with_suffix(".txt") for case in BAD}


def _vocabulary() -> Vocabulary:
    text = (TOY / "toy/act/facts.yaml").read_text(encoding="utf-8")
    return Vocabulary(read_fact_types(text, "facts.yaml"))


def _without_heading(folder: Path) -> None:
    home = folder / "lonely" / "act"
    (home / "rules").mkdir(parents=True)
    (home / "pack.yaml").write_text("law: not a pack\n", encoding="utf-8")
    (home / "rules" / "a.yaml").write_text("rule: lonely/act/1\n", encoding="utf-8")
    compile_law([folder])


def _empty_amendment(folder: Path) -> None:
    (folder / "empty.yaml").write_text("# nothing yet\n", encoding="utf-8")
    compile_law([TOY], [folder / "empty.yaml"])


def _not_text(folder: Path) -> None:
    (folder / "p").mkdir()
    (folder / "p" / "pack.yaml").write_bytes(b"pack: \xff\n")
    compile_law([folder])


def _covered(*articles: str) -> Callable[[Path], object]:
    """Return the reading of a list of rows that stands beside the toy pack."""

    def read(folder: Path) -> object:
        (folder / "toy").mkdir()
        (folder / "toy" / "coverage.yaml").write_text("\n---\n".join(articles), encoding="utf-8")
        return read_coverage(compile_law([TOY]), [folder])

    return read


def _known(text: str) -> Callable[[Path], object]:
    """Return the reading of a list of knowledge that stands beside the toy pack."""

    def read(folder: Path) -> object:
        (folder / "knowing.yaml").write_text(text, encoding="utf-8")
        return read_knowing(compile_law([TOY]), [folder])

    return read


OTHERS: dict[str, tuple[Callable[[Path], object], str]] = {
    "knowledge of nothing": (
        _known("knowing: a\nsays: b\n"),
        "knowing.yaml:1:1: knowing names facts, rules or both\n  in a\n  | knowing: a\n  | ^",
    ),
    "knowledge of a rule that is not there": (
        _known("knowing: a\nsays: b\nrules: [toy/act/99]\n"),
        "knowing.yaml:3:9: unknown name `toy/act/99` in `rules`\n  in a\n"
        "  | rules: [toy/act/99]\n  |         ^^^^^^^^^^\n  help: did you mean `toy/act/1`?",
    ),
    "no law": (
        lambda folder: compile_law([folder]),
        "no law found in `FOLDER`\n  help: a folder of packs has a pack.yaml",
    ),
    "no heading": (
        _without_heading,
        "lonely/act/rules/a.yaml:1:1: no pack.yaml for `lonely/act`\n  | rule: lonely/act/1\n  | ^",
    ),
    "law that is not text": (_not_text, "cannot read `FOLDER/p/pack.yaml`: not UTF-8 text"),
    "amendment that is a folder": (
        lambda folder: compile_law([TOY], [folder]),
        "cannot read `FOLDER`: is a directory",
    ),
    "amendment that is absent": (
        lambda folder: compile_law([TOY], [folder / "absent.yaml"]),
        "cannot read `FOLDER/absent.yaml`: no such file or directory",
    ),
    "amendment that says nothing": (
        _empty_amendment,
        "`FOLDER/empty.yaml` holds no amendment\n"
        "  help: an amendment begins with `amendment: <name>`",
    ),
    "reform asked for": (
        lambda _: amendment_path(Path("reform/use-bassed")),
        "no file and no reform named `reform/use-bassed`\n  help: did you mean `reform/use-based`?",
    ),
    "rule asked for": (
        lambda _: compile_law([TOY]).version("toy/act/11", 738_000),
        "unknown rule `toy/act/11`\n  help: did you mean `toy/act/1`?",
    ),
    "parameter asked for": (
        lambda _: compile_law([TOY]).parameter("toy_lin"),
        "unknown parameter `toy_lin`\n  help: did you mean `toy_line`?",
    ),
    "days in the wrong order": (
        lambda _: changes_between(compile_law([TOY]), 738_001, 738_000),
        "`2021-07-29` is not after `2021-07-30`\n  help: the earlier day comes first",
    ),
    "fact asked for": (
        lambda _: _vocabulary()["toy_rad"],
        "unknown fact `toy_rad`\n  help: did you mean `toy_red`?",
    ),
    "flag's value": (
        lambda _: _vocabulary()["toy_red"].read("perhaps"),
        "fact `toy_red`: `perhaps` is neither yes nor no",
    ),
    "number's value": (
        lambda _: _vocabulary()["toy_weight"].read("much"),
        "fact `toy_weight`: `much` is not a number",
    ),
    "negative value": (
        lambda _: _vocabulary()["toy_weight"].read("-3"),
        "fact `toy_weight`: `-3` is below zero",
    ),
    "range upside down": (
        lambda _: _vocabulary()["toy_weight"].read("5..3"),
        "fact `toy_weight`: `5..3`: the low end of a range lies above its high end",
    ),
    "day's value": (
        lambda _: _vocabulary()["toy_day"].read("2025-02-30"),
        "fact `toy_day`: `2025-02-30` is not a date\n  help: write YYYY-MM-DD",
    ),
    "enum's value": (
        lambda _: _vocabulary()["toy_shape"].read("rond"),
        "fact `toy_shape`: `rond` is not one of its values\n  help: did you mean `round`?",
    ),
    "row listed twice": (
        _covered(
            "article: s. 1\nsubject: paper\nrows:\n  T1: {tag: M}",
            "article: s. 2\nsubject: paint\nrows:\n  T1: {tag: M}",
        ),
        "toy/coverage.yaml:9:3: row `T1` is listed twice\n  in s. 2\n  |   T1: {tag: M}\n  |   ^^\n"
        "  help: also in toy/coverage.yaml:4",
    ),
    "row in two states": (
        _covered("article: s. 1\nsubject: paper\nrows:\n  T2: {tag: M, out: a, missing: b}"),
        "toy/coverage.yaml:4:3: row `T2` is out of scope or missing, not both\n  in s. 1\n"
        "  |   T2: {tag: M, out: a, missing: b}\n  |   ^^",
    ),
    "row with an unknown parameter": (
        _covered("article: s. 1\nsubject: paper\nrows:\n  T2: {tag: M, parameters: [toy_lin]}"),
        "toy/coverage.yaml:4:29: unknown parameter `toy_lin`\n  in s. 1\n"
        "  |   T2: {tag: M, parameters: [toy_lin]}\n  |                             ^^^^^^^\n"
        "  help: did you mean `toy_line`?",
    ),
    "two documents": (
        lambda _: read_yaml("a: 1\n---\nb: 2\n", "card"),
        "card: more than one YAML document where one is expected",
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_messages(name: str, tmp_path: Path) -> None:
    act, expected = OTHERS[name]
    with pytest.raises(WeighbridgeError) as raised:
        act(tmp_path)
    assert str(raised.value).replace(str(tmp_path), "FOLDER") == expected


def test_the_shipped_law_is_refused_by_the_line_when_a_word_is_wrong(tmp_path: Path) -> None:
    amendment = tmp_path / "typo.yaml"
    amendment.write_text(
        "amendment: typo\nchanges:\n  - set: {parameter: systemic_compte, from: 2027-01-01}\n",
        encoding="utf-8",
    )
    with pytest.raises(LanguageError) as raised:
        compile_law([LAW_FOLDER], [amendment])
    assert raised.value.help == "did you mean `systemic_compute`?"
    assert raised.value.place is not None
    assert (raised.value.place.line, raised.value.place.column) == (3, 22)


def _templates() -> Iterator[tuple[str, str]]:
    """Yield place and text of each message raised in the source; a hole is ``{}``."""
    for path in _FILES:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and _name(call.func) in _RAISING:
                for argument in call.args:
                    text = _text(argument)
                    if " " in text:
                        yield f"{path.name}:{argument.lineno}", text
                        break


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(v.value if isinstance(v, ast.Constant) else "{}" for v in node.values)
    return ""


def test_every_message_raised_in_the_source_has_a_case() -> None:
    templates = list(_templates())
    assert len(templates) > 80, "the messages were not found in the source"
    shown = [case.with_suffix(".txt").read_text(encoding="utf-8") for case in BAD]
    shown += [text for _, text in (*OTHERS.values(), *ALREADY.values())]
    missing = [
        f"{place}: {text}"
        for place, text in templates
        if text not in _NOT_SHOWN
        and not any(
            re.search(re.escape(text).replace(r"\{\}", ".+").replace("{}", ".+"), each)
            for each in shown
        )
    ]
    assert not missing, "\n".join(missing)
