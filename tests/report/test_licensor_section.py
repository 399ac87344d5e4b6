"""What is owed to a licensor stands apart: one section, counted with nothing that law asks."""

from __future__ import annotations

import pytest

from tests.report.conftest import Weigh
from tests.report.toy_law import FULL, TOY_CONTRACT, TOY_LAW
from weighbridge.assess import Assessment, Request, assess
from weighbridge.assess.difference import difference
from weighbridge.report.check_page import check_page, summary
from weighbridge.report.difference_json import difference_json
from weighbridge.report.difference_page import difference_page
from weighbridge.report.html import to_html
from weighbridge.report.json import to_json
from weighbridge.report.markdown import to_markdown
from weighbridge.report.market_section import Shown
from weighbridge.report.screen import SCREEN_LINES, one_screen
from weighbridge.report.text import to_text
from weighbridge.rules import Law
from weighbridge.rules.compile import compile_law

HEADING = "owed to the licensor"
RED = ("toy_base_licence=red", "outputs_audio=no", "outputs_video=no", "public_service=yes")
MODIFIER = ("modifier",)


@pytest.fixture(scope="module")
def law() -> Law:
    return compile_law([TOY_LAW, TOY_CONTRACT])


@pytest.fixture(scope="module")
def under(law: Law) -> Weigh:
    """Return ``under(*sets, roles=…)`` with the two licences beside the toy law."""

    def run(*sets: str, roles: tuple[str, ...] = MODIFIER, **more: object) -> Assessment:
        request = Request(None, sets=(*FULL, *sets), roles=roles, **more)  # type: ignore[arg-type]
        return assess(request, law)

    return run


def screen(assessment: Assessment, *, all: bool = False) -> str:
    return to_text(one_screen(assessment, Shown(all=all, target="toy")))


def section(assessment: Assessment, *, all: bool = False) -> str:
    """Return the section on licences alone, its line breaks taken out."""
    said = screen(assessment, all=all)
    assert said.count(f"\n{HEADING}") == 1
    return " ".join(said[said.index(HEADING) :].split("\n\n")[0].split())


def whole(assessment: Assessment) -> str:
    """Return the section as it is where there is room for it, its line breaks taken out."""
    said = to_text(check_page(assessment, Shown(target="toy")))
    return " ".join(said[said.index(HEADING) :].split("\n\n")[0].split())


def test_a_licence_that_binds_is_told_as_a_market_is(under: Weigh) -> None:
    said = whole(under(*RED))
    assert said.startswith(
        "owed to the licensor: Red licence 2 owes 3 · cannot tell 1 · does not owe 1 do before "
        "release ! keep the notice with every copy [licence/red/3 k]"
    )
    assert "have ready • begin the name with Red [licence/red/4 k]" in said
    assert "only if • pass the use policy on [licence/red/6 k]" in said
    assert "a question of law is open: whether a drawing of a toy is a copy of it" in said
    assert "applies where a drawing is a copy; does not apply where a drawing is a thing" in said
    assert "not yours, because – it is not so that" in said
    assert "you may: use it for anything [licence/red k]" in said


def test_what_ends_the_licence_is_told_of_terms_that_apply_alone(under: Weigh) -> None:
    assert whole(under(*RED)).endswith(
        "on breach: the Red licence ends by itself; the licensor may end the licence, cure: mended "
        "within a month it stays"
    )
    host = section(under("toy_licence=red", roles=("host",)))
    assert host.endswith("on breach: the Red licence ends by itself")


def test_an_unknown_licence_is_one_question(under: Weigh) -> None:
    unknown = under()
    assert section(unknown) == (
        "owed to the licensor ? Under which licence did you get the toy you made it from? "
        "terms are known here of: Blue licence, Red licence 2"
    )
    opened = [row for row in unknown.verdicts if row.owed_to == "licensor"]
    assert len(opened) > 10


def test_each_role_is_asked_for_the_licence_that_binds_it(under: Weigh) -> None:
    both = section(under(roles=("host", "modifier")))
    assert both.count("Under which licence did you get the toy?") == 1
    assert both.count("Under which licence did you get the toy you made it from?") == 1


def test_other_licences_are_no_rows_and_counted_with_all_alone(under: Weigh) -> None:
    red = under(*RED)
    assert "Blue" not in screen(red)
    everything = section(red, all=True)
    assert "Blue term" not in everything
    assert "terms of other licences, which do not bind here: 8" in everything


def test_a_licence_not_encoded_here_is_said_to_be_so(under: Weigh) -> None:
    assert section(under("toy_base_licence=other")) == (
        "owed to the licensor · the licence of the toy it was made from: another licence; its "
        "terms are not encoded here, its own text decides"
    )
    own = section(under(*RED, "toy_licence=other"))
    assert "not encoded" not in own, "the licence a modifier grants binds others"
    host = section(under(*RED, "toy_licence=other", roles=("modifier", "host")))
    assert "the licence of the toy: another licence; its terms are not encoded here" in host


@pytest.mark.parametrize("roles", [("developer",), ("researcher",)])
def test_whom_no_licence_can_bind_sees_no_section(roles: tuple[str, ...], under: Weigh) -> None:
    assert HEADING not in screen(under(roles=roles))
    assert HEADING not in screen(under(*RED, roles=roles), all=True)


@pytest.mark.parametrize("sets", [(), RED, ("toy_base_licence=blue",), ("toy_base_licence=other",)])
@pytest.mark.parametrize("all", [False, True])
def test_nothing_else_on_the_page_counts_the_terms(
    sets: tuple[str, ...], all: bool, under: Weigh, weigh: Weigh
) -> None:
    without = weigh(*FULL, *(each for each in sets if "toy_" not in each), roles=MODIFIER)
    having = under(*sets)
    assert summary(having) == summary(without)
    for kept in (Shown(all=all, most=5), Shown(most=2, lean=True), Shown(most=3, tight=True)):
        mine, law_alone = (_lines(each, kept) for each in (having, without))
        assert [line for line in law_alone if line not in mine] == []


def _lines(assessment: Assessment, shown: Shown) -> list[str]:
    """Return the lines of a page by what they count; the head and the command are left out."""
    said = to_text(check_page(assessment, shown)).splitlines()
    return [line for line in said if "rests on:" not in line][5:]


def test_answers_are_counted_for_law_alone(under: Weigh) -> None:
    assert "1 answer could settle 2 of 4: weighbridge ask toy" in screen(under())
    assert [each.key for each in under().questions] == ["public_service[XA]", "toy_base_licence"]


def test_a_page_with_terms_stays_one_screen(under: Weigh) -> None:
    for sets in ((), RED, ("toy_base_licence=blue",), ("toy_base_licence=other",)):
        assert screen(under(*sets)).count("\n") <= SCREEN_LINES
    assert "    · and 5 more: --all" in screen(under("toy_base_licence=blue"))


def test_a_tight_page_has_counts_few_terms_and_one_question(under: Weigh) -> None:
    page = to_text(check_page(under(*RED), Shown(most=1, lean=True, tight=True)))
    assert page[page.index(HEADING) :].split("\n\n")[0].splitlines() == [
        "owed to the licensor: Red licence 2: owes 3 · cannot tell 1 · does not owe 1",
        "    ! keep the notice  [licence/red/3 k]",
        "    · and 2 more: --all",
        "    ? a question of law is open: whether a drawing of a toy is a copy of it",
        "  on breach: the Red licence ends by itself; the licensor may end the licence, cure: "
        "mended w…",
    ]


def test_the_letter_for_a_contract_is_explained_where_terms_are_shown(under: Weigh) -> None:
    assert "rests on: k a contract" in screen(under(*RED))
    assert "k a contract" not in screen(under("toy_base_licence=other"))


def test_how_old_the_reading_of_a_licence_is_is_told_of_those_that_bind(under: Weigh) -> None:
    warning = "the licence's terms were read only until 2030-05-20; later changes are not in it"
    assert warning in screen(under(*RED))
    assert warning not in screen(under("toy_base_licence=blue"))
    assert "read only until 2030-05-01 (XA)" in screen(under("toy_base_licence=blue"))


def test_a_contract_binds_as_law_does_and_no_guidance_decides_it(under: Weigh) -> None:
    alone = under(*RED, authorities=frozenset(("statute", "court", "contract")))
    assert "owes 3 · cannot tell 1" in section(alone)
    assert not any(row.differs_by_guidance for row in under(*RED).verdicts if row.owed_to != "law")


def test_markdown_and_html_have_the_section_once(under: Weigh) -> None:
    page = check_page(under(*RED), Shown(target="toy"))
    assert to_markdown(page).count("## owed to the licensor: Red licence 2") == 1
    assert to_html(page).count("owed to the licensor: Red licence 2</h2>") == 1


def test_json_says_to_whom_each_row_is_owed(under: Weigh) -> None:
    result = to_json(under(*RED))
    owed = {row["rule"]: row["owed_to"] for row in result["verdicts"]}
    assert {owed[rule] for rule in owed if rule.startswith("licence/")} == {"licensor"}
    assert {owed[rule] for rule in owed if rule.startswith("xa/")} == {"law"}
    developer = to_json(under(roles=("developer",)))["falls_on"]
    assert {each["owed_to"] for each in developer} == {"law", "licensor"}


def test_a_difference_counts_terms_apart(under: Weigh) -> None:
    found = difference(under("outputs_audio=no", "outputs_video=no"), under(*RED))
    said = to_text(difference_page(found))
    assert "duties and prohibitions: now settled 1" in said
    terms = " ".join(said[said.index(HEADING) :].split("\n\n")[0].split())
    assert terms.startswith("owed to the licensor: Red licence 2 now settled 3 now settled")
    assert "Blue" not in terms
    rows = difference_json(found)["verdicts"]
    assert {row["owed_to"] for row in rows} == {"law", "licensor"}


def test_a_difference_in_a_licence_alone_changes_no_duty_of_law(under: Weigh) -> None:
    said = to_text(difference_page(difference(under(), under("toy_base_licence=red"))))
    assert "no verdict changed" in said or "no duty or prohibition changed" in said
    assert "owed to the licensor: Red licence 2" in said
    neither = to_text(difference_page(difference(under(), under("toy_base_licence=other"))))
    assert HEADING not in neither
