"""``weighbridge fingerprint``: one release, many, the nearest, and what is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.runs import environment, run
from tests.release.lineage.storing import store

np = pytest.importorskip("numpy", reason="NumPy is not installed")

SHAPES = {
    "model.embed_tokens.weight": (96, 64),
    "model.layers.0.self_attn.q_proj.weight": (64, 64),
    "model.layers.0.mlp.up_proj.weight": (128, 64),
}


def release(folder: Path, seed: int, change: float = 0.0) -> Path:
    """Write a small model; ``change`` moves it away from that of its seed."""
    generator, other = np.random.default_rng(seed), np.random.default_rng(seed + 1000)
    arrays = {
        name: generator.standard_normal(shape).astype(np.float32)
        + np.float32(change) * other.standard_normal(shape).astype(np.float32)
        for name, shape in SHAPES.items()
    }
    return store(folder, arrays, {"architectures": ["LlamaForCausalLM"]})


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    """Three releases, two of one owner, and what is none."""
    release(tmp_path / "mirror" / "one" / "base", 1)
    release(tmp_path / "mirror" / "one" / "tuned", 1, 0.5)
    release(tmp_path / "mirror" / "other", 2)
    (tmp_path / "mirror" / "notes").mkdir()
    (tmp_path / "mirror" / "notes" / "a.txt").write_text("a")
    return tmp_path / "mirror"


def test_one_release_has_one_line(tmp_path: Path) -> None:
    ended = run("fingerprint", release(tmp_path / "my-model", 1))
    assert (ended.status, ended.err) == (0, "")
    name, line = ended.out.splitlines()
    assert name == "my-model"
    assert line.startswith("wbf1:")
    assert len(line) < 600


def test_many_are_added_once(mirror: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    ended = run("fingerprint", mirror, "--index", index, "--add")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == "3 releases: 3 added, 0 in the index already, 0 not read\n"
    before = index.read_bytes()
    release(mirror / "third", 3)
    ended = run("fingerprint", mirror, "--index", index, "--add")
    assert ended.out == "4 releases: 1 added, 3 in the index already, 0 not read\n"
    assert index.read_bytes().startswith(before)


def test_one_that_cannot_be_read_stops_no_other(mirror: Path, tmp_path: Path) -> None:
    (mirror / "broken").mkdir()
    (mirror / "broken" / "model.safetensors").write_bytes(b"\xff" * 40)
    ended = run("fingerprint", mirror, "--index", tmp_path / "index", "--add")
    assert ended.status == 2
    assert ended.out == "4 releases: 3 added, 0 in the index already, 1 not read\n"
    assert ended.err.startswith("not read: broken: ")
    assert ended.err.count("\n") == 1


def test_the_nearest_first(mirror: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    run("fingerprint", mirror, "--index", index, "--add")
    ended = run("fingerprint", release(tmp_path / "mine", 1, 0.05), "--index", index)
    assert (ended.status, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert lines[2:4] == [
        "",
        "Nearest of 3 releases; 1.00 is alike, 0.00 has nothing in common:",
    ]
    assert lines[4].startswith("  1  one/base   1.00  by chance less than once in 10^15")
    assert lines[5].startswith("     embedding ")
    assert lines[6].startswith("  2  one/tuned  0.9")
    assert len(lines) == 8


def test_json_tells_the_same(mirror: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    run("fingerprint", mirror, "--index", index, "--add")
    asked = mirror / "one" / "tuned"
    arguments = ("--index", index, "--add", "--name", "one/tuned", "--format", "json")
    ended = run("fingerprint", asked, *arguments)
    assert (ended.status, ended.err) == (0, "")
    told = json.loads(ended.out)
    assert set(told) == {
        *("format", "name", "fingerprint", "lanes", "not_read", "among", "matches", "added")
    }
    assert (told["format"], told["among"], told["added"]) == (1, 2, False)
    assert told["lanes"] == [
        *("embedding", "first.attention", "first.mlp", "tokens"),
    ]
    (match,) = told["matches"]
    assert set(match) == {"name", "alike", "order_free", "chance", "lanes"}
    assert match["name"] == "one/base"
    assert match["chance"] < 1e-15


def test_a_file_of_weights_stands_for_itself(tmp_path: Path) -> None:
    folder = release(tmp_path / "my-model", 1)
    ended = run("fingerprint", folder / "model.safetensors")
    assert (ended.status, ended.err) == (0, "")
    name, line = ended.out.splitlines()
    assert name == "model.safetensors"
    assert line == run("fingerprint", folder).out.splitlines()[1]


def test_an_index_that_was_only_begun_is_begun_again(tmp_path: Path) -> None:
    index, folder = tmp_path / "index", release(tmp_path / "my-model", 1)
    index.write_bytes(b"weighbridge fingerprints 1\n")
    ended = run("fingerprint", folder, "--index", index)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == (
        f"weighbridge: error: the index `{index}` is cut off\n  help: begin it again with --add\n"
    )
    ended = run("fingerprint", folder, "--index", index, "--add")
    assert (ended.status, ended.err) == (0, "")
    assert index.stat().st_size == 64 + 512


def test_nothing_near_is_said(mirror: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    run("fingerprint", mirror, "--index", index, "--add")
    ended = run("fingerprint", release(tmp_path / "mine", 7), "--index", index)
    assert ended.out.splitlines()[3:] == ["None of 3 releases is nearer than chance allows."]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--add"],
            "`--add` and `--name` need an index\n  help: name its file with --index",
        ),
        (
            ["--index", "absent"],
            "there is no index `absent`\n  help: begin one with --add",
        ),
        (
            ["--index", "no-folder/index", "--add"],
            "the folder of the index `no-folder/index` does not exist\n  help: make it",
        ),
        (
            ["--index", "mine/config.json"],
            "`mine/config.json` is no index of fingerprints\n"
            "  help: name a new file to begin one with --add",
        ),
        (
            ["--format", "html"],
            "format `html` is not one of this command\n  help: one of text, json",
        ),
    ],
)
def test_calls_that_are_at_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    release(tmp_path / "mine", 1)
    ended = run("fingerprint", "mine", *arguments)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == f"weighbridge: error: {message}\n"


def test_a_name_is_for_one(mirror: Path, tmp_path: Path) -> None:
    arguments = ("--index", tmp_path / "index", "--add", "--name", "a")
    ended = run("fingerprint", mirror, *arguments)
    assert ended.err == (
        "weighbridge: error: `--name` is for one release\n"
        "  help: several are named as their folders\n"
    )


def test_without_numpy_one_line_says_how_to_get_it(tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    (hidden / "sitecustomize").mkdir(parents=True)
    (hidden / "sitecustomize" / "__init__.py").write_text(
        "import importlib.util as util\n"
        "known = util.find_spec\n"
        "util.find_spec = lambda name, *more: None if name == 'numpy' else known(name, *more)\n"
    )
    path = f"{hidden}:{Path(__file__).parents[2] / 'src'}"
    ended = run("fingerprint", release(tmp_path / "mine", 1), PYTHONPATH=path)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == (
        "weighbridge: error: a fingerprint of weights needs numpy, which is not installed\n"
        "  help: pip install 'weighbridge[lineage]'\n"
    )


def test_help_costs_no_numpy() -> None:
    code = (
        "import sys; from weighbridge.cli.main import run; run(['fingerprint', '--help']);"
        " print('numpy' in sys.modules)"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, env=environment(), check=True)
    assert done.stdout.endswith(b"False\n")
