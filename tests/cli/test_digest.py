from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.runs import run

BACKSLASH = "back\\slash.txt"
FILES = {"README.md": b"# A model\n", "a b.json": b"{}", BACKSLASH: b"x", "z/é.txt": b"y"}
SUMS = {name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()}


@pytest.fixture
def release(tmp_path: Path) -> Path:
    for name, data in FILES.items():
        file = tmp_path / "release" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return tmp_path / "release"


def whole() -> str:
    total = hashlib.sha256()
    for name, data in FILES.items():
        total.update(f"{name}\n{len(data)}\n{SUMS[name]}\n".encode())
    return total.hexdigest()


def manifest() -> str:
    return hashlib.sha256(b"".join(map(bytes.fromhex, SUMS.values()))).hexdigest()


def test_text_is_what_sha256sum_reads_and_names_the_release(release: Path) -> None:
    ended = run("digest", release)
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == (
        f"# release sha256:{whole()}\n"
        f"# manifest sha256:{manifest()}\n"
        f"{SUMS['README.md']}  README.md\n"
        f"{SUMS['a b.json']}  a b.json\n"
        f"\\{SUMS[BACKSLASH]}  back\\\\slash.txt\n"
        f"{SUMS['z/é.txt']}  z/é.txt\n"
    )


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed")
def test_sha256sum_finds_every_file_as_it_was_told(release: Path, tmp_path: Path) -> None:
    run("digest", release, "-o", tmp_path / "sums")
    command = ["sha256sum", "--check", "--strict", "--quiet", str(tmp_path / "sums")]
    done = subprocess.run(command, cwd=release, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_json_has_the_manifest_too(release: Path) -> None:
    ended = run("digest", release, "--format", "json", "--certain")
    assert (ended.status, ended.err) == (0, "")
    data = json.loads(ended.out)
    assert list(data) == [
        "format",
        "name",
        "digest",
        "manifest",
        "manifest_refused",
        "files",
        "not_read",
    ]
    assert data["digest"] == f"sha256:{whole()}"
    assert data["manifest"]["digest"] == f"sha256:{manifest()}"
    assert [each["name"] for each in data["manifest"]["resources"]] == list(FILES)
    assert data["files"][0] == {"path": "README.md", "size": 10, "sha256": SUMS["README.md"]}
    assert (data["manifest_refused"], data["not_read"]) == (None, [])


def test_what_was_not_read_is_told_and_the_status_says_so(release: Path) -> None:
    (release / "out").symlink_to("/etc/hostname")
    ended = run("digest", release)
    assert ended.status == 2
    assert ended.err == (
        "no manifest: `out` is a link, which a manifest may not hold\n"
        "not read: out: a link that leaves the release folder was not followed\n"
    )
    assert "# manifest" not in ended.out


def test_a_single_file_has_its_line_alone(release: Path) -> None:
    ended = run("digest", release / "README.md")
    assert ended.out == f"{SUMS['README.md']}  README.md\n"


def test_a_path_that_is_not_there_and_a_format_it_has_not(release: Path, tmp_path: Path) -> None:
    absent = run("digest", tmp_path / "absent")
    assert (absent.status, absent.out) == (2, "")
    assert absent.err == f"weighbridge: error: `{tmp_path / 'absent'}` does not exist\n"
    other = run("digest", release, "--format", "html")
    assert other.status == 2
    assert "format `html` is not one of this command" in other.err
