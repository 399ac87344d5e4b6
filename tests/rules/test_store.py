"""Compiled law: the same from the wheel, the cache or the packs, whatever befell the cache."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.rules.cases import TOY
from weighbridge.rules import Law, load_law, store
from weighbridge.rules.compile import compile_law
from weighbridge.rules.compiled import law_from_json, law_meaning, law_to_json, meaning_hash
from weighbridge.text.errors import InputError, LanguageError, LawMissing


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the toy law that stands in for the shipped one, with a cache of its own."""
    folder = tmp_path / "law"
    shutil.copytree(TOY, folder)
    monkeypatch.setattr(store, "LAW_FOLDER", folder)
    monkeypatch.setattr(store, "SHIPPED", folder / "compiled.json")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def no_compiler(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*_: object) -> Law:
        raise AssertionError("the law was compiled again")

    monkeypatch.setattr("weighbridge.rules.compile.compile_law", refuse)
    yield


def cached(toy: Path) -> list[Path]:
    return sorted((toy.parent / "cache" / "weighbridge").glob("law-*.json"))


def meaning(law: Law) -> str:
    return law_meaning(law)


def test_what_is_written_is_read_back_whole(toy: Path) -> None:
    compiled, first, second = compile_law([toy]), load_law(), load_law()
    assert meaning(compiled) == meaning(first) == meaning(second)
    assert first.hash == second.hash
    assert first.hash.startswith("sha256:")
    rules = zip(compiled.rules, second.rules, strict=True)
    assert all(a.when == b.when and a.unless == b.unless and a.key == b.key for a, b in rules)


def test_the_shipped_law_survives_the_round_trip() -> None:
    compiled = compile_law([store.LAW_FOLDER])
    again = law_from_json(json.loads(json.dumps(law_to_json(compiled))))
    assert meaning(compiled) == meaning(again)
    for kind in ("packs", "parameters", "questions", "discharges", "penalties", "comparisons"):
        assert getattr(again, kind) == getattr(compiled, kind)
    assert again.rules == tuple(replace(rule, line=0) for rule in compiled.rules)
    assert list(again.vocabulary) == list(compiled.vocabulary)


def test_the_hash_is_over_the_meaning_not_the_form(toy: Path) -> None:
    law = load_law()
    assert law.hash == meaning_hash(law) == meaning_hash(compile_law([toy]))
    head = cached(toy)[0].read_text(encoding="utf-8").split()[0]
    assert head not in law.hash


def test_the_second_time_nothing_is_compiled(
    toy: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    first = load_law()
    request.getfixturevalue("no_compiler")
    assert load_law().hash == first.hash


def test_a_wheel_needs_no_cache(toy: Path, request: pytest.FixtureRequest) -> None:
    store.write_compiled(toy / "compiled.json")
    request.getfixturevalue("no_compiler")
    assert load_law().hash.startswith("sha256:")
    assert cached(toy) == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "",
        lambda text: text[: len(text) // 2],
        lambda text: text.replace('"status":["enacted"', '"status":["bill"', 1),
        lambda text: text.replace('"hash":"sha256:', '"hash":"sha256:0', 1),
        lambda text: text.replace("1000.0", "9000.0"),
        lambda text: "{}",
        lambda text: "\n[]",
        lambda text: text.split("\n")[0] + "\n" + "[" * 100_000,
    ],
    ids=[
        "empty",
        "truncated",
        "poisoned",
        "poisoned-hash",
        "poisoned-number",
        "other",
        "list",
        "deep",
    ],
)
def test_a_damaged_cache_is_built_again(toy: Path, damage: object) -> None:
    good = load_law()
    (path,) = cached(toy)
    text = path.read_text(encoding="utf-8")
    damaged = damage(text)  # type: ignore[operator]
    assert damaged != text
    path.write_text(damaged, encoding="utf-8")
    again = load_law()
    assert (again.hash, meaning(again)) == (good.hash, meaning(good))
    assert path.read_text(encoding="utf-8") == text


def test_a_cache_that_is_not_text_is_built_again(toy: Path) -> None:
    good = load_law()
    (path,) = cached(toy)
    path.write_bytes(b"\xff\xfe\x00")
    assert load_law().hash == good.hash


def test_a_compiled_file_of_other_law_is_not_used(toy: Path) -> None:
    store.write_compiled(toy / "compiled.json")
    before = load_law()
    rules = toy / "toy/act/rules/base.yaml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("toy_red", "toy_loud"), "utf-8")
    after = load_law()
    assert after.hash != before.hash
    assert after.by_id["toy/act/1"][0].body["when"] == "toy_loud"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_cache_that_cannot_be_written_changes_nothing(toy: Path) -> None:
    good = load_law()
    folder = cached(toy)[0].parent
    shutil.rmtree(folder)
    folder.parent.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        assert load_law().hash == good.hash
        assert cached(toy) == []
    finally:
        folder.parent.chmod(stat.S_IRWXU)


@pytest.mark.parametrize("cache", ["a-file", "relative", ""])
def test_a_cache_folder_that_cannot_be_changes_nothing(
    toy: Path, monkeypatch: pytest.MonkeyPatch, cache: str
) -> None:
    good = load_law()
    blocked = toy.parent / "a-file"
    blocked.write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked) if cache == "a-file" else cache)
    monkeypatch.setenv("HOME", str(toy.parent / "home"))
    assert load_law().hash == good.hash
    assert blocked.read_text(encoding="utf-8") == "in the way"


def test_a_whole_file_under_another_name_is_not_used(toy: Path) -> None:
    good = load_law()
    (path,) = cached(toy)
    text = path.read_text(encoding="utf-8")
    key = path.stem.removeprefix("law-")
    path.write_text(text.replace(key, key[::-1], 1), encoding="utf-8")
    assert load_law().hash == good.hash
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("key", ["rules", "vocabulary", "hash"])
def test_a_compiled_law_that_lacks_a_part_is_built_again(toy: Path, key: str) -> None:
    good = load_law()
    (path,) = cached(toy)
    head, body = path.read_text(encoding="utf-8").split("\n", 1)
    data = json.loads(body)
    del data[key]
    lacking = json.dumps(data)
    name = head.split()[1]
    path.write_text(f"{store._digest(lacking.encode())} {name}\n{lacking}", encoding="utf-8")
    assert load_law().hash == good.hash
    assert path.read_text(encoding="utf-8") == f"{head}\n{body}"


def test_comments_change_the_file_but_not_the_hash(toy: Path) -> None:
    before = load_law().hash
    rules = toy / "toy/act/rules/base.yaml"
    rules.write_text("# a comment\n\n" + rules.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_law().hash == before
    assert len(cached(toy)) == 2


def test_a_threshold_changes_the_hash(toy: Path) -> None:
    before = load_law().hash
    path = toy / "toy/act/parameters.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("value: 2e3", "value: 3e3"), "utf-8")
    assert load_law().hash != before


def test_amendments_change_the_hash_and_are_kept_apart(toy: Path) -> None:
    amendment = toy.parent / "more.yaml"
    amendment.write_text(
        "amendment: more\nchanges:\n  - set: {parameter: toy_line, from: 2026-02-01, value: 9e3}\n",
        encoding="utf-8",
    )
    plain, changed = load_law(), load_law(amendments=[amendment])
    assert changed.hash != plain.hash
    assert load_law(amendments=[amendment]).hash == changed.hash
    assert load_law().hash == plain.hash


def test_law_that_is_gone_or_broken_stops_the_program(toy: Path) -> None:
    load_law()
    (toy / "toy/act/rules/base.yaml").write_text("rule: toy/act/1\n", encoding="utf-8")
    with pytest.raises(LanguageError):
        load_law()
    shutil.rmtree(toy)
    with pytest.raises(LawMissing):
        load_law()


def test_an_amendment_that_is_absent_is_named(toy: Path) -> None:
    with pytest.raises(InputError, match="no such file or directory"):
        load_law(amendments=[toy / "absent.yaml"])
