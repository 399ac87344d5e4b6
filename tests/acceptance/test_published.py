"""Real releases come out as the published analyses say: the cases beside the rules, from files.

Each case of ``models-*.yaml`` is judged there on facts alone. Here the release itself is read; what
its files say is left as read, and only what they cannot say is told.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.conftest import Check, row
from tests.law.cases import PackCase
from tests.law.pack_cases import placed_cases
from weighbridge.assess import Assessment
from weighbridge.rules import Law

WORDS = {True: "applies", False: "does-not-apply", None: "unknown"}
FACT_WORDS = {True: "yes", False: "no", None: "unknown"}

PUBLISHED = (
    ("stable-diffusion-v1-4-compvis", "Stable Diffusion 1.4 straddles the mark"),
    (
        "stable-diffusion-v1-4-compvis",
        "Stable Diffusion 1.4 by the figure alone lies below the mark",
    ),
    ("sdxl-base-1.0-hf", "Stable Diffusion XL 1.0, whose compute nobody published"),
    ("sdxl-base-1.0-hf", "Stable Diffusion XL 1.0, were it above the mark"),
    ("llama2-7b-chat-hf", "Llama 2 7B lies below the mark"),
    ("meta-llama2", "Llama 2 13B lies above the mark"),
    ("meta-llama2", "Llama 2 70B"),
    ("meta-llama3_1", "Llama 3.1 8B straddles it by a little in the range of ninety per cent"),
    ("meta-llama3_1", "Llama 3.1 8B by its parameters and tokens"),
    ("meta-llama3_1", "Llama 3.1 70B by its parameters and tokens"),
    ("meta-llama3_1", "Llama 3.1 405B lies above the mark for systemic risk"),
    (
        "meta-llama4",
        "Llama 4 Scout grants nothing to people in the Union, which leaves its place open",
    ),
    ("meta-llama4", "Llama 4 Scout, read as placed all the same"),
    ("meta-llama4", "Llama 4 Scout, read as kept out"),
    ("meta-llama4", "Llama 4 Maverick, read as placed all the same"),
    ("gpt-oss", "gpt-oss-20b owes the policy and the summary alone"),
    ("gpt-oss", "gpt-oss-120b by its range straddles the mark for systemic risk"),
    ("gpt-oss", "gpt-oss-120b by the figure alone owes the policy and the summary alone"),
)
"""Which folder of the corpus holds the model that a case is about."""

LICENCE_TOLD = {
    "llama2-7b-chat-hf": "a copy without a licence",
    "gpt-oss": "one licence text beside a card without front matter, and no weights",
}
"""Folders whose licence has to be told, and why; of the others it is read."""


def published(title: str) -> PackCase:
    """Return the case of a published analysis."""
    found = [placed.case for placed in placed_cases() if placed.case.title == title]
    assert len(found) == 1, f"{len(found)} cases are called `{title}`"
    assert found[0].source, "an analysis names who published it"
    return found[0]


def assessed(check: Check, law: Law, folder: Path, case: PackCase) -> tuple[Assessment, list[str]]:
    """Return what comes of a release and what had to be told beside its files."""
    read = {key for key, fact in check(folder).facts.items() if fact.value is not None}
    told = {key: word for key, word in case.facts.items() if key not in law.questions}
    told = {key: word for key, word in told.items() if key not in read or key.endswith("compute")}
    chosen = tuple(f"{key}={word}" for key, word in case.facts.items() if key in law.questions)
    sets = tuple(f"{key}={word}" for key, word in told.items())
    asked = {"roles": (case.row.role,), "markets": ("EU",), "as_of": case.as_of}
    return check(folder, *sets, readings=chosen, **asked), sorted(told)


@pytest.mark.extra
@pytest.mark.parametrize(("name", "title"), PUBLISHED, ids=[title for _, title in PUBLISHED])
def test_a_release_comes_out_as_published(
    check: Check, law: Law, corpus: Path, name: str, title: str
) -> None:
    case = published(title)
    found, told = assessed(check, law, corpus / "releases" / name / "files", case)
    licence_told = any(key.startswith("licence_allows") for key in told)
    assert licence_told is (name in LICENCE_TOLD)
    for key, expected in case.expect.items():
        if key in law.vocabulary:
            assert FACT_WORDS[found.conclusions[key].verdict] == expected, key
            continue
        wanted = expected if isinstance(expected, dict) else {"verdict": expected}
        judged = row(found, key).judged
        assert WORDS[judged.verdict] == wanted["verdict"], key
        if "in_force" in wanted:
            assert judged.in_force.state == wanted["in_force"], key


def test_a_closed_model_owes_what_the_open_one_beside_it_does_not(check: Check) -> None:
    def owes(title: str) -> set[str]:
        case = published(title)
        sets = tuple(f"{key}={word}" for key, word in case.facts.items())
        found = check(None, *sets, roles=("developer",), markets=("EU",), as_of=case.as_of)
        return {
            each.rule.id.rpartition("/")[2]
            for each in found.verdicts
            if each.judged.owed and each.rule.kind == "duty" and each.rule.pack == "eu/ai-act"
        }

    open_ = owes("gpt-oss-120b by the figure alone owes the policy and the summary alone")
    closed = owes("GPT-5 came after the chapter and has no more time")
    assert closed - open_ == {"53.1.a", "53.1.b", "54.1"}
    assert {"53.1.c", "53.1.d", "53.3"} <= open_ <= closed
