"""Which file covers the weights, the code and the data: folders of the shapes that are met."""

from __future__ import annotations

from pathlib import Path

import pytest

from weighbridge.facts import Source
from weighbridge.release.licence.prose import licences_said
from weighbridge.release.licence.table import load_table

from .test_licence_identify import APACHE, MIT
from .test_licence_reader import NON_COMMERCIAL, facts, one, read, release


def covered(path: Path) -> dict[str, tuple[str, str]]:
    report, _ = read(path)
    return {str(each.place): (each.identity.id, each.of) for each in report.licences}


def test_a_repository_of_code_whose_card_names_the_licence_of_the_weights(tmp_path: Path) -> None:
    card = (
        "# Beam\n\nThe weights are released under the BigCode OpenRAIL-M license agreement. The"
        " source code is under Apache 2.0.\n"
    )
    path = release(tmp_path / "r", README__md=card, LICENSE=APACHE)
    assert covered(path) == {
        "LICENSE": ("Apache-2.0", "code"),
        "README.md:3": ("bigcode-openrail-m", "weights"),
    }
    _, seen = read(path)
    assert facts(seen, Source.DECLARED)["licence_weights"] == "bigcode-openrail-m"
    assert "licence_weights" not in facts(seen, Source.MEASURED)


def test_two_licences_of_code_and_one_of_weights_in_words(tmp_path: Path) -> None:
    card = (
        "# Scale\n\n## License\n\nThe code is provided under the MIT license.\n"
        "The weights for the models are released under the CC-BY 4.0 license.\n"
    )
    path = release(tmp_path / "r", README__md=card, LICENSE_MIT=MIT)
    (path / "LICENSE_MIT").rename(path / "LICENSE-MIT")
    assert covered(path) == {
        "LICENSE-MIT": ("MIT", "code"),
        "README.md:6": ("CC-BY-4.0", "weights"),
    }


def test_chinese_sentences_tell_code_from_weights(tmp_path: Path) -> None:
    card = (
        "# 天平\n\n本仓库中的代码依照 [Apache 2.0](LICENSE) 协议开源，对本模型的使用需要遵循"
        " [模型许可协议](https://example.org/terms)。\n"
    )
    path = release(tmp_path / "r", README__md=card, LICENSE=APACHE, model__safetensors=b"")
    report, seen = read(path)
    assert [each.of for each in report.licences] == ["code"]
    assert report.conditions == {}, "the licence of code says nothing of the weights"
    assert "licence_weights" not in facts(seen, Source.MEASURED)


def test_weights_in_words_and_a_licence_file_that_says_nothing(tmp_path: Path) -> None:
    card = "# Scale\n\nThe models are under the MIT open-source license.\n"
    path = release(tmp_path / "r", README__md=card, LICENSE=APACHE, model__safetensors=b"")
    assert covered(path) == {
        "LICENSE": ("Apache-2.0", "unknown"),
        "README.md:3": ("MIT", "weights"),
    }


def test_a_sentence_does_not_add_to_files_that_say_what_they_cover(tmp_path: Path) -> None:
    card = "# Scale\n\nThe weights of the small one are under the Apache 2.0 license.\n"
    path = release(tmp_path / "r", README__md=card, LICENSE=APACHE, terms=NON_COMMERCIAL)
    (path / "terms").rename(path / "LICENSE-MODEL")
    assert covered(path) == {
        "LICENSE": ("Apache-2.0", "unknown"),
        "LICENSE-MODEL": ("unknown", "weights"),
    }


def test_one_text_for_code_and_weights(tmp_path: Path) -> None:
    card = "# Scale\n\nThe code and the weights are released under the MIT license.\n"
    path = release(tmp_path / "r", README__md=card, LICENSE=MIT)
    assert covered(path) == {"LICENSE": ("MIT", "weights")}


def test_front_matter_goes_before_words(tmp_path: Path) -> None:
    card = "---\nlicense: apache-2.0\n---\n\nThe model is released under the MIT license.\n"
    assert covered(release(tmp_path / "r", README__md=card)) == {
        "README.md:2": ("Apache-2.0", "weights")
    }


def test_front_matter_against_the_only_text(tmp_path: Path) -> None:
    card = "---\nlicense: mit\n---\n# Scale\n"
    _, seen = read(release(tmp_path / "r", README__md=card, LICENSE=APACHE))
    assert one(seen, "licence-mismatch").message == (
        "the card names MIT as the licence, but LICENSE is Apache-2.0"
    )


@pytest.mark.parametrize(
    ("folder", "of"),
    [
        ("code", "code"),
        ("src", "code"),
        ("weights", "weights"),
        ("models", "weights"),
        ("data", "data"),
        ("docs", "unknown"),
    ],
)
def test_the_folder_of_a_licence_says_what_it_covers(tmp_path: Path, folder: str, of: str) -> None:
    path = release(tmp_path / "r", **{f"{folder}___LICENSE": MIT})
    assert covered(path) == {f"{folder}/LICENSE": ("MIT", of)}


def test_a_table_of_parts(tmp_path: Path) -> None:
    card = "| part | licence |\n|---|---|\n| Code | [MIT](LICENSE) |\n| Weights | [ours](TERMS) |\n"
    path = release(tmp_path / "r", README__md=card, LICENSE=MIT, TERMS=NON_COMMERCIAL)
    (path / "TERMS").rename(path / "LICENSE.weights")
    assert covered(path)["LICENSE"] == ("MIT", "code")
    assert covered(path)["LICENSE.weights"] == ("unknown", "weights")


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("The model weights are licensed under the Apache License 2.0.", ("weights", "Apache-2.0")),
        ("The models are under Apache 2.0.", ("weights", "Apache-2.0")),
        ("The dataset is available under CC-BY-4.0.", ("data", "CC-BY-4.0")),
        ("代码采用 MIT 许可证。", ("code", "MIT")),
        ("模型权重采用 Apache-2.0 协议。", ("weights", "Apache-2.0")),
        ("It is derived from a model which was licensed under Apache 2.0.", None),
        ("The base model was originally licensed under the MIT license.", None),
        ("If the weights are released under the MIT license, tell us.", None),
        ("The weights are not released under the MIT license.", None),
        ("The weights are released under our own terms.", None),
        ("All our open-weight models are licensed under Apache 2.0.", None),
        ("Licensed under the MIT license.", None),
        ("The models run under Windows.", None),
    ],
)
def test_sentences_on_licences(sentence: str, said: tuple[str, str] | None) -> None:
    found = licences_said([sentence], "README.md", load_table())
    assert [(*each.of, each.licence.id) for each in found] == ([said] if said else [])


def test_a_hostile_card_is_read_in_one_go(tmp_path: Path) -> None:
    card = "under the under the weights license " * 20_000
    path = release(tmp_path / "r", README__md=f"{card}\n" + "weights under MIT license\n" * 9_000)
    report, _ = read(path)
    assert [each.identity.id for each in report.licences] == ["MIT"]
