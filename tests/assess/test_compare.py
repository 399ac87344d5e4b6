"""Twins of a release side by side, and what openness does as the release stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.report.toy_law import TOY_LAW

from weighbridge.assess import Assessment, Request, assess
from weighbridge.report.compare_page import compare_page, comparison_json, turn_of
from weighbridge.report.text import to_text
from weighbridge.rules import Law
from weighbridge.rules.compile import compile_law
from weighbridge.rules.sources import LAW_FOLDER
from weighbridge.text.errors import InputError

OPEN = ("made_by_actor=yes", "training_compute=5e23", "narrow_task=no")


@pytest.fixture(scope="module")
def toy() -> Law:
    return compile_law([TOY_LAW])


@pytest.fixture(scope="module")
def shipped() -> Law:
    return compile_law([LAW_FOLDER])


def weighed(law: Law, *sets: str, market: str, compare: str | None = None) -> Assessment:
    request = Request(None, markets=(market,), roles=("developer",), sets=sets, compare=compare)
    return assess(request, law)


def test_each_row_is_judged_under_every_twin(toy: Law) -> None:
    result = weighed(toy, *OPEN, market="XA", compare="gift").comparison
    assert result is not None
    rows = {each.row.rule.id: each for each in result.rows}
    assert turn_of(rows["xa/toy-act/6"], "given", "kept") == "more"
    assert turn_of(rows["xa/toy-act/24"], "given", "kept") == "less"
    assert turn_of(rows["xa/toy-act/4"], "given", "kept") == ""
    by = rows["xa/toy-act/24"].outcomes["given"].deciding
    assert [rule.id for rule in by] == ["xa/toy-act/24-open"]


def test_a_twin_replaces_what_the_release_says_for_every_subject(toy: Law) -> None:
    public = weighed(toy, *OPEN, "weights_public=no", market="XA", compare="gift")
    assert public.comparison is not None
    row = next(r for r in public.comparison.rows if r.row.rule.id == "xa/toy-act/6")
    assert (row.row.judged.verdict, row.outcomes["given"].verdict) == (False, True)


def test_the_page_and_the_json_say_what_is_spared_by_which_words(toy: Law) -> None:
    assessment = weighed(toy, *OPEN, market="XA", compare="gift")
    said = " ".join(to_text(compare_page(assessment, None)).split())
    assert "given away, beside kept" in said
    assert "– spares: Harm by a gift, s. 24; by s. 24(2) [xa/toy-act/24, developer]" in said
    assert "+ costs: Answer the office, s. 6 [xa/toy-act/6, developer]" in said
    assert "stays either way: Publish a paper (s. 4)" in said
    assert assessment.comparison is not None
    data = comparison_json(assessment.comparison)
    gift = next(row for row in data["rows"] if row["rule"] == "xa/toy-act/24")
    assert gift["outcomes"]["given"] == {
        "verdict": "barred",
        "because": "exception",
        "by": ["xa/toy-act/24-open"],
    }
    assert gift["outcomes"]["kept"]["verdict"] == "open"
    assert "xa/toy-act/4" in data["same"]


def test_an_unknown_comparison_names_those_there_are(toy: Law) -> None:
    with pytest.raises(InputError) as raised:
        weighed(toy, market="XA", compare="open")
    assert raised.value.message == "unknown comparison `open`"
    assert raised.value.help == "one of gift"


def test_openness_as_it_stands_spares_some_duties_and_not_others(shipped: Law) -> None:
    general = (
        "training_compute=3e23",
        "outputs_text=yes",
        "narrow_task=no",
        "in_business=yes",
        "available_there=yes",
        "based_in=us",
        "made_by_actor=yes",
        "own_name=yes",
        "has_base_model=no",
    )
    twins = {twin.name: twin.facts for twin in shipped.comparisons["open"].twins}
    free = tuple(f"{name}={value}" for name, value in twins["free"].items())
    closed = tuple(f"{name}={value}" for name, value in twins["closed"].items())
    (line,) = weighed(shipped, *general, *free, market="EU").sheltered
    spared = {row.rule.id for row in line.spared if row.rule.pack == "eu/ai-act"}
    assert {"eu/ai-act/53.1.a", "eu/ai-act/53.1.b", "eu/ai-act/54.1"} <= spared
    assert {"eu/ai-act/53.1.c", "eu/ai-act/53.1.d"} <= {row.rule.id for row in line.kept}
    assert line.could == ()
    (shut,) = weighed(shipped, *general, *closed, market="EU").sheltered
    assert shut.spared == ()
    assert {"eu/ai-act/53.1.a", "eu/ai-act/53.1.b"} <= {row.rule.id for row in shut.could}


def test_openness_spares_nothing_of_a_model_with_systemic_risk(shipped: Law) -> None:
    large = ("training_compute=3e25", "outputs_text=yes", "narrow_task=no", "in_business=yes")
    free = shipped.comparisons["open"].twins[0].facts
    sets = (*large, "available_there=yes", *(f"{name}={value}" for name, value in free.items()))
    spared = [
        row.rule.pack
        for each in weighed(shipped, *sets, market="EU").sheltered
        for row in each.spared
    ]
    assert "eu/ai-act" not in spared
    assert "eu/cyber-resilience" in spared, "other acts do not look at systemic risk"


def test_every_comparison_that_ships_speaks_of_facts_all_its_twins_have(shipped: Law) -> None:
    for comparison in shipped.comparisons.values():
        assert len({frozenset(twin.facts) for twin in comparison.twins}) == 1
        assert Path(LAW_FOLDER / "comparisons.yaml").is_file()
