from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from tests.extras import needed

from weighbridge.release.digests import Manifest, digest_files, manifest_of
from weighbridge.release.digests.manifest import signed_files
from weighbridge.text.errors import InputError

FILES = {
    "README.md": b"# A model\n",
    "a/x.bin": b"within a folder",
    "a-b/x.bin": b"a name that sorts before the slash",
    "a.txt": b"and one that sorts so too",
    "B.txt": b"capitals come first",
    "é.json": b"{}",
    ".hidden": b"",
    ".gitmodules": b"not among the ignored",
    "sub/.gitignore": b"ignored at the top alone",
}
LEFT_OUT = {
    ".git/config": b"x",
    ".github/workflows/x.yml": b"x",
    ".gitattributes": b"x",
    ".gitignore": b"x",
}
IN_ORDER = [
    ".gitmodules",
    ".hidden",
    "B.txt",
    "README.md",
    "a/x.bin",
    "a-b/x.bin",
    "a.txt",
    "sub/.gitignore",
    "é.json",
]


@pytest.fixture
def release(tmp_path: Path) -> Path:
    for name, data in (FILES | LEFT_OUT).items():
        file = tmp_path / "release" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return tmp_path / "release"


def manifest(path: Path) -> Manifest:
    return manifest_of(path.name, digest_files(signed_files(path)))


def test_the_subject_is_over_the_raw_digests_in_the_order_of_names(release: Path) -> None:
    found = manifest(release)
    raw = b"".join(hashlib.sha256(FILES[name]).digest() for name in IN_ORDER)
    assert found.digest == hashlib.sha256(raw).hexdigest()
    assert [each.to_json() for each in found.resources] == [
        {"name": name, "algorithm": "sha256", "digest": hashlib.sha256(FILES[name]).hexdigest()}
        for name in IN_ORDER
    ]
    assert found.serialization() == {
        "method": "files",
        "hash_type": "sha256",
        "allow_symlinks": False,
        "ignore_paths": [".git", ".gitattributes", ".github", ".gitignore"],
    }


def test_one_changed_byte_changes_the_subject(release: Path) -> None:
    before = manifest(release).digest
    (release / "a.txt").write_bytes(b"And one that sorts so too")
    assert manifest(release).digest != before


def test_what_is_left_out_does_not_count(release: Path) -> None:
    before = manifest(release).digest
    (release / ".git" / "config").write_bytes(b"y")
    assert manifest(release).digest == before


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        manifest(path)
    return str(caught.value)


def test_links_are_refused(release: Path) -> None:
    (release / "link.bin").symlink_to("a.txt")
    assert refusal(release) == (
        "`link.bin` is a link, which a manifest may not hold\n  help: put the file in its place"
    )


def test_special_files_and_names_that_steer_are_refused(release: Path) -> None:
    os.mkfifo(release / "pipe")
    assert refusal(release) == "`pipe` is not a regular file: no manifest is made with it"
    (release / "pipe").unlink()
    (release / "x\x1b[2J").write_bytes(b"")
    assert refusal(release) == r"the name `x\x1b[2J` cannot be shown: no manifest is made with it"


def test_a_file_without_a_digest_leaves_no_manifest(release: Path) -> None:
    wanted = signed_files(release)
    (release / "a.txt").unlink()
    with pytest.raises(InputError) as caught:
        manifest_of("release", digest_files(wanted))
    assert str(caught.value) == (
        "`a.txt` cannot be read: no such file or directory: no manifest without it"
    )


@pytest.mark.extra
def test_the_reference_tool_makes_the_same_manifest(release: Path) -> None:
    what = "the reference tool of model signing"
    hashing = needed("model_signing.hashing", what)
    signing = needed("model_signing._signing.signing", what)
    made = hashing.Config().hash(release)
    payload = signing.Payload(made)
    found = manifest(release)
    assert [(each.identifier, each.digest.digest_hex) for each in made.resource_descriptors()] == [
        (each.name, each.digest) for each in found.resources
    ]
    statement = payload.statement.pb
    assert dict(statement.subject[0].digest) == {"sha256": found.digest}
    told = made.serialization_type
    assert {**told, "ignore_paths": sorted(told["ignore_paths"])} == found.serialization()
