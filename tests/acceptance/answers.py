"""What honest publishers of the shipped examples would answer, asked in plain words.

Each answer is what the card of the example says, or what anybody in that publisher's place knows.
A key with a market holds there alone; a fact that is not listed gets "I don't know".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.conftest import Check
from weighbridge.assess import Assessment
from weighbridge.assess.assessment import NextQuestion

_ANYBODY = {
    "aircraft_only": "no",
    "available_there": "yes",
    "base_counted_most_capable": "no",
    "biological_data": "no",
    "businesses_only": "no",
    "excluded_there": "no",
    "federal_defence_only": "no",
    "in_development_only": "no",
    "interactive_only": "no",
    "made_by_actor": "yes",
    "made_for_likeness": "no",
    "military_only": "no",
    "needs_artists_skill": "no",
    "only_touches_up": "no",
    "outputs_audio": "no",
    "outputs_video": "no",
    "own_name": "yes",
    "planned_compute": "0",
    "rebuttal_accepted": "no",
    "security_tool_only": "no",
    "served_model_filed": "no",
    "sexual_images": "none",
    "shared_to_develop_only": "no",
    "tested_on_real_people": "no",
    "told_most_capable": "no",
    "us_government_ties": "none",
    "weights_public": "yes",
    "called_assistive": "no",
    "licensed_by_contract": "no",
    "made_to_care_or_judge": "neither",
    "media_marks": "none",
    "own_download_page": "no",
    "ships_program": "no",
}
HOBBY = {
    **_ANYBODY,
    "actor_kind": "individual",
    "actor_size": "micro",
    "base_compute": "1.23627e11",
    "base_licence": "apache_2_0",
    "based_in": "eu",
    "cluster_network": "0",
    "cluster_speed": "..1e14",
    "function_changed": "yes",
    "has_base_model": "yes",
    "in_business": "no",
    "model_first_available": "2026-11-02",
    "modification_compute": "..1e12",
    "narrow_task": "no",
    "outputs_image": "no",
    "outputs_text": "yes",
    "own_compute": "..1e12",
    "params_total": "..1e6",
    "paid_for": "nothing",
    "public_service": "no",
    "publishes_regularly": "no",
    "release_date": "2026-11-02",
    "research_only": "no",
    "revenue": "..1e4",
    "training_compute": "1.2e11..2e12",
    "users": "..10",
    "users_everywhere": "..10",
}
UNIVERSITY = {
    **_ANYBODY,
    "actor_kind": "university",
    "actor_size": "large",
    "based_in": "eu",
    "cluster_network": "..1e9",
    "cluster_speed": "..1e15",
    "has_base_model": "no",
    "in_business": "no",
    "model_first_available": "2026-11-03",
    "narrow_task": "yes",
    "outputs_image": "no",
    "outputs_text": "yes",
    "own_compute": "3.00515e11",
    "paid_for": "nothing",
    "public_service": "no",
    "publishes_regularly": "no",
    "release_date": "2026-11-03",
    "research_only": "yes",
    "revenue": "1e8..1e9",
    "training_compute": "3.00515e11",
    "used_beyond_research": "no",
    "users": "..100",
    "users_everywhere": "..100",
}
COMPANY = {
    **_ANYBODY,
    "actor_kind": "company",
    "actor_size": "sme",
    "available_there[CN]": "no",
    "based_in": "us",
    "buyers_micro_only": "no",
    "child_abuse_material": "unable",
    "cluster_network": "..1e10",
    "cluster_speed": "..1e16",
    "excluded_there[CN]": "yes",
    "has_base_model": "no",
    "in_business": "yes",
    "model_first_available": "2025-06-15",
    "narrow_task": "no",
    "nude_fakes": "unable",
    "outputs_image": "yes",
    "outputs_text": "no",
    "own_compute": "5.70163e11",
    "paid_for": "paid_version",
    "public_service": "yes",
    "public_service[CN]": "no",
    "publishes_regularly": "yes",
    "release_date": "2025-06-15",
    "research_only": "no",
    "revenue": "2e7..4e7",
    "training_compute": "5.70163e11",
    "used_beyond_research": "yes",
    "users": "1000..5000",
    "users_everywhere": "5000..50000",
}
PUBLISHERS: Mapping[str, Mapping[str, str]] = {
    "hobby-lora": HOBBY,
    "university-model": UNIVERSITY,
    "company-image-model": COMPANY,
}


@dataclass(frozen=True, slots=True)
class Interview:
    """What was asked, what was answered (``None``: "I don't know"), and how it ended."""

    asked: tuple[tuple[NextQuestion, str | None], ...]
    result: Assessment

    @property
    def told(self) -> str:
        """The interview in one line, for the message of a failing test."""
        return "; ".join(f"{question.key} -> {answer}" for question, answer in self.asked)


def interview(
    check: Check, folder: Path, oracle: Mapping[str, str], most: int, **more: object
) -> Interview:
    """Return the interview in which at most ``most`` questions are put, the best one first."""
    sets: list[str] = []
    skip: list[str] = []
    asked: list[tuple[NextQuestion, str | None]] = []
    assessment = check(folder, **more)
    while assessment.questions and len(asked) < most:
        question = assessment.questions[0]
        answer = oracle.get(question.key, oracle.get(question.key.partition("[")[0]))
        asked.append((question, answer))
        if answer is None:
            skip.append(question.key)
        else:
            sets.append(f"{question.key}={answer}")
        assessment = check(folder, *sets, skip=tuple(skip), **more)
    return Interview(tuple(asked), assessment)
