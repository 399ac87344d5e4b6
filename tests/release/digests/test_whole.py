from __future__ import annotations

from pathlib import Path

import pytest
from tests.release.building import TINY, write_safetensors

from weighbridge.release import digest as sampled
from weighbridge.release.digests import digest_path
from weighbridge.release.folder import Folder
from weighbridge.text.errors import InputError


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "release"
    write_safetensors(path / "model.safetensors", TINY)
    (path / "README.md").write_text("# A model\n")
    (path / "weighbridge.toml").write_text("format = 1\n")
    return path


def test_the_digest_of_a_small_release_is_the_one_that_check_shows(release: Path) -> None:
    (release / "copy.md").symlink_to("README.md")
    assert digest_path(release).digest == sampled.release_digest(Folder.open(release))


def test_a_large_release_has_a_digest_over_every_byte_too(release: Path) -> None:
    with (release / "big.safetensors").open("wb") as file:
        file.truncate(80 << 20)
    before = digest_path(release).digest
    assert sampled.release_digest(Folder.open(release)).startswith("sha256-sampled:")
    assert before is not None
    assert before.startswith("sha256:")
    with (release / "big.safetensors").open("r+b") as file:
        file.seek(sampled.BLOCK + 1)
        file.write(b"\x01")
    assert digest_path(release).digest not in (None, before)


def test_links_leave_the_digests_and_take_the_manifest(release: Path) -> None:
    assert digest_path(release).manifest is not None
    (release / "copy.md").symlink_to("README.md")
    found = digest_path(release)
    by_path = {each.path: each.digests for each in found.files}
    assert by_path["copy.md"] == by_path["README.md"]
    assert found.complete
    assert found.manifest is None
    assert found.refused == "`copy.md` is a link, which a manifest may not hold"


def test_a_link_that_leaves_the_release_is_not_followed(release: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (release / "out").symlink_to(tmp_path / "secret")
    found = digest_path(release)
    assert "out" not in {each.path for each in found.files}
    assert [each.id for each in found.skipped] == ["link-leaves-folder"]
    assert not found.complete


def test_what_cannot_be_read_leaves_no_digest_of_the_whole(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = Folder.open(release)
    (release / "README.md").unlink()
    monkeypatch.setattr(Folder, "open", lambda _path: listed)
    found = digest_path(release)
    assert [(each.path, each.problem) for each in found.files if each.problem] == [
        ("README.md", "cannot be read: no such file or directory")
    ]
    assert found.digest is None


def test_certainty_reads_every_byte(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from weighbridge.release.digests import cache

    monkeypatch.setattr(cache, "QUIET_NS", -(10**18))
    digest_path(release)
    assert all(each.known for each in digest_path(release).files)
    assert not any(each.known for each in digest_path(release, certain=True).files)


def test_one_file_alone(release: Path) -> None:
    found = digest_path(release / "README.md")
    assert [each.path for each in found.files] == ["README.md"]
    assert (found.digest, found.manifest) == (None, None)


def test_a_path_that_is_not_there_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        digest_path(tmp_path / "absent")
