"""Calls at fault, as a user meets them: one clear line, status 2, and nothing done."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.acceptance.shell import Ended, tree, weighbridge
from tests.toys import plain_release

MEBIBYTE = 1 << 20


def refused(ended: Ended, *said: str, lines: int = 2) -> None:
    """Assert one clear line and at most a line of help, with nothing on standard output."""
    assert ended.status == 2, ended
    assert ended.out == ""
    told = ended.err.rstrip("\n").split("\n")
    assert "Traceback" not in ended.err
    assert 1 <= len(told) <= lines, told
    assert told[0].startswith("weighbridge: error: ")
    assert not told[0].endswith(".")
    for line in told[1:]:
        assert line.startswith("  help: "), told
    for words in said:
        assert words in ended.err, (words, ended.err)


def test_a_missing_path(tmp_path: Path) -> None:
    refused(weighbridge("check", tmp_path / "absent"), "absent")
    assert tree(tmp_path) == {}


def test_a_file_instead_of_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "model.safetensors"
    file.write_bytes(b"x")
    refused(weighbridge("check", file), "model.safetensors", "folder")


def test_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    refused(weighbridge("check", tmp_path / "empty"), "empty", "no files", "help: ")
    assert list(tree(tmp_path)) == ["empty"]


def test_a_folder_that_may_not_be_read(tmp_path: Path) -> None:
    folder = plain_release(tmp_path / "closed")
    folder.chmod(0)
    try:
        if os.access(folder, os.R_OK):
            pytest.skip("this user may read every folder")
        refused(weighbridge("check", folder), "closed")
    finally:
        folder.chmod(0o755)


def test_a_path_with_a_zero_byte_or_control_characters(tmp_path: Path) -> None:
    refused(weighbridge("check", f"{tmp_path}/a\x1b[31mred\nline"), "a")
    ended = weighbridge("check", f"{tmp_path}/a\x1b[31mred\nline")
    assert "\x1b" not in ended.err


def test_a_path_that_is_no_text(tmp_path: Path) -> None:
    refused(weighbridge("check", os.fsencode(tmp_path) + b"/\xff\xfe"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--set", "trainig_compute=1e24"], ("`trainig_compute`", "`training_compute`")),
        (["--set", "flops=1e24"], ("`flops`",)),
        (["--set", "training_compute"], ("`training_compute`", "FACT=VALUE")),
        (["--set", "training_compute=lots"], ("training_compute", "`lots`")),
        (["--set", "training_compute=-5"], ("training_compute", "`-5`")),
        (["--set", "training_compute=nan"], ("training_compute", "`nan`")),
        (["--set", "training_compute=1e25..1e24"], ("training_compute",)),
        (["--set", "in_business=perhaps"], ("in_business", "`perhaps`")),
        (["--set", "actor_kind=compny"], ("actor_kind", "`compny`", "`company`")),
        (["--set", "release_date=soon"], ("release_date", "`soon`")),
        (["--set", "release_date=2026-02-30"], ("release_date", "`2026-02-30`")),
        (["--set", "role=host"], ("`role`",)),
        (["--market", "EUX"], ("`EUX`",)),
        (["--market", "US-OH"], ("`US-OH`",)),
        (["--role", "develper"], ("`develper`", "`developer`")),
        (["--as-of", "24/12/2026"], ("`24/12/2026`",)),
        (["--as-of", "yesterday"], ("`yesterday`",)),
        (["--as-of", "2026-13-01"], ("`2026-13-01`",)),
        (["--reading", "no_such=yes"], ("`no_such`",)),
        (["--reading", "private_free_download=perhaps"], ("`perhaps`",)),
        (["--format", "yaml"], ("`yaml`",)),
        (["--fail-on", "everything"], ("`everything`",)),
        (["--facts", "absent.toml"], ("absent.toml",)),
        (["--law", "absent-law"], ("absent-law",)),
        (["--amend", "absent.yaml"], ("absent.yaml",)),
        (["--no-such-option"], ("`--no-such-option`",)),
        (["--presume", "all"], ("`all`",)),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_words_that_nobody_knows(
    tmp_path: Path, arguments: list[str], said: tuple[str, ...]
) -> None:
    folder = plain_release(tmp_path / "toy")
    before = tree(tmp_path)
    output = tmp_path / "result.json"
    refused(weighbridge("check", folder, *arguments, "-o", output, cwd=tmp_path), *said)
    assert tree(tmp_path) == before


def test_an_unknown_command_is_named_with_the_nearest(tmp_path: Path) -> None:
    refused(weighbridge("chek", tmp_path), "`chek`", "`check`")


DECLARATIONS = {
    "not TOML": ("format = \n", "weighbridge.toml"),
    "no format": ("[facts]\nin_business = true\n", "format"),
    "unknown fact": ("format = 1\n[facts]\nbusines = true\n", "`busines`"),
    "unknown key": ("format = 1\nlaw = 'mine'\n", "`law`"),
    "output path": ("format = 1\noutput = '/tmp/x'\n", "`output`"),
    "gate": ("format = 1\nfail_on = ['owed']\n", "`fail_on`"),
    "date": ("format = 1\nas_of = 'next year'\n", "`next year`"),
    "twice": ("format = 1\nformat = 1\n", "weighbridge.toml"),
    "bad value": ("format = 1\n[facts]\ntraining_compute = 'big'\n", "`big`"),
    "judged by nobody": ("format = 1\n[facts]\nis_gpai = true\n", "is_gpai"),
    "deep": ("format = 1\n" + "a = " + "[" * 5000 + "]" * 5000, "weighbridge.toml"),
}


@pytest.mark.parametrize("case", DECLARATIONS)
def test_a_broken_declaration_in_the_release(tmp_path: Path, case: str) -> None:
    text, said = DECLARATIONS[case]
    folder = plain_release(tmp_path / "toy")
    (folder / "weighbridge.toml").write_text(text, encoding="utf-8")
    before = tree(folder)
    refused(weighbridge("check", folder, "-o", tmp_path / "out"), said)
    assert tree(folder) == before
    assert not (tmp_path / "out").exists()


def test_a_declaration_that_is_not_text_or_too_large(tmp_path: Path) -> None:
    folder = plain_release(tmp_path / "toy")
    (folder / "weighbridge.toml").write_bytes(b"format = 1\n\xff\xfe\n")
    refused(weighbridge("check", folder), "weighbridge.toml", "UTF-8")
    (folder / "weighbridge.toml").write_bytes(b"# \n" * MEBIBYTE)
    refused(weighbridge("check", folder), "weighbridge.toml", "larger")


def test_a_declared_unknown_market_names_the_file(tmp_path: Path) -> None:
    folder = plain_release(tmp_path / "toy")
    (folder / "weighbridge.toml").write_text('format = 1\nmarkets = ["EUX"]\n', encoding="utf-8")
    refused(weighbridge("check", folder), "`EUX`")


def test_an_output_that_cannot_be_written(tmp_path: Path) -> None:
    folder = plain_release(tmp_path / "toy")
    before = tree(tmp_path)
    refused(weighbridge("check", folder, "-o", tmp_path / "no" / "such" / "x.json"), "x.json")
    refused(weighbridge("check", folder, "-o", folder), str(folder))
    assert tree(tmp_path) == before


def test_every_command_refuses_a_missing_path_in_one_line(tmp_path: Path) -> None:
    for command in ("check", "ask", "licence"):
        refused(weighbridge(command, tmp_path / "absent"), "absent")
    refused(weighbridge("rule", "eu/ai-act/53.1.z"), "`eu/ai-act/53.1.z`")
    refused(weighbridge("facts", "trainig_compute"), "`trainig_compute`")
    assert tree(tmp_path) == {}
