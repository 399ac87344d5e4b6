"""Licences of whole releases: facts, what covers the weights, and contradictions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from weighbridge.facts import Finding, Severity, Source
from weighbridge.release.folder import Folder
from weighbridge.release.licence import LicenceReport, licence_report, read_licence
from weighbridge.release.licence.table import CONDITIONS
from weighbridge.release.observations import Observations
from weighbridge.text.errors import InputError

from .test_licence_identify import APACHE, MIT

NON_COMMERCIAL = """Weigher Research License Agreement

1. Grant. Acme grants you a royalty-free license to use, modify and distribute the model weights
   for non-commercial purposes only.
2. Ethics. The weights must not be used for surveillance.
"""


def release(path: Path, **files: str | bytes) -> Path:
    """A release folder; double underscores in a name stand for a dot or a slash."""
    path.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        file = path / name.replace("___", "/").replace("__", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(path: Path) -> tuple[LicenceReport, Observations]:
    seen = Observations()
    return read_licence(Folder.open(path), seen), seen


def card(licence: str) -> str:
    return f"---\nlanguage: en\nlicense: {licence}\n---\n# Weigher\n"


def facts(seen: Observations, source: Source) -> dict[str, object]:
    return {fact.name: fact.value for fact in seen.facts if fact.source is source}


def one(seen: Observations, id: str) -> Finding:
    found = [finding for finding in seen.findings if finding.id == id]
    assert len(found) == 1, [finding.id for finding in seen.findings]
    return found[0]


def test_apache_release_agrees_with_its_card(tmp_path: Path) -> None:
    path = release(tmp_path / "r", README__md=card("apache-2.0"), LICENSE=APACHE)
    report, seen = read(path)
    assert seen.findings == []
    measured = facts(seen, Source.MEASURED)
    assert measured["licence_weights"] == "Apache-2.0"
    assert measured["licence_known"] is True
    assert measured["licence_allows_use"] is True
    assert measured["licence_non_commercial"] is False
    assert measured["licence_scale_threshold"] is False
    assert facts(seen, Source.DECLARED)["licence_weights"] == "Apache-2.0"
    line = next(f.place.line for f in seen.facts if f.source is Source.DECLARED and f.place)
    assert line == 3
    assert [each.of for each in report.licences] == ["weights", "weights"]


def test_every_fact_is_in_the_vocabulary(tmp_path: Path) -> None:
    from weighbridge.facts.vocabulary import read_fact_types, vocabulary_files

    known = {
        fact.name
        for file in vocabulary_files()
        for fact in read_fact_types(file.read_text("utf-8"), file.name)
    }
    _, seen = read(release(tmp_path / "r", README__md=card("llama3.1"), LICENSE=APACHE))
    assert {fact.name for fact in seen.facts} <= known
    assert len({fact.name for fact in seen.facts}) == 12


def test_card_says_apache_and_text_is_non_commercial(tmp_path: Path) -> None:
    path = release(tmp_path / "r", README__md=card("apache-2.0"), LICENSE=NON_COMMERCIAL)
    _, seen = read(path)
    found = one(seen, "licence-mismatch")
    assert found.severity is Severity.HIGH
    assert found.message == (
        "the card names Apache-2.0 as the licence, but LICENSE allows non-commercial or research"
        " use only"
    )
    assert [str(place) for place in found.where] == ["README.md:3", "LICENSE:4"]
    measured = facts(seen, Source.MEASURED)
    assert measured["licence_non_commercial"] is True
    assert measured["licence_known"] is False
    assert measured["licence_use_limits"] is True
    assert "licence_excludes_eu" not in measured, "no clause is not the absence of one"


def test_card_says_mit_and_text_is_apache(tmp_path: Path) -> None:
    _, seen = read(release(tmp_path / "r", README__md=card("mit"), LICENSE=APACHE))
    message = "the card names MIT as the licence, but LICENSE is Apache-2.0"
    assert one(seen, "licence-mismatch").message == message


def test_card_says_mit_and_text_is_mit_with_a_clause(tmp_path: Path) -> None:
    text = MIT + "\nServices with more than 5 million monthly active users must ask first.\n"
    report, seen = read(release(tmp_path / "r", README__md=card("mit"), LICENSE=text))
    assert "changes above a number of users" in one(seen, "licence-mismatch").message
    assert one(seen, "licence-modified").severity is Severity.MEDIUM
    assert report.conditions["user_threshold"].answer == 5_000_000
    assert facts(seen, Source.MEASURED)["licence_scale_threshold"] is True
    assert "licence_non_commercial" not in facts(seen, Source.MEASURED)


def test_code_licence_does_not_speak_for_the_weights(tmp_path: Path) -> None:
    path = release(
        tmp_path / "r",
        README__md=card("llama2"),
        LICENSE_CODE=MIT,
        LICENSE_MODEL=NON_COMMERCIAL,
    )
    (path / "LICENSE_CODE").rename(path / "LICENSE-CODE")
    (path / "LICENSE_MODEL").rename(path / "LICENSE-MODEL")
    report, seen = read(path)
    of = {str(each.place): each.of for each in report.licences}
    assert of == {"LICENSE-CODE": "code", "LICENSE-MODEL": "weights", "README.md:3": "weights"}
    assert facts(seen, Source.MEASURED)["licence_non_commercial"] is True


@pytest.mark.parametrize(
    ("sentence", "of"),
    [
        ("Both the code and the weights are under the [MIT License](LICENSE).", "weights"),
        ("The source code is licensed under [MIT](./LICENSE). The weights are not.", "code"),
        ("Code and model weights are MIT-licensed. See [LICENSE](LICENSE) for more.", "weights"),
        ("The model code is licensed under [MIT](LICENSE).", "code"),
        ("The dataset is licensed under [MIT](https://example.org/blob/main/LICENSE).", "data"),
        ("See the [licence](OTHER).", "unknown"),
    ],
)
def test_the_card_says_what_a_file_covers(tmp_path: Path, sentence: str, of: str) -> None:
    path = release(tmp_path / "r", README__md=f"# Weigher\n\n{sentence}\n", LICENSE=MIT)
    report, _ = read(path)
    assert [each.of for each in report.licences] == [of]


def test_nothing_covers_weights_that_are_not_there(tmp_path: Path) -> None:
    _, seen = read(release(tmp_path / "r", README__md="# A tool\n", LICENSE=MIT))
    assert seen.facts == []
    _, seen = read(release(tmp_path / "s", model__safetensors=b"", LICENSE=MIT))
    assert facts(seen, Source.MEASURED)["licence_weights"] == "MIT"


def test_no_licence_at_all(tmp_path: Path) -> None:
    _, seen = read(release(tmp_path / "r", README__md="# Weigher\n", NOTICE="Made by Acme.\n"))
    assert one(seen, "licence-missing").severity is Severity.MEDIUM
    assert seen.facts == []


def test_an_empty_licence_is_none(tmp_path: Path) -> None:
    _, seen = read(release(tmp_path / "r", README__md="# Weigher\n", LICENSE=" \n\n"))
    assert one(seen, "licence-empty").where[0].file == "LICENSE"
    assert one(seen, "licence-missing")
    assert seen.facts == []


def test_other_with_a_name_is_that_name(tmp_path: Path) -> None:
    text = "---\nlicense: other\nlicense_name: gemma-terms-of-use\n---\n"
    _, seen = read(release(tmp_path / "r", README__md=text))
    declared = facts(seen, Source.DECLARED)
    assert declared["licence_weights"] == "gemma"
    assert declared["licence_use_limits"] is True
    assert facts(seen, Source.MEASURED) == {}


def test_an_unknown_name_gives_no_terms(tmp_path: Path) -> None:
    _, seen = read(release(tmp_path / "r", README__md=card("acme-1.0")))
    assert facts(seen, Source.DECLARED) == {"licence_weights": "acme-1.0"}


def test_an_expression_gives_what_its_members_share(tmp_path: Path) -> None:
    text = card("Apache-2.0 OR CC-BY-NC-4.0")
    _, seen = read(release(tmp_path / "r", README__md=text))
    declared = facts(seen, Source.DECLARED)
    assert declared["licence_allows_use"] is True
    assert "licence_non_commercial" not in declared


def test_a_policy_known_by_name_limits_the_licence_that_brings_it_in(tmp_path: Path) -> None:
    _, seen = read(release(tmp_path / "r", README__md=card("llama4")))
    declared = facts(seen, Source.DECLARED)
    assert declared["licence_excludes_eu"] is True
    _, seen = read(release(tmp_path / "s", README__md=card("llama3.2")))
    assert "licence_excludes_eu" not in facts(seen, Source.DECLARED)
    _, seen = read(release(tmp_path / "t", README__md=card("llama3.1")))
    assert facts(seen, Source.DECLARED)["licence_excludes_eu"] is False


def test_a_use_policy_in_the_folder_limits_the_licence(tmp_path: Path) -> None:
    policy = "Prohibited uses. You agree you will not use the model for unlawful ends.\n"
    path = release(tmp_path / "r", README__md=card("mit"), LICENSE=MIT, USE_POLICY__md=policy)
    report, seen = read(path)
    assert {each.identity.id for each in report.licences} == {"MIT", "use-policy"}
    assert report.conditions["use_limits"].place.file == "USE_POLICY.md"
    assert facts(seen, Source.MEASURED)["licence_use_limits"] is True


def test_a_text_known_by_title_only_gives_no_measured_denial(tmp_path: Path) -> None:
    text = "Mistral AI Research License\n\nYou may use it for research purposes only.\n"
    _, seen = read(release(tmp_path / "r", LICENSE=text, model__safetensors=b""))
    assert one(seen, "licence-by-title").severity is Severity.LOW
    measured = facts(seen, Source.MEASURED)
    assert measured == {"licence_known": False, "licence_non_commercial": True}
    assert facts(seen, Source.DECLARED)["licence_weights"] == "mrl"


def test_two_licences_of_weights(tmp_path: Path) -> None:
    path = release(
        tmp_path / "r",
        model_licenses___LICENSE_small=MIT,
        model_licenses___LICENSE_large=NON_COMMERCIAL,
    )
    _, seen = read(path)
    assert "MIT, unknown" in one(seen, "licence-several").message
    measured = facts(seen, Source.MEASURED)
    assert measured["licence_allows_use"] is True
    assert "licence_non_commercial" not in measured


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (b"\x00\x01\x02" * 500, "unreadable-file"),
        (b"\xff\xfe\xfd" * 500, "licence-unknown"),
        (MIT.encode() + b" " * (1 << 20) + b"No commercial use.", "licence-truncated"),
    ],
)
def test_bad_files_are_said_and_never_trusted(tmp_path: Path, content: bytes, finding: str) -> None:
    path = release(tmp_path / "r", LICENSE=content, model__safetensors=b"")
    report, seen = read(path)
    assert finding in [each.id for each in seen.findings]
    assert not any(fact.value is False and fact.name != "licence_known" for fact in seen.facts)
    assert all(each.identity.how != "exact" for each in report.licences)


def test_a_hundred_megabytes_are_read_to_the_first(tmp_path: Path) -> None:
    path = release(tmp_path / "r", LICENSE=APACHE)
    with (path / "LICENSE").open("r+b") as file:
        file.truncate(100 << 20)
    _, seen = read(path)
    assert "longer than 1 MiB" in one(seen, "licence-truncated").message


def test_a_document_that_is_not_plain_text_is_said(tmp_path: Path) -> None:
    _, seen = read(release(tmp_path / "r", LICENSE__pdf=b"%PDF-1.4"))
    assert one(seen, "unreadable-file").where[0].file == "LICENSE.pdf"


def test_report_of_one_file_has_the_agreed_keys(tmp_path: Path) -> None:
    path = release(tmp_path / "r", LICENSE=MIT)
    data = licence_report(path / "LICENSE").to_json()
    assert json.loads(json.dumps(data)) == data
    assert data["format"] == 1
    (found,) = data["licences"]
    assert {key: found[key] for key in ("id", "score", "from", "of", "nearest", "difference")} == {
        "id": "MIT",
        "score": 1.0,
        "from": "LICENSE",
        "of": "unknown",
        "nearest": "MIT",
        "difference": [],
    }
    assert list(data["conditions"]) == list(CONDITIONS)
    assert data["conditions"]["non_commercial"] is False
    assert data["evidence"]["use"]["from"] == "LICENSE:5"
    assert data == licence_report(path / "LICENSE").to_json()


def test_unknown_conditions_are_null(tmp_path: Path) -> None:
    path = release(tmp_path / "r", LICENSE="Be kind to one another, always and everywhere.\n")
    data = licence_report(path / "LICENSE").to_json()
    assert set(data["conditions"].values()) == {None}
    assert data["licences"][0]["id"] == "unknown"


def test_report_of_a_folder_and_of_no_path(tmp_path: Path) -> None:
    path = release(tmp_path / "r", README__md=card("mit"))
    assert licence_report(path).to_json()["licences"][0]["from"] == "README.md:3"
    with pytest.raises(InputError) as caught:
        licence_report(tmp_path / "absent")
    assert str(caught.value) == f"`{tmp_path / 'absent'}` does not exist"
