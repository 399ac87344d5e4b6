"""What bases ask of a release: two that cannot be kept together, and more given than was got."""

from __future__ import annotations

from pathlib import Path

import pytest

from weighbridge.facts import Finding, Severity, Source
from weighbridge.release.licence import licence_report
from weighbridge.release.licence.bases import Base, known_base, licence_of_base
from weighbridge.release.licence.demands import Asked, load_demands, read_demands
from weighbridge.release.licence.inheritance import find_inherited
from weighbridge.release.licence.report import LicenceReport
from weighbridge.release.licence.table import load_table
from weighbridge.release.observations import Observations
from weighbridge.release.reader import read_release
from weighbridge.text.errors import LanguageError

from .test_licence_identify import APACHE, MIT
from .test_licence_offered import card, told
from .test_licence_reader import NON_COMMERCIAL, release

LLAMA = "meta-llama/Llama-3.1-8B"
FLUX = "black-forest-labs/FLUX.1-dev"


def based_on(*names: str) -> tuple[str, ...]:
    return ("base_model:", *(f"  - {name}" for name in names))


def findings(path: Path, *ids: str) -> list[Finding]:
    wanted = ids or ("licence-bases-conflict", "licence-gives-more", "licence-base-closed")
    return [each for each in read_release(path).findings if each.id in wanted]


def base(id: str, name: str = "acme/base") -> Base:
    return Base(name, id, load_demands().licences.get(id, Asked()), None, "by hand")


def between(*bases: Base) -> list[Finding]:
    seen = Observations()
    find_inherited(LicenceReport(), bases, seen)
    return [each for each in seen.findings if each.id == "licence-bases-conflict"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GPL-3.0-only", "llama3.1"),
        ("GPL-3.0-only", "qwen-research"),
        ("GPL-3.0-only", "creativeml-openrail-m"),
        ("CC-BY-SA-4.0", "CC-BY-NC-4.0"),
        ("CC-BY-SA-4.0", "CC-BY-NC-SA-4.0"),
        ("AGPL-3.0-only", "modified-mit-kimi-k2"),
        ("GPL-3.0-only", "CC-BY-NC-SA-4.0"),
        ("tii-falcon-llm-1.0", "CC-BY-SA-4.0"),
        ("dinov3", "stabilityai-nc-research"),
    ],
)
def test_two_bases_that_cannot_both_be_kept(one: str, other: str) -> None:
    for first, second in ((one, other), (other, one)):
        (found,) = between(base(first, "acme/one"), base(second, "acme/two"))
        assert found.severity is Severity.HIGH
        assert found.message.endswith("one copy cannot keep both")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Apache-2.0", "MIT"),
        ("Apache-2.0", "llama3.1"),
        ("llama3.1", "gemma"),
        ("llama3.1", "llama3.3"),
        ("llama2", "llama2"),
        ("GPL-3.0-only", "GPL-3.0-only"),
        ("GPL-3.0-only", "AGPL-3.0-only"),
        ("GPL-3.0-only", "Apache-2.0"),
        ("CC-BY-SA-4.0", "GPL-3.0-only"),
        ("CC-BY-NC-4.0", "flux-1-dev-non-commercial"),
        ("CC-BY-NC-SA-4.0", "CC-BY-NC-4.0"),
        ("MIT", "EUPL-1.2"),
    ],
)
def test_two_bases_that_can_be_kept_or_of_which_too_little_is_known(one: str, other: str) -> None:
    assert between(base(one, "acme/one"), base(other, "acme/two")) == []


def test_the_message_says_who_asks_what() -> None:
    (found,) = between(base("llama3.1", "acme/one"), base("GPL-3.0-only", "acme/two"))
    assert found.message == (
        "GPL-3.0-only, under which `acme/two` came, asks that changed copies go on with no limit"
        " added to what it grants, and llama3.1, under which `acme/one` came, that they go on with"
        " its list of forbidden uses: one copy cannot keep both"
    )


def test_two_names_cannot_both_come_first() -> None:
    (found,) = between(base("llama3.1", "acme/one"), base("hyperclova-x-seed", "acme/two"))
    assert found.severity is Severity.MEDIUM
    assert "begin with Llama" in found.message and "with HyperCLOVA X" in found.message


def test_a_merge_of_a_llama_and_a_copyleft_model_is_read_from_the_card(tmp_path: Path) -> None:
    # No hub name stands for a copyleft licence, so two names that do stand for one are not enough.
    path = release(tmp_path / "r", README__md=card("llama3.1", *based_on(LLAMA, FLUX)))
    (found,) = findings(path)
    assert (found.id, found.severity) == ("licence-gives-more", Severity.HIGH)
    assert [str(each) for each in found.where] == ["README.md:4", "README.md:2"]


def test_a_non_commercial_base_under_apache(tmp_path: Path) -> None:
    path = release(tmp_path / "r", README__md=card("apache-2.0", *based_on(FLUX)), LICENSE=APACHE)
    (found,) = findings(path)
    assert (found.id, found.severity) == ("licence-gives-more", Severity.HIGH)
    assert found.message == (
        f"flux-1-dev-non-commercial, under which `{FLUX}` came, asks that changed copies serve no"
        " commercial end and go on with its list of forbidden uses; the release is offered under"
        " Apache-2.0, which does not say so"
    )
    assert [str(each) for each in found.where] == ["README.md:4", "LICENSE"]


def test_a_llama_under_mit_is_medium(tmp_path: Path) -> None:
    path = release(tmp_path / "r", README__md=card("mit", *based_on(LLAMA)))
    (found,) = findings(path)
    assert (found.id, found.severity) == ("licence-gives-more", Severity.MEDIUM)


@pytest.mark.parametrize("licence", ["llama3.1", "other", "acme-1.0"])
def test_the_same_licence_or_an_unknown_one_gives_no_more(tmp_path: Path, licence: str) -> None:
    assert findings(release(tmp_path / "r", README__md=card(licence, *based_on(LLAMA)))) == []


def test_a_base_whose_changed_copies_may_not_be_given_on(tmp_path: Path) -> None:
    name = "LGAI-EXAONE/EXAONE-3.5-7.8B-Instruct"
    path = release(tmp_path / "r", README__md=card("exaone", *based_on(name)))
    (found,) = findings(path)
    assert (found.id, found.severity) == ("licence-base-closed", Severity.HIGH)
    assert found.message == (
        f"exaone-1.1-nc, under which `{name}` came, lets nobody give changed copies on to others:"
        " for this release it takes leave from its maker"
    )


def test_a_maker_may_say_anything_of_its_own_base() -> None:
    seen = Observations()
    own = base("CC-BY-NC-ND-4.0", "acme/base")
    find_inherited(LicenceReport(), [own], seen, owner="Acme")
    assert seen.findings == []
    find_inherited(LicenceReport(), [own], seen, owner="beam")
    assert [each.id for each in seen.findings] == ["licence-base-closed"]


def test_the_licence_of_a_known_base_goes_to_the_contracts(tmp_path: Path) -> None:
    path = release(tmp_path / "r", README__md=card("apache-2.0", *based_on(LLAMA)))
    assert told(path, "base_licence") == [("llama_3_1", Source.DERIVED, "README.md:4")]
    both = release(
        tmp_path / "b", README__md=card("apache-2.0", *based_on(LLAMA, "meta-llama/Llama-2-7b"))
    )
    assert told(both, "base_licence") == []
    half = release(tmp_path / "h", README__md=card("mit", *based_on(LLAMA, "acme/unheard")))
    assert told(half, "base_licence") == []


def test_the_licence_of_a_base_is_told_once(tmp_path: Path) -> None:
    path = release(tmp_path / "r", README__md=card("llama3.1", *based_on(LLAMA)))
    assert len(told(path, "base_licence")) == 1


def test_the_command_tells_of_bases_too(tmp_path: Path) -> None:
    path = release(tmp_path / "r", README__md=card("mit", *based_on(FLUX)))
    assert [each.id for each in licence_report(path).findings] == ["licence-gives-more"]


@pytest.mark.parametrize(
    ("name", "licence"),
    [
        ("meta-llama/Llama-2-7b-hf", "llama2"),
        ("META-LLAMA/meta-llama-3-8b-instruct", "llama3"),
        ("meta-llama/Meta-Llama-3.1-70B", "llama3.1"),
        ("Qwen/Qwen-1_8B-Chat", "tongyi-qianwen-research"),
        ("somebody/Llama-2-7b-hf", None),
        ("meta-llama/Llama-9-1B", None),
        ("Llama-2-7b-hf", None),
        ("", None),
    ],
)
def test_only_a_makers_own_names_are_known(name: str, licence: str | None) -> None:
    found = known_base(name, None, load_table())
    assert (found.licence if found else None) == licence


def test_a_base_that_was_read_itself_is_handed_in(tmp_path: Path) -> None:
    other = release(tmp_path / "other", LICENSE=NON_COMMERCIAL, model__safetensors=b"")
    found = licence_of_base("../other", licence_report(other), load_table())
    assert found is not None and found.licence is None
    assert found.asked.demands == {"non_commercial"}
    path = release(tmp_path / "r", README__md=card("apache-2.0"), LICENSE=APACHE)
    seen = Observations()
    find_inherited(licence_report(path), [found], seen)
    (more,) = seen.findings
    assert more.message == (
        "the licence of `../other` asks that changed copies serve no commercial end; the release"
        " is offered under Apache-2.0, which does not say so"
    )
    assert more.severity is Severity.HIGH


def test_a_base_that_was_read_and_asks_nothing_or_says_nothing(tmp_path: Path) -> None:
    plain = release(tmp_path / "plain", LICENSE=MIT, model__safetensors=b"")
    found = licence_of_base("plain", licence_report(plain), load_table())
    assert found is not None and (found.licence, found.asked.demands) == ("MIT", frozenset())
    silent = release(tmp_path / "silent", README__md="# Weigher\n")
    assert licence_of_base("silent", licence_report(silent), load_table()) is None


def test_the_tables_name_known_licences_alone() -> None:
    table, demands = load_table(), load_demands()
    for id, asked in demands.licences.items():
        assert table.get(id), id
        assert all(table.get(other) for other in asked.others), id
    for offer in demands.offers:
        assert offer.demand in demands.phrases


def test_a_limit_is_passed_on_only_where_the_licence_has_it() -> None:
    table, demands = load_table(), load_demands()
    for id, asked in demands.licences.items():
        licence = table.get(id)
        assert licence is not None
        for offer in demands.offers:
            if offer.demand not in asked.demands:
                continue
            policy = table.get(licence.policy) if licence.policy else None
            known = [
                each.conditions.get(name)
                for each in (licence, policy)
                if each is not None
                for name in offer.conditions
            ]
            assert not known or not all(answer is False for answer in known), (id, offer.demand)


def test_a_broken_table_is_refused_with_its_place() -> None:
    text = "demands: {same: x}\nlicences:\n  MIT: {asks: wings}\n"
    with pytest.raises(LanguageError) as caught:
        read_demands(text, "inheritance.yaml")
    assert str(caught.value) == (
        "inheritance.yaml:3:8: `wings` is not a known demand\n"
        "  in MIT\n"
        "  |   MIT: {asks: wings}\n"
        "  |        ^"
    )
