"""``weighbridge scan``: its forms, its gates, its status, and what becomes of a run cut short."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from tests.cli.runs import environment, run
from weighbridge.release.hazards.verdict import VERDICTS
from weighbridge.rules.sources import LAW_FOLDER

SCHEMA = LAW_FOLDER.parent / "schemas" / "scan.json"
TEMPLATE = "{{ x.__class__ }}"


@pytest.fixture
def release(tmp_path: Path) -> Path:
    folder = tmp_path / "release"
    (folder / "sub").mkdir(parents=True)
    (folder / "chat_template.jinja").write_text(TEMPLATE)
    (folder / "config.json").write_text('{"auto_map": {"AutoModel": "modeling_x.X"}}')
    (folder / "sub" / "cut.json").write_text('{"a": ')
    (folder / "README.md").write_text("# a model\n")
    (folder / "away").symlink_to(tmp_path)
    return folder


def test_json_is_format_one(release: Path) -> None:
    ended = run("scan", release, "--format", "json")
    result = json.loads(ended.out)
    assert (ended.status, ended.err, result["format"]) == (0, "", 1)
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(result)
    assert [(each["path"], each["verdict"]) for each in result["files"]] == [
        ("README.md", "inert"),
        ("chat_template.jinja", "dangerous"),
        ("config.json", "unlisted callables"),
        ("sub/cut.json", "broken"),
    ]
    assert result["files"][1]["findings"] == [
        {
            "id": "template-internals",
            "member": "",
            "offset": 0,
            "message": "reaches into Python by `__class__`: rendering it could run any code",
            "grade": "dangerous",
        }
    ]
    assert result["not_opened"] == [
        {"path": "away", "why": "a link that leaves the folder: it was not followed"}
    ]
    assert set(result["counts"]) == set(VERDICTS)
    assert sum(result["counts"].values()) == len(result["files"])


def test_the_same_bytes_twice(release: Path) -> None:
    for form in ("json", "sarif", "text", "markdown", "html"):
        assert (
            run("scan", release, "--format", form).out
            == run("scan", release, "--format", form, PYTHONHASHSEED="7").out
        )


def test_text_has_the_worst_first_and_counts_the_inert(release: Path) -> None:
    assert run("scan", release).out == (
        "release: 4 files scanned, none loaded\n"
        "1 dangerous · 1 broken · 1 unlisted callables · 1 inert\n"
        "\n"
        "dangerous\n"
        "    ✗ chat_template.jinja  [Jinja template]\n"
        "        @0: reaches into Python by `__class__`: rendering it could run any code "
        "(template-internals)\n"
        "\n"
        "broken\n"
        "    ! sub/cut.json  [JSON]\n"
        "        expecting value (broken)\n"
        "\n"
        "unlisted callables\n"
        "    ! config.json  [JSON]\n"
        "        @27: `auto_map` names `modeling_x.X`: code of the release would run once remote "
        "code is\n"
        "          allowed (auto-map)\n"
        "\n"
        "not opened\n"
        "    ? away\n"
        "        a link that leaves the folder: it was not followed\n"
        "\n"
        "`inert` says what loading the file could do, and nothing of what it is for\n"
    )


def test_many_pointers_take_one_entry(tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / f"model-{number}.safetensors").write_text(
            f"version https://git-lfs.github.com/spec/v1\noid sha256:{'b' * 64}\nsize {number}\n"
        )
    text = run("scan", tmp_path).out
    assert "! 9 git-lfs pointers: the files themselves are not here  [git-lfs pointer]" in text
    assert "and 6 more: --format json has the sha256 and size of each" in text


def test_one_file_serves(release: Path) -> None:
    result = json.loads(run("scan", release / "chat_template.jinja", "--format", "json").out)
    assert [each["path"] for each in result["files"]] == ["chat_template.jinja"]


GATES = {
    "nothing asked": ((), 0, ""),
    "reached": (("dangerous",), 1, "gate dangerous reached: chat_template.jinja"),
    "not reached": (("not fully read",), 0, ""),
    "broken": (("broken",), 1, "gate broken reached: sub/cut.json"),
    "any": (("any",), 1, "gate any reached: chat_template.jinja and 3 more"),
    "two": (
        ("inert", "unlisted callables"),
        1,
        "gate inert reached: README.md\nweighbridge: gate unlisted callables reached: config.json",
    ),
}


@pytest.mark.parametrize("name", GATES)
def test_gates(name: str, release: Path) -> None:
    gates, status, said = GATES[name]
    ended = run("scan", release, *(word for each in gates for word in ("--fail-on", each)))
    assert (ended.status, ended.err) == (status, f"weighbridge: {said}\n" if said else "")


def test_a_file_that_cannot_be_read_is_in_both_lists(tmp_path: Path) -> None:
    (tmp_path / "locked.bin").write_text("x")
    (tmp_path / "locked.bin").chmod(0)
    if os.access(tmp_path / "locked.bin", os.R_OK):
        pytest.skip("this user may read every file")
    result = json.loads(run("scan", tmp_path, "--format", "json").out)
    assert [(each["path"], each["verdict"]) for each in result["files"]] == [
        ("locked.bin", "not fully read")
    ]
    assert result["not_opened"] == [{"path": "locked.bin", "why": "permission denied"}]


def test_a_name_in_no_encoding_is_told(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"a\xff.txt")).write_text("x")
    except OSError:
        pytest.skip("this disk takes no such name")
    ended = run("scan", tmp_path, "--format", "json")
    assert json.loads(ended.out)["files"][0]["findings"][0]["id"] == "name-control"
    assert "a%FF.txt" in run("scan", tmp_path, "--format", "sarif").out
    assert run("scan", tmp_path).status == 0


def test_a_run_cut_short_leaves_the_file_as_it_was(release: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_text("before")
    code = (
        "import os, signal, sys\n"
        "from weighbridge.release.hazards import whole\n"
        "from weighbridge.cli.main import run\n"
        "def cut(*_): os.kill(os.getpid(), signal.SIGINT); return whole.FileReport('', '', 0), ''\n"
        "whole.scan_one = cut\n"
        "sys.exit(run(['scan', sys.argv[1], '-o', sys.argv[2]]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, release, target],
        capture_output=True,
        env=environment(),
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler) and None,
    )
    assert (done.returncode, target.read_text()) == (130, "before")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["out.json", "release"]


def test_output_is_written_whole(release: Path, tmp_path: Path) -> None:
    ended = run("scan", release, "--format", "json", "-o", tmp_path / "out.json")
    assert (ended.status, ended.out) == (0, "")
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))["format"] == 1


def test_the_examples_hold_nothing(checkout: Path) -> None:
    ended = run("scan", checkout / "examples", "--fail-on", "any")
    assert (ended.status, ended.err) == (0, "")


def test_the_help_names_every_verdict() -> None:
    words = " ".join(run("scan", "--help").out.split())
    assert all(verdict in words for verdict in VERDICTS)
    assert "Exit status: 0 done, 1 a gate was reached" in words
    assert "weighbridge scan my-model --format sarif -o scan.sarif" in words
