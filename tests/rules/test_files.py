"""Which files are law: the one walk finds what plain searches find, in their order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.cases import TOY
from weighbridge.rules.files import law_names
from weighbridge.rules.sources import LAW_FOLDER, law_files
from weighbridge.text.errors import LawMissing

NAMES = [
    "law.yaml",
    "discharges.yaml",
    "comparisons-more.yaml",
    "us/act/pack.yaml",
    "us/act/facts.yaml",
    "us/act/facts/b.yaml",
    "us/act/facts/a.yaml",
    "us/act/parameters.yaml",
    "us/act/penalties/p.yaml",
    "us/act/rules/sec-2.yaml",
    "us/act/rules/sec-10.yaml",
    "us/act/inner/pack.yaml",
    "us/act/inner/rules/x.yaml",
    "us-ca/act/pack.yaml",
    "us-ca/act/readings.yaml",
]
OTHERS = [
    "us/act/tests/case.yaml",
    "us/act/prose/sec-2.md",
    "us/act/rules/deep/x.yaml",
    "us/act/rules.yaml",
    "us/act/rules/notes.md",
    "us/law.yaml",
    "other.yaml",
]


def write(folder: Path, names: list[str]) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")
    return folder


def searched(folder: Path) -> list[Path]:
    """Return the files of law by plain searches, one after the other."""
    files = sorted(folder.glob("law.yaml"))
    files += sorted(folder.glob("discharges*.yaml")) + sorted(folder.glob("comparisons*.yaml"))
    for pack in sorted(folder.glob("**/pack.yaml")):
        home = pack.parent
        files.append(pack)
        for part in ("facts", "parameters", "readings", "penalties"):
            files += sorted(home.glob(f"{part}.yaml")) + sorted((home / part).glob("*.yaml"))
        files += sorted((home / "rules").glob("*.yaml"))
    return files


def test_what_has_a_meaning_is_found_and_nothing_else(tmp_path: Path) -> None:
    names = law_names(write(tmp_path, [*NAMES, *OTHERS]))
    assert sorted(names) == sorted(NAMES)
    assert names[:3] == ["law.yaml", "discharges.yaml", "comparisons-more.yaml"]
    assert names.index("us/act/rules/sec-2.yaml") < names.index("us-ca/act/pack.yaml")


@pytest.mark.parametrize("folder", [LAW_FOLDER, TOY, LAW_FOLDER / "eu" / "ai-act"])
def test_the_walk_finds_what_searches_find_in_their_order(folder: Path) -> None:
    assert law_files(folder) == searched(folder)


def test_a_made_up_folder_too(tmp_path: Path) -> None:
    write(tmp_path, [*NAMES, *OTHERS])
    assert law_files(tmp_path) == searched(tmp_path)
    assert law_files(tmp_path / "us" / "act") == searched(tmp_path / "us" / "act")


def test_a_folder_without_law_is_named(tmp_path: Path) -> None:
    write(tmp_path, ["other.yaml"])
    with pytest.raises(LawMissing) as raised:
        law_names(tmp_path)
    assert str(raised.value) == (
        f"no law found in `{tmp_path}`\n  help: a folder of packs has a pack.yaml"
    )
