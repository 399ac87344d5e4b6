"""Names of models beside each other, however they are written."""

from __future__ import annotations

import pytest

from weighbridge.release.model_names import folded


@pytest.mark.parametrize(
    ("name", "other", "same"),
    [
        ("org/Some-Name_7B", "some name 7b", True),
        ("./models/Toy/", "toy", True),
        ("某/模型-甲", "模型甲", True),
        ("某/模型甲", "某/模型乙", False),
        ("org/base", "org/other", False),
    ],
)
def test_names_are_the_same_without_owner_case_and_signs(name: str, other: str, same: bool) -> None:
    assert (folded(name) == folded(other)) is same
