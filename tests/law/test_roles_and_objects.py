"""Who owes what of which object: the matrices of roles and objects, and what openness buys.

Each cell is asked for with everyday facts alone. It names the duties of the watched ones that
somebody in that role owes on that day; of every other watched duty it holds that nobody in that
role owes it and that this is no longer open.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import pytest

from tests.law.judged import shipped_law
from weighbridge.assess import Assessment, Request, assess
from weighbridge.assess.assessment import RowVerdict

ACT = "eu/ai-act"
TODAY = "2026-11-23"
HIGH_RISK = "2027-12-02"
"""The first day of the chapter on high risk for the uses of Annex III."""

# The watched duties ------------------------------------------------------------------------------

MODEL_PAPERS = ("53.1.a", "53.1.b")
MODEL_PUBLIC = ("53.1.c", "53.1.d", "53.3")
MODEL_ABROAD = ("54.1",)
SYSTEMIC = ("52.1", "55.1.a", "55.1.b", "55.1.c", "55.1.d")
SUPPLIER = ("25.4-supplier",)
TRANSPARENT = ("50.1", "50.2")
DISCLOSE = ("50.3", "50.4-fake", "50.4-text")
LITERACY = ("4",)
LITERACY_IN_USE = ("4-deployer",)
REQUIREMENTS = ("9", "10", "11", "12", "13", "14", "15")
PROVIDING = ("17", "18", "19", "20", "21", "43.2", "47", "48", "49.1", "72")
IMPORTING = ("23.1", "23.3")
DISTRIBUTING = ("24.1", "24.2")
USING = ("26.1", "26.2", "26.5", "26.6")
WATCHED = (
    *(*MODEL_PAPERS, *MODEL_PUBLIC, *MODEL_ABROAD, *SYSTEMIC, *SUPPLIER),
    *(*TRANSPARENT, *DISCLOSE, *LITERACY, *LITERACY_IN_USE),
    *(*REQUIREMENTS, *PROVIDING, *IMPORTING, *DISTRIBUTING, *USING),
)

# The objects -------------------------------------------------------------------------------------

FREE = {
    "licence_allows_access": "yes",
    "licence_allows_use": "yes",
    "licence_allows_modification": "yes",
    "licence_allows_redistribution": "yes",
    "licence_non_commercial": "no",
    "licence_scale_threshold": "no",
    "licence_excludes_territory": "no",
    "licence_excludes_eu": "no",
    "licence_use_limits": "no",
    "licence_commercial_separate": "no",
    "paid_for": "nothing",
    "weights_public": "yes",
    "architecture_public": "yes",
    "usage_info_public": "yes",
    "system_open": "yes",
    "tool_paid_for": "nothing",
}
CAPPED = FREE | {"licence_scale_threshold": "yes", "system_open": "no"}
PLACED = {
    "in_business": "yes",
    "based_in": "us",
    "available_there": "yes",
    "excluded_there": "no",
    "research_only": "no",
    "in_development_only": "no",
    "military_only": "no",
    "model_first_available": "2026-09-01",
    "narrow_task": "no",
    "outputs_text": "yes",
    "outputs_image": "yes",
    "outputs_audio": "no",
    "outputs_video": "no",
    "told_most_capable": "no",
    "use_field": "none",
    "use_practice": "none",
}
SMALL = {"training_compute": "1e22"}
GENERAL = {"training_compute": "1e24"}
SYSTEMIC_MODEL = {"training_compute": "3e25"}
"""The model alone: nobody in the Union has an app of it."""
ALONE = {"system_there": "no", "tool_form": "weights", "used_there": "no", "passes_on": "models"}
"""An app that talks with people and makes pictures of things that look real."""
APP = {
    "system_there": "yes",
    "tool_form": "interface",
    "system_own_name": "yes",
    "system_first_there": "2026-09-01",
    "system_redesigned_on": "2026-09-01",
    "used_there": "yes",
    "talks_with_people": "yes",
    "plainly_a_machine": "no",
    "output_is": "content",
    "against_crime": "no",
    "reads_bodies": "yes",
    "looks_real": "yes",
    "plainly_art": "no",
    "informs_public": "yes",
    "edited_by_people": "no",
    "part_in_use": "decides",
    "personal_use": "no",
    "passes_on": "tools_from_abroad",
    "marked_upstream": "no",
}
HIRING = {
    "use_field": "work",
    "use_ranks_applicants": "yes",
    "decision_weight": "decides",
    "profiles_people": "yes",
    "system_first_there": "2027-12-02",
    "system_redesigned_on": "2027-12-02",
    "product_law": "none",
}

FOSS_MODEL = PLACED | FREE | SMALL | ALONE
FOSS_GPAI = PLACED | FREE | GENERAL | ALONE
CAPPED_GPAI = PLACED | CAPPED | GENERAL | ALONE
FOSS_SYSTEMIC = PLACED | FREE | SYSTEMIC_MODEL | ALONE
CAPPED_SYSTEMIC = PLACED | CAPPED | SYSTEMIC_MODEL | ALONE
FOSS_APP = PLACED | FREE | GENERAL | APP
CLOSED_APP = PLACED | CAPPED | GENERAL | APP
FOSS_HIRING = FOSS_APP | HIRING
CLOSED_HIRING = CLOSED_APP | HIRING

MADE = {"made_by_actor": "yes", "own_name": "yes", "has_base_model": "no"}
CHANGED = {
    "made_by_actor": "yes",
    "own_name": "yes",
    "has_base_model": "yes",
    "base_compute_obtainable": "yes",
    "base_counted_most_capable": "no",
    "function_changed": "yes",
}
LIGHTLY = CHANGED | {"base_compute": "1e24", "modification_compute": "1e23"}
DEEPLY = CHANGED | {
    "base_compute": "1e24",
    "modification_compute": "5e23",
    "openness_of_modifiers": "counts",
}
BASE_SYSTEMIC = {"base_compute": "3e25", "base_counted_most_capable": "yes"}
LIGHTLY_SYSTEMIC = CHANGED | BASE_SYSTEMIC | {"modification_compute": "1e24"}
DEEPLY_SYSTEMIC = CHANGED | BASE_SYSTEMIC | {"modification_compute": "2e25"}
UNION = {"based_in": "eu"}
RESEARCH = {"research_only": "yes", "used_beyond_research": "no", "tested_on_real_people": "no"}


@dataclass(frozen=True)
class Cell:
    """One cell: who, of what, on which day, and the duties owed."""

    name: str
    role: str
    facts: dict[str, str]
    as_of: str
    owed: tuple[str, ...]


def _cells() -> Iterable[Cell]:
    yield from _cells_of_models()
    yield from _cells_of_systems()
    yield from _cells_of_high_risk()


def _cells_of_models() -> Iterable[Cell]:
    objects = {
        "a free model that is not general": (FOSS_MODEL, ()),
        "a free general model": (FOSS_GPAI, MODEL_PUBLIC),
        "a capped general model": (CAPPED_GPAI, (*MODEL_PAPERS, *MODEL_PUBLIC, *MODEL_ABROAD)),
        "a free model with systemic risk": (
            FOSS_SYSTEMIC,
            (*MODEL_PAPERS, *MODEL_PUBLIC, *MODEL_ABROAD, *SYSTEMIC),
        ),
        "a capped model with systemic risk": (
            CAPPED_SYSTEMIC,
            (*MODEL_PAPERS, *MODEL_PUBLIC, *MODEL_ABROAD, *SYSTEMIC),
        ),
    }
    for what, (facts, owed) in objects.items():
        systemic = "systemic" in what
        yield Cell(f"developer of {what}", "developer", facts | MADE, TODAY, owed)
        light = LIGHTLY_SYSTEMIC if systemic else LIGHTLY
        yield Cell(f"light modifier of {what}", "modifier", facts | light, TODAY, ())
        deep = DEEPLY_SYSTEMIC if systemic else DEEPLY
        yield Cell(f"deep modifier of {what}", "modifier", facts | deep, TODAY, owed)
        for role in ("host", "distributor", "importer", "researcher"):
            yield Cell(f"{role} of {what}", role, facts | UNION, TODAY, ())
        yield Cell(f"researcher who made {what}", "developer", facts | MADE | RESEARCH, TODAY, ())


def _cells_of_systems() -> Iterable[Cell]:
    for what, facts in {"a free app": FOSS_APP, "a closed app": CLOSED_APP}.items():
        build = (*TRANSPARENT, *LITERACY)
        yield Cell(f"integrator of {what}", "integrator", facts, TODAY, build)
        use = (*DISCLOSE, *LITERACY_IN_USE)
        yield Cell(f"deployer of {what}", "deployer", facts | UNION, TODAY, use)
        for role in ("host", "distributor", "importer", "researcher"):
            yield Cell(f"{role} of {what}", role, facts | UNION, TODAY, ())
        research = facts | RESEARCH
        yield Cell(f"researcher who built {what}", "integrator", research, TODAY, ())
        yield Cell(
            f"private user of {what}", "deployer", facts | {"personal_use": "yes"}, TODAY, ()
        )


def _cells_of_high_risk() -> Iterable[Cell]:
    for what, facts in {"a free hiring tool": FOSS_HIRING, "a hiring tool": CLOSED_HIRING}.items():
        build = (*TRANSPARENT, *LITERACY)
        yield Cell(f"integrator of {what}, today", "integrator", facts, TODAY, build)
        duties = (*build, *REQUIREMENTS, *PROVIDING)
        yield Cell(f"integrator of {what}", "integrator", facts, HIGH_RISK, duties)
        use = (*DISCLOSE, *LITERACY_IN_USE)
        yield Cell(f"deployer of {what}, today", "deployer", facts | UNION, TODAY, use)
        owed = (*use, *USING)
        yield Cell(f"deployer of {what}", "deployer", facts | UNION, HIGH_RISK, owed)
        for role, owed in {"importer": IMPORTING, "distributor": DISTRIBUTING, "host": ()}.items():
            carried = facts | UNION | {"passes_on": "tools"} if role == "distributor" else facts
            union = carried | UNION
            yield Cell(f"{role} of {what}, today", role, union, TODAY, ())
            yield Cell(f"{role} of {what}", role, union, HIGH_RISK, owed)
        models = (
            (*MODEL_PUBLIC,) if "free" in what else (*MODEL_PAPERS, *MODEL_PUBLIC, *MODEL_ABROAD)
        )
        made = facts | MADE
        yield Cell(f"developer of the model in {what}, today", "developer", made, TODAY, models)
        owed = (*models, *SUPPLIER)
        yield Cell(f"developer of the model in {what}", "developer", made, HIGH_RISK, owed)
        small = made | SMALL
        supplies = () if "free" in what else SUPPLIER
        name = f"developer of a model that is not general, in {what}"
        yield Cell(name, "developer", small, HIGH_RISK, supplies)


CELLS = {cell.name: cell for cell in _cells()}


@cache
def found(name: str) -> Assessment:
    """Return the assessment of one cell."""
    cell = CELLS[name]
    return weigh(cell.facts, cell.role, cell.as_of)


def weigh(
    facts: dict[str, str], role: str, as_of: str, readings: tuple[str, ...] = ()
) -> Assessment:
    """Return the assessment of facts for somebody in one role."""
    law = shipped_law()
    sets = tuple(f"{fact}={value}" for fact, value in facts.items())
    markets, roles = ("EU",), (role,)
    request = Request(None, as_of=as_of, markets=markets, roles=roles, sets=sets, readings=readings)
    return assess(request, law)


def watched(assessment: Assessment) -> dict[str, RowVerdict]:
    """Return the rows of the watched duties by the number of their provision."""
    rows = {row.rule.id.removeprefix(f"{ACT}/"): row for row in assessment.verdicts}
    return {number: rows[number] for number in WATCHED if number in rows}


@pytest.mark.parametrize("name", CELLS)
def test_a_role_owes_what_the_matrix_says_of_the_object(name: str) -> None:
    cell = CELLS[name]
    rows = watched(found(name))
    owed = {number for number, row in rows.items() if row.judged.owed}
    assert owed == set(cell.owed)


@pytest.mark.parametrize("name", CELLS)
def test_nothing_watched_is_left_open(name: str) -> None:
    rows = watched(found(name))
    open_ = {
        number: row.judged.open
        for number, row in rows.items()
        if row.judged.open or row.judged.verdict is None
    }
    assert not open_


def test_nobody_deploys_imports_or_distributes_a_model() -> None:
    pack = shipped_law().packs[ACT]
    for word in ("deployer", "importer", "distributor", "operator", "affected_person"):
        assert pack.addressee(word, "system") is not None
        assert pack.addressee(word, "model") is None


def test_roles_that_can_never_bear_a_duty_have_no_row_of_it() -> None:
    for role in ("researcher", "contributor", "steward"):
        assert not [
            number
            for number in watched(weigh(FOSS_GPAI | UNION, role, TODAY))
            if number not in SUPPLIER
        ]


# What openness buys ------------------------------------------------------------------------------

OPEN, SHUT = "open", "closed"


@dataclass(frozen=True)
class Worth:
    """What a free licence changes of some duties for one object, for whom, on which day.

    shut: whether they are owed where the licence is capped; open: where it is free
    """

    duties: tuple[str, ...]
    role: str
    open_facts: dict[str, str]
    shut_facts: dict[str, str]
    as_of: str
    spared: bool


SMALL_IN_HIRING = SMALL | MADE
WORTH = {
    "literacy, an app under Art. 50": Worth(
        LITERACY, "integrator", FOSS_APP, CLOSED_APP, TODAY, spared=False
    ),
    "transparency of an app": Worth(
        TRANSPARENT, "integrator", FOSS_APP, CLOSED_APP, TODAY, spared=False
    ),
    "requirements on a hiring tool": Worth(
        (*REQUIREMENTS, *PROVIDING),
        "integrator",
        FOSS_HIRING,
        CLOSED_HIRING,
        HIGH_RISK,
        spared=False,
    ),
    "the agreement, a model that is not general": Worth(
        SUPPLIER,
        "developer",
        FOSS_HIRING | SMALL_IN_HIRING,
        CLOSED_HIRING | SMALL_IN_HIRING,
        HIGH_RISK,
        spared=True,
    ),
    "the agreement, a general model": Worth(
        SUPPLIER, "developer", FOSS_HIRING | MADE, CLOSED_HIRING | MADE, HIGH_RISK, spared=False
    ),
    "papers of a general model": Worth(
        MODEL_PAPERS, "developer", FOSS_GPAI | MADE, CAPPED_GPAI | MADE, TODAY, spared=True
    ),
    "copyright policy and summary of a general model": Worth(
        MODEL_PUBLIC, "developer", FOSS_GPAI | MADE, CAPPED_GPAI | MADE, TODAY, spared=False
    ),
    "a representative for a general model": Worth(
        MODEL_ABROAD, "developer", FOSS_GPAI | MADE, CAPPED_GPAI | MADE, TODAY, spared=True
    ),
    "all duties of a model with systemic risk": Worth(
        (*MODEL_PAPERS, *MODEL_PUBLIC, *MODEL_ABROAD, *SYSTEMIC),
        "developer",
        FOSS_SYSTEMIC | MADE,
        CAPPED_SYSTEMIC | MADE,
        TODAY,
        spared=False,
    ),
}


@pytest.mark.parametrize("name", WORTH)
def test_openness_spares_what_the_matrix_says_and_nothing_else(name: str) -> None:
    worth = WORTH[name]
    shut = watched(weigh(worth.shut_facts, worth.role, worth.as_of))
    open_ = watched(weigh(worth.open_facts, worth.role, worth.as_of))
    assert [number for number in worth.duties if not shut[number].judged.owed] == []
    still = {number for number in worth.duties if open_[number].judged.owed}
    assert still == (set() if worth.spared else set(worth.duties))


PLAIN = {
    "outputs_text": "no",
    "outputs_image": "no",
    "outputs_audio": "no",
    "outputs_video": "no",
    "talks_with_people": "no",
    "reads_bodies": "no",
    "looks_real": "no",
    "informs_public": "no",
}
"""An app that gives people nothing to read, see or hear: a tool that sorts parcels, say."""


def test_a_plain_open_app_is_left_alone_and_a_closed_one_is_not() -> None:
    closed = watched(weigh(CLOSED_APP | PLAIN, "integrator", TODAY))
    assert closed["4"].judged.owed
    opened = watched(weigh(FOSS_APP | PLAIN, "integrator", TODAY))
    assert opened["4"].judged.verdict is None
    turns_on = {name for row in opened.values() for name in row.turns_on}
    assert turns_on == {"literacy_of_open_systems"}


@pytest.mark.parametrize("facts", [FOSS_APP, CLOSED_APP], ids=["free", "closed"])
def test_openness_excuses_no_prohibited_practice(facts: dict[str, str]) -> None:
    scoring = facts | {"use_practice": "scores", "use_scores": "yes"}
    rows = {row.rule.id: row for row in weigh(scoring, "integrator", TODAY).verdicts}
    assert rows[f"{ACT}/5.1.c"].judged.owed


# The same matrix on two acts beside it -----------------------------------------------------------

NO_BUSINESS = {"in_business": "no", "publishes_regularly": "no", "actor_kind": "individual"}
IN_PRODUCTS = MADE | {"built_into_products": "yes", "model_first_available": "2027-01-01"}


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (FOSS_MODEL | NO_BUSINESS, False),
        (FOSS_SYSTEMIC | NO_BUSINESS, False),
        (FOSS_MODEL, True),
        (CAPPED_GPAI | NO_BUSINESS | {"licence_allows_use": "no"}, True),
    ],
    ids=["free, no business", "free with systemic risk, no business", "free, business", "not free"],
)
def test_free_software_outside_commerce_is_no_product_to_answer_for(
    facts: dict[str, str], state: bool
) -> None:
    readings = ("weights_are_software=software",)
    rows = weigh(facts | IN_PRODUCTS, "developer", "2027-06-01", readings).verdicts
    (claim,) = [row for row in rows if row.rule.id == "eu/product-liability/8.1.b"]
    assert claim.judged.verdict is state


@pytest.mark.parametrize(
    ("facts", "owed"),
    [
        (FOSS_MODEL, False),
        (FOSS_MODEL | {"paid_for": "price"}, True),
        (CAPPED_GPAI | {"licence_allows_redistribution": "no"}, True),
    ],
    ids=["free of charge", "for a price", "not free"],
)
def test_free_software_that_earns_nothing_owes_no_cybersecurity(
    facts: dict[str, str], owed: bool
) -> None:
    readings = ("weights_are_code=code",)
    rows = weigh(facts | MADE, "developer", "2027-12-11", readings).verdicts
    (duty,) = [row for row in rows if row.rule.id == "eu/cyber-resilience/13"]
    assert duty.judged.owed is owed
