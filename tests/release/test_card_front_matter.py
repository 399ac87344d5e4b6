"""The head of a card: every trap is a finding with its line, and the body is still read."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.release.cards import card_in, findings, line_of, seen_in, write_card


def _bomb(levels: int) -> str:
    """Lists of ten of the list above, each by an alias: what would be 10^levels words."""
    lines = ["a0: &a0 [x]"]
    for level in range(1, levels + 1):
        lines.append(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]")
    return "\n".join(lines)


BODY = "\n# Toy\nThe model has 45,056 parameters.\n"


def test_fields_know_their_lines(tmp_path: Path) -> None:
    write_card(tmp_path, "---\nlicense: apache-2.0\ndatasets:\n- a/b\n- c/d\n---" + BODY)
    card, seen = card_in(tmp_path)
    assert card is not None
    assert card.front_matter["license"] == "apache-2.0"
    assert card.place(card.front_matter["license"]).line == 2
    assert card.front_matter_file == "README.md"
    assert seen.named("training_datasets")[0].value == "a/b, c/d"
    assert line_of(seen, "training_datasets") == 4
    assert line_of(seen, "params_total") == 8
    assert seen.findings == []


def test_values_are_text_and_norwegian_is_a_language(tmp_path: Path) -> None:
    seen = seen_in(tmp_path, "---\nlanguage: no\nmodel-index: 5\n---" + BODY)
    assert seen.named("languages")[0].value == "no"
    assert seen.findings == []


def test_byte_order_mark_and_windows_lines_are_read_through(tmp_path: Path) -> None:
    text = "\ufeff---\r\nlanguage: en\r\n---\r\n# Toy\r\nThe model has 45,056 parameters.\r\n"
    seen = seen_in(tmp_path, text)
    assert seen.named("languages")[0].value == "en"
    assert line_of(seen, "params_total") == 5


@pytest.mark.parametrize(
    ("front", "line", "reason"),
    [
        ("license: mit\nlicense: gpl-3.0", 3, "key `license` stands twice"),
        ("license: mit\n\ttags: x", 3, "not valid YAML"),
        ("a: &a [1]\nb: *a", 3, "YAML aliases are not read"),
        (_bomb(6), 3, "YAML aliases are not read"),
        ("license: mit\nbase_model: !!binary x", 3, "YAML tag"),
        ("a: 1\n  b: 2", 3, "not valid YAML"),
        ("a: !!python/object:os.system x", 2, "YAML tag"),
        ("- only\n- a list", 2, "not a mapping of keys to values"),
        ("a: " + "[" * 100, 2, "YAML nested more than 40 levels"),
        ("a: '" + "x" * 300_000 + "'", 2, "longer than 262,144 characters"),
    ],
)
def test_broken_front_matter_is_a_finding(
    tmp_path: Path, front: str, line: int, reason: str
) -> None:
    write_card(tmp_path, f"---\n{front}\n---{BODY}")
    card, seen = card_in(tmp_path)
    assert card is not None
    assert dict(card.front_matter) == {}
    finding = next(each for each in seen.findings if each.id == "front-matter-broken")
    assert finding.message.startswith("the front matter could not be read, so none of it counts: ")
    assert reason in finding.message
    assert finding.where[0].line == line
    assert seen.named("params_total"), "the body is still read"


def test_front_matter_that_never_closes(tmp_path: Path) -> None:
    seen = seen_in(tmp_path, "---\nlicense: mit" + BODY)
    assert findings(seen) == ["front-matter-unclosed"]
    assert seen.findings[0].where[0].line == 1
    assert seen.named("params_total")


@pytest.mark.parametrize("front", ["model-index: 5", "model-index:\n- 5", "model-index: {a: b}"])
def test_a_model_index_of_another_shape_is_read_past(tmp_path: Path, front: str) -> None:
    seen = seen_in(tmp_path, f"---\n{front}\nlicense: mit\n---{BODY}")
    assert findings(seen) == []
    assert seen.named("evaluations") == []
    assert seen.named("evaluation_published") == []
    assert seen.named("params_total")


@pytest.mark.parametrize("language", ["no", "NO", "yes", "on", "1.0", "null", "2024-01-01"])
def test_words_stay_words(tmp_path: Path, language: str) -> None:
    seen = seen_in(tmp_path, f"---\nlanguage: {language}\n---{BODY}")
    assert [fact.value for fact in seen.named("languages")] in ([language], [])


def test_a_byte_order_mark_before_front_matter_that_never_closes(tmp_path: Path) -> None:
    seen = seen_in(tmp_path, "\ufeff---\nlicense: mit" + BODY)
    assert findings(seen) == ["front-matter-unclosed"]


def test_a_rule_at_the_top_is_an_ornament(tmp_path: Path) -> None:
    seen = seen_in(tmp_path, "---\n\n# Toy\nThe model has 45,056 parameters.\n")
    assert seen.findings == []
    assert line_of(seen, "params_total") == 4


def test_readme_gives_the_front_matter_and_every_card_its_body(tmp_path: Path) -> None:
    write_card(
        tmp_path, "---\nlanguage: fr\n---\n# Card\nTrained on 3 million tokens.", "model_card.md"
    )
    write_card(tmp_path, "---\nlanguage: en\n---" + BODY)
    card, seen = card_in(tmp_path)
    assert card is not None
    assert card.files == ("README.md", "model_card.md")
    assert [fact.value for fact in seen.named("languages")] == ["en"]
    assert seen.named("training_tokens")[0].place is not None
    assert str(seen.named("training_tokens")[0].place) == "model_card.md:5"


def test_the_second_file_gives_the_front_matter_where_the_first_has_none(tmp_path: Path) -> None:
    write_card(tmp_path, "# Toy\n")
    write_card(tmp_path, "---\nlanguage: fr\n---\n", "MODEL_CARD.md")
    card, _ = card_in(tmp_path)
    assert card is not None
    assert card.front_matter_file == "MODEL_CARD.md"
    assert card.files[0] == "MODEL_CARD.md"


def test_no_card_shows_nothing(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "docs").mkdir()
    write_card(tmp_path / "docs", "# Toy\nThe model has 45,056 parameters.")
    card, seen = card_in(tmp_path)
    assert card is None
    assert seen.facts == []


def test_a_card_that_is_not_utf8_is_read_with_marks(tmp_path: Path) -> None:
    seen = seen_in(tmp_path, b"# Toy\n\xff\xfe caf\xe9\nThe model has 45,056 parameters.\n")
    assert findings(seen) == ["card-not-utf8"]
    assert line_of(seen, "params_total") == 3


def test_a_readme_of_a_hundred_megabytes_is_read_in_part(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text("# Toy\nThe model has 45,056 parameters.\n" + "filler line\n" * 10)
    with path.open("r+b") as file:
        file.truncate(100 << 20)
    seen = card_in(tmp_path)[1]
    assert findings(seen) == ["card-truncated"]
    assert line_of(seen, "params_total") == 2


@pytest.mark.parametrize(
    "text",
    [
        "7B parameters and " * 4_000,
        "trained with 1e25 FLOP " * 3_000,
        "[" * 60_000,
        "![" * 30_000,
        "<td " * 20_000,
        "<!--" * 10_000,
        "|" * 60_000,
        "1," * 40_000,
        "# a\n" * 20_000,
        "```\n" * 9_999,
        "\x00\x1b[31m" * 5_000,
        "\x00The model\x00 has 7B parameters.\x00\n\n" * 2_000,
        "\u202eThe model has 7B parameters.\u202c\n\n" * 2_000,
        "| Model | Params | Release date |\n|---|---|---|\n"
        + "| Toy | 7B | 2024-01-01 |\n" * 9_000,
        "| Parameters | 7B |\n" * 9_000,
        "<table><tr><td>" * 9_000 + "Parameters: 7B",
        "<table>" + "<tr><td rowspan=99 colspan=99>7B</td></tr>" * 2_000,
        "![a](https://img.shields.io/badge/Params-7B-blue) " * 9_000,
        "**a" * 60_000,
        "Released on " + "December " * 20_000,
        'The model ranks "job" applicants ' * 9_000,
        "- rank job applicants\n" * 9_000,
        "该模型用于对求职者评分参数量为70亿在2万亿词元上训练" * 3_000,
        "1 000 " * 30_000,
        "1.000." * 30_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_hostile_bodies_raise_nothing(tmp_path: Path, text: str) -> None:
    card, seen = card_in_text(tmp_path, text)
    assert card is not None
    for fact in seen.facts:
        assert str(fact.value).isprintable()


def card_in_text(folder: Path, text: str):  # type: ignore[no-untyped-def]
    write_card(folder, text)
    return card_in(folder)
