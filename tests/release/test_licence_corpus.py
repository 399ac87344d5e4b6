"""Every labelled licence file of the corpus: its id, its flags, its role."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from weighbridge.release.folder import Folder
from weighbridge.release.licence import FoundLicence, licence_report, read_licence
from weighbridge.release.licence.clauses import find_clauses
from weighbridge.release.licence.table import CONDITIONS, GRANTS, load_table
from weighbridge.release.observations import Observations

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
FLAGS = {
    "osi_approved": "osi_approved",
    "non_commercial": "non_commercial",
    "behavioural_use_restrictions": "use_limits",
    "eu_excluded": "eu_excluded",
    "mau_threshold": "user_threshold",
    "revenue_threshold_usd": "revenue_threshold",
    "naming_or_branding_duty": "naming_duty",
    "no_improving_other_models": "no_improving_other_models",
}
ROLES = {"model": "licence", "policy": "policy", "notice": "notice"}
# Section 3.1 of this text forbids using the model, derivatives or outputs to develop or improve
# other models. The label says otherwise; the text, read again, decides.
LABEL_AGAINST_TEXT = {("releases/exaone-3.5/files/LICENSE", "no_improving_other_models")}


def labels(name: str) -> list[dict[str, Any]]:
    path = CORPUS / name
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def found_at(path: Path) -> FoundLicence:
    (found,) = licence_report(path).licences
    return found


def test_every_label_is_right(corpus: Path) -> None:
    wrong = []
    for label in labels("licence_labels.jsonl"):
        found = found_at(corpus / label["path"])
        if found.identity.id != label["expected_id"]:
            wrong.append((label["path"], "id", found.identity.id))
        if found.kind != ROLES[label["role"]]:
            wrong.append((label["path"], "role", found.kind))
        for flag, condition in FLAGS.items():
            answered = found.conditions.get(condition)
            answer = answered.answer if answered else None
            expected = label[flag] or False
            # A notice grants and limits nothing of itself: nothing is known, nothing is claimed.
            if found.kind == "notice" and answer is None and not expected:
                continue
            if answer != expected and (label["path"], flag) not in LABEL_AGAINST_TEXT:
                wrong.append((label["path"], flag, answer))
    assert wrong == []


def test_every_reference_text_is_right(corpus: Path) -> None:
    table = load_table()
    wrong = []
    for label in labels("licence_texts/labels.jsonl"):
        found = found_at(corpus / label["path"])
        named = table.named(label["scancode_key"])
        if found.identity.how != "exact" or named is None or named.id != found.identity.id:
            wrong.append((label["path"], found.identity.id))
    assert wrong == []


def test_clauses_and_table_agree_on_every_known_text(corpus: Path) -> None:
    table = load_table()
    apart = []
    for label in labels("licence_labels.jsonl") + labels("licence_texts/labels.jsonl"):
        path = corpus / label["path"]
        found = found_at(path)
        licence = table.get(found.identity.id)
        if found.identity.how != "exact" or licence is None or not licence.conditions:
            continue
        clauses = find_clauses(path.read_text("utf-8"))
        for condition in CONDITIONS[:-1]:
            known = licence.conditions.get(condition)
            clause = clauses.get(condition)
            # What no pattern sees is no disagreement for a grant, and is one for a limit.
            silent = clause is None and (condition in GRANTS or not known)
            if known is None or silent:
                continue
            if clause is None or clause.answer != known:
                apart.append((label["path"], condition, known, clause))
    assert [each for each in apart if each[:2] not in LABEL_AGAINST_TEXT] == []


@pytest.mark.parametrize(
    "name", sorted(path.name for path in (CORPUS / "releases").glob("*") if path.is_dir()) or [""]
)
def test_each_release_is_read_without_a_mismatch(corpus: Path, name: str) -> None:
    seen = Observations()
    report = read_licence(Folder.open(corpus / "releases" / name / "files"), seen)
    assert "licence-mismatch" not in [finding.id for finding in seen.findings]
    assert json.dumps(report.to_json(), allow_nan=False)


def test_one_word_more_in_any_known_text_is_never_exact(corpus: Path, tmp_path: Path) -> None:
    file = tmp_path / "LICENSE"
    for label in labels("licence_labels.jsonl") + labels("licence_texts/labels.jsonl"):
        if label.get("role") == "notice":
            continue  # a notice may hold licences of others, word for word
        text = (corpus / label["path"]).read_text("utf-8")
        middle = text.find(" ", len(text) // 2)
        file.write_text(text[:middle] + " nevertheless" + text[middle:], "utf-8")
        assert found_at(file).identity.how != "exact", label["path"]


def test_non_commercial_text_under_an_apache_card(corpus: Path, tmp_path: Path) -> None:
    text = (corpus / "licence_texts" / "cc-by-nc-4.0.txt").read_text("utf-8")
    (tmp_path / "LICENSE").write_text(text, "utf-8")
    (tmp_path / "README.md").write_text("---\nlicense: apache-2.0\n---\n", "utf-8")
    seen = Observations()
    read_licence(Folder.open(tmp_path), seen)
    (finding,) = [each for each in seen.findings if each.severity == "high"]
    assert finding.id == "licence-mismatch"
    assert finding.message == (
        "the card names Apache-2.0 as the licence, but LICENSE is CC-BY-NC-4.0"
    )
    assert [str(place) for place in finding.where] == ["README.md:2", "LICENSE"]
