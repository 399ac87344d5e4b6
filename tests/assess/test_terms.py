"""Terms of licences among the rows: which bind, what is asked first, what law's shelters spare."""

from __future__ import annotations

import pytest
from tests.report.toy_law import FULL, TOY_CONTRACT, TOY_LAW

from weighbridge.assess import Assessment, Request, assess
from weighbridge.assess.terms import licence_keys, not_encoded, owed_by_law, terms_of
from weighbridge.report.compare_page import compare_page, comparison_json
from weighbridge.report.text import to_text
from weighbridge.rules import Law
from weighbridge.rules.compile import compile_law

RED, BLUE = "toy_base_licence=red", "toy_base_licence=blue"


@pytest.fixture(scope="module")
def law() -> Law:
    return compile_law([TOY_LAW, TOY_CONTRACT])


def weighed(
    law: Law, *sets: str, roles: tuple[str, ...] = ("modifier",), compare: str | None = None
) -> Assessment:
    return assess(Request(None, sets=sets, roles=roles, compare=compare), law)


def packs(rows: tuple[object, ...]) -> set[str]:
    return {row.rule.pack for row in rows}  # type: ignore[attr-defined]


def test_to_whom_a_row_is_owed_is_told_by_its_pack(law: Law) -> None:
    rows = weighed(law, *FULL).verdicts
    assert {(row.rule.pack, row.owed_to) for row in rows} == {
        ("xa/toy-act", "law"),
        ("licence/red", "licensor"),
        ("licence/blue", "licensor"),
    }
    assert packs(tuple(owed_by_law(rows))) == {"xa/toy-act"}


def test_a_licence_binds_does_not_bind_or_may(law: Law) -> None:
    unknown = terms_of(weighed(law).verdicts)
    assert (unknown.held, unknown.elsewhere) == ((), ())
    assert packs(unknown.open) == {"licence/red", "licence/blue"}
    red = terms_of(weighed(law, RED).verdicts)
    assert (packs(red.held), red.open, packs(red.elsewhere)) == (
        {"licence/red"},
        (),
        {"licence/blue"},
    )
    assert None in {row.judged.verdict for row in red.held}, "open terms of a licence that binds"
    other = terms_of(weighed(law, "toy_base_licence=other").verdicts)
    assert (other.held, other.open) == ((), ())


def test_a_term_that_could_never_apply_is_not_open(law: Law) -> None:
    rows = terms_of(weighed(law, "outputs_audio=no").verdicts).open
    assert "licence/red/5" not in {row.rule.id for row in rows}


def test_each_role_has_its_own_licence(law: Law) -> None:
    terms = terms_of(weighed(law, RED, "toy_licence=blue", roles=("modifier", "host")).verdicts)
    bound = {(row.rule.pack, row.judged.row.role) for row in terms.held}
    assert bound == {("licence/red", "modifier"), ("licence/blue", "host")}


def test_the_licence_is_what_is_asked_and_nothing_that_cannot_matter(law: Law) -> None:
    terms = terms_of(weighed(law, roles=("modifier", "host")).verdicts)
    keys = {(row.judged.row.role, licence_keys(row)) for row in terms.open}
    assert keys == {("modifier", ("toy_base_licence",)), ("host", ("toy_licence",))}
    assert all(licence_keys(row) == () for row in terms_of(weighed(law, RED).verdicts).held)


@pytest.mark.parametrize(
    ("sets", "expected"),
    [
        ((), []),
        ((RED,), []),
        (("toy_base_licence=other",), ["toy_base_licence"]),
        (("toy_base_licence=green",), ["toy_base_licence"]),
        ((RED, "toy_licence=other"), []),
    ],
)
def test_only_a_known_licence_of_which_no_pack_speaks_is_not_encoded(
    sets: tuple[str, ...], expected: list[str], law: Law
) -> None:
    assessment = weighed(law, *sets)
    found = not_encoded(assessment, terms_of(assessment.verdicts))
    assert [fact.key for fact in found] == expected


def test_many_terms_weigh_one_duty_together_and_are_still_asked_for(law: Law) -> None:
    asked = [each.key for each in weighed(law, *FULL).questions]
    assert asked == ["public_service[XA]", "toy_base_licence"]
    alone = [each.key for each in weighed(law, *FULL, "public_service=no").questions]
    assert alone == ["toy_base_licence"]


def test_a_shelter_of_law_is_not_seen_to_spare_a_term(law: Law) -> None:
    sets = (RED, "weights_public=yes", "outputs_video=yes", "public_service=yes")
    assessment = weighed(law, *sets)
    rows = {row.rule.id: row.judged for row in assessment.verdicts}
    assert (rows["licence/red/6"].verdict, rows["licence/red/6"].because) == (False, "exception")
    told = [row.rule.id for each in assessment.sheltered for row in (*each.spared, *each.could)]
    assert not any(rule.startswith("licence/") for rule in told)


def test_twins_are_compared_on_terms_apart_from_law(law: Law) -> None:
    assessment = weighed(law, *FULL, compare="licences")
    said = to_text(compare_page(assessment, None))
    by_law, terms = said.split("\nowed to the licensor\n")
    assert "licence/" not in by_law and "the twins owe the same here" not in terms
    assert "+ costs: Keep the notice, cl. 3  [licence/red/3, modifier]" in terms
    assert "– spares: Blue term 2, cl. 2  [licence/blue/2, modifier]" in terms
    assert assessment.comparison is not None
    data = comparison_json(assessment.comparison)
    assert {row["owed_to"] for row in data["rows"]} == {"licensor"}
    assert "xa/toy-act/4" in data["same"] and data["same_to_licensor"] == []


def test_terms_on_which_twins_agree_are_not_among_what_law_leaves(law: Law) -> None:
    assessment = weighed(law, *FULL, RED, compare="gift")
    assert assessment.comparison is not None
    data = comparison_json(assessment.comparison)
    assert "licence/red/3" in data["same_to_licensor"]
    assert not any(rule.startswith("licence/") for rule in data["same"])
    by_law, terms = to_text(compare_page(assessment, None)).split("\nowed to the licensor\n")
    assert "Keep the notice" not in by_law and "stays either way: Keep the notice" in terms
