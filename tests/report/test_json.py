"""The JSON of a check: the keys and their order, unknowns, days, numbers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.report.conftest import Weigh
from tests.report.toy_law import FULL
from weighbridge.report.json import dumps, to_json, to_text
from weighbridge.rules import Law

TOP_KEYS = [
    *("format", "weighbridge", "law", "release", "actors", "facts", "concluded", "findings"),
    "verdicts",
]
ROW_KEYS = [
    *("rule", "market", "actor", "role", "use", "addressee", "object", "kind", "family"),
    *("verdict", "basis", "unless", "because", "in_force", "enforced_from", "due", "bars"),
    *("missing", "discharges", "rests_on", "cite", "proof"),
]


@pytest.fixture(scope="module")
def result(weigh: Weigh) -> dict[str, Any]:
    return to_json(weigh(*FULL))


def row(result: dict[str, Any], rule: str) -> dict[str, Any]:
    (found,) = [each for each in result["verdicts"] if each["rule"] == f"xa/toy-act/{rule}"]
    return dict(found)


def test_keys_stand_in_the_order_of_the_contract_and_new_ones_after(result: dict[str, Any]) -> None:
    assert list(result)[: len(TOP_KEYS)] == TOP_KEYS
    assert list(result["law"]) == ["hash", "as_of", "known_until", "packs", "amendments"]
    for each in result["verdicts"]:
        assert list(each)[: len(ROW_KEYS)] == ROW_KEYS


def test_the_text_is_one_json_document_that_reads_back(weigh: Weigh) -> None:
    assessment = weigh(*FULL)
    text = to_text(assessment)
    assert json.loads(text) == to_json(assessment)
    assert "NaN" not in text
    assert "Infinity" not in text
    assert text.endswith("}\n")


def test_rows_are_sorted_by_market_rule_actor_role_use(weigh: Weigh) -> None:
    rows = to_json(weigh(*FULL, roles=("modifier", "developer")))["verdicts"]
    keys = [tuple(each[k] for k in ("market", "rule", "actor", "role", "use")) for each in rows]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def test_an_unknown_fact_is_null_with_the_question_that_asks_it(result: dict[str, Any]) -> None:
    assert result["facts"]["public_service[XA]"] == {
        "value": None,
        "ask": "Do you run an app, a demo or an API with this model that people in XA can use?",
    }


def test_a_range_leaves_its_open_end_out_and_days_are_iso(weigh: Weigh) -> None:
    facts = to_json(weigh("users=..1000", "model_first_available=2029-01..2029-02"))["facts"]
    assert facts["users"] | {"from": ""} == {
        "high": 1000,
        "unit": "persons",
        "source": "asserted",
        "from": "",
        "others": [],
        "conflict": False,
        "note": "--set",
    }
    assert facts["model_first_available"]["low"] == "2029-01-01"
    assert facts["model_first_available"]["high"] == "2029-02-28"


def test_a_row_says_when_it_binds_what_decided_and_on_what(result: dict[str, Any]) -> None:
    paper = row(result, "4")
    assert paper["verdict"] == "applies"
    assert paper["in_force"] == {"state": "yes", "from": "2030-01-01", "to": None}
    assert paper["enforced_from"] == "2030-09-01"
    assert paper["discharges"] == [
        {"id": "toy-paper", "state": "partial", "found": ["params_total", "training_compute"]}
    ]
    assert paper["rests_on"]["read"] == "memory"
    assert paper["reasons"] == ["made_by_actor", "training_compute", "narrow_task"]
    assert row(result, "16")["in_force"]["state"] == "no-longer"
    assert row(result, "17")["in_force"]["state"] == "never"


def test_a_day_that_facts_may_move_has_no_state(weigh: Weigh) -> None:
    perhaps = row(to_json(weigh("made_by_actor=yes", "training_compute=5e23")), "4")
    assert perhaps["in_force"] == {
        "state": None,
        "from": "2030-01-01",
        "to": None,
        "moved_by": "xa/toy-act/18",
    }


def test_an_open_reading_says_what_each_position_gives(result: dict[str, Any]) -> None:
    assert row(result, "10")["turns_on"] == {
        "toy_question": {"counts": "applies", "does_not_count": "does-not-apply"}
    }


def test_a_proof_points_into_what_was_concluded(result: dict[str, Any]) -> None:
    assert {"is": True, "concluded": "big_toy"} in row(result, "4")["proof"]["parts"]
    assert result["concluded"]["big_toy"]["value"] is True
    assert result["concluded"]["big_toy"]["rules"] == ["xa/toy-act/3"]


@pytest.mark.parametrize(("rule", "state"), [("22", "open"), ("23", "unsettled"), ("24", "barred")])
def test_a_claim_has_a_state_of_its_own(result: dict[str, Any], rule: str, state: str) -> None:
    found = row(result, rule)
    assert (found["kind"], found["verdict"]) == ("claim", state)
    assert {each["verdict"] for each in result["verdicts"] if each["kind"] != "claim"} <= {
        *("applies", "does-not-apply", "unknown")
    }


def test_a_claim_says_who_asks_for_what_and_what_bears_on_it(result: dict[str, Any]) -> None:
    assert row(result, "22")["claim"] == {
        "claimant": "whoever is harmed",
        "harm": "damage that a defect of the model does",
        "standard": "no fault needed",
        "must_show": "the damage, the defect and that one led to the other",
        "presumed": "the defect, where the maker holds back its papers",
        "disclosure": "a court may order the maker to show its papers",
        "limits": [
            {
                "parameter": "toy_years",
                "value": "3",
                "unit": "years",
                "is": "from the day the damage is known",
            }
        ],
        "linked": ["xa/toy-act/4"],
    }
    short = row(result, "23")["claim"]
    assert (short["presumed"], short["disclosure"]) == (None, None)
    assert (short["limits"], short["linked"]) == ([], [])
    assert "claim" not in row(result, "4")


def test_what_an_exception_takes_short_of_the_rule_is_listed(result: dict[str, Any]) -> None:
    assert row(result, "22")["lifted"] == [
        {
            "rule": "xa/toy-act/22-old",
            "lifts": "defence",
            "verdict": "applies",
            "basis": "settled",
            "missing": [],
        }
    ]
    assert row(result, "4")["lifted"] == []


def test_a_lift_that_is_open_names_what_would_tell(weigh: Weigh) -> None:
    facts = [each for each in FULL if not each.startswith("params_total")]
    (lift,) = row(to_json(weigh(*facts)), "22")["lifted"]
    assert (lift["verdict"], lift["missing"]) == ("unknown", [["params_total"]])


def test_law_of_other_markets_is_not_listed(weigh: Weigh, toy_law: Law) -> None:
    law = to_json(weigh(*FULL))["law"]
    assert list(law["packs"]) == ["xa/toy-act"]
    assert law["packs"]["xa/toy-act"] == toy_law.digest("xa/toy-act")
    assert toy_law.digest("xa/toy-act") != toy_law.digest("xa/other")


def test_dumps_puts_each_entry_on_a_line_and_refuses_what_json_has_not() -> None:
    assert dumps({"a": [1, 2], "b": {}, "c": {"d": "é"}}) == (
        '{\n"a": [\n 1,\n 2\n],\n"b": {},\n"c": {\n "d": "é"\n}\n}\n'
    )
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps({"a": float("nan")})
