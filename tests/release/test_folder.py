from __future__ import annotations

import os
from pathlib import Path

import pytest

from weighbridge.facts import Severity
from weighbridge.release import folder as folders
from weighbridge.release.folder import Folder, shown_name
from weighbridge.text.errors import InputError, ParseError


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        Folder.open(tmp_path / "absent")
    assert str(error.value) == f"`{tmp_path}/absent` does not exist"


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"")
    with pytest.raises(InputError) as error:
        Folder.open(tmp_path / "model.safetensors")
    assert "is a file, not a folder" in str(error.value)
    assert "help: name the folder that holds the release" in str(error.value)


@pytest.mark.parametrize("ignored", [None, ".git", ".weighbridge"])
def test_an_empty_folder_is_refused(tmp_path: Path, ignored: str | None) -> None:
    if ignored:
        (tmp_path / ignored).mkdir()
        (tmp_path / ignored / "config").write_text("x")
    with pytest.raises(InputError, match="holds no files"):
        Folder.open(tmp_path)


def test_a_path_with_a_null_byte_is_one_clear_line() -> None:
    with pytest.raises(InputError) as error:
        Folder.open(Path("a\0b"))
    assert "\0" not in str(error.value)


def test_files_are_listed_with_posix_paths_in_order(tmp_path: Path) -> None:
    (tmp_path / "unet").mkdir()
    (tmp_path / "unet" / "config.json").write_text("{}")
    (tmp_path / "README.md").write_text("hello")
    (tmp_path / "weighbridge.toml").write_text("")
    listed = [(entry.path, entry.size) for entry in Folder.open(tmp_path).files]
    assert listed == [("README.md", 5), ("unet/config.json", 2), ("weighbridge.toml", 0)]


def test_matching_ignores_case_and_stars_cross_folders(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "ReadMe.MD").write_text("")
    (tmp_path / "a" / "README.md").write_text("")
    folder = Folder.open(tmp_path)
    assert [entry.path for entry in folder.matching("readme.md")] == ["ReadMe.MD"]
    assert [entry.path for entry in folder.matching("*.md")] == ["ReadMe.MD", "a/README.md"]


def test_a_link_inside_is_read_and_known_as_an_alias(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("words")
    (tmp_path / "link.txt").symlink_to("real.txt")
    folder = Folder.open(tmp_path)
    entry = folder.get("link.txt")
    assert entry is not None
    assert entry.alias_of == "real.txt"
    assert folder.read_text("link.txt").text == "words"
    assert folder.skipped == ()


def test_links_that_leave_the_folder_are_never_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    release = tmp_path / "release"
    release.mkdir()
    (release / "README.md").write_text("x")
    (release / "file.md").symlink_to(secret)
    (release / "up").symlink_to(tmp_path)
    (release / "broken").symlink_to("nowhere")
    folder = Folder.open(release)
    assert [entry.path for entry in folder.files] == ["README.md"]
    found = {(finding.id, str(finding.where[0])) for finding in folder.skipped}
    assert found == {
        ("link-leaves-folder", "file.md"),
        ("link-leaves-folder", "up"),
        ("broken-link", "broken"),
    }


def test_a_sibling_whose_name_begins_alike_is_outside(tmp_path: Path) -> None:
    (tmp_path / "release-private").mkdir()
    (tmp_path / "release-private" / "key").write_text("secret")
    (tmp_path / "release").mkdir()
    (tmp_path / "release" / "README.md").write_text("x")
    (tmp_path / "release" / "key").symlink_to("../release-private/key")
    assert [entry.path for entry in Folder.open(tmp_path / "release").files] == ["README.md"]


def test_a_link_does_not_open_an_ignored_folder(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("token")
    (tmp_path / "README.md").write_text("x")
    (tmp_path / "LICENSE").symlink_to(".git/config")
    assert [entry.path for entry in Folder.open(tmp_path).files] == ["README.md"]


def test_loops_of_links_end(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_text("x")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")
    folder = Folder.open(tmp_path)
    assert [entry.path for entry in folder.files] == ["a/file"]
    assert [finding.id for finding in folder.skipped] == ["broken-link", "broken-link"]


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "README.md")
    (tmp_path / "config.json").write_text("{}")
    folder = Folder.open(tmp_path)
    assert [entry.path for entry in folder.files] == ["config.json"]
    assert [(each.id, str(each.where[0])) for each in folder.skipped] == [
        ("special-file", "README.md")
    ]


def test_names_that_steer_a_terminal_are_skipped_and_escaped(tmp_path: Path) -> None:
    (tmp_path / "ok.txt").write_text("")
    (tmp_path / "bad\x1b[2J\n.txt").write_text("")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt")).write_text("")
    folder = Folder.open(tmp_path)
    assert [entry.path for entry in folder.files] == ["ok.txt"]
    told = [finding.message for finding in folder.skipped]
    assert len(told) == 2
    assert all(message.isprintable() and message.encode() for message in told)


def test_too_many_files_stop_the_walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "MAX_FILES", 3)
    for name in "abcde":
        (tmp_path / name).write_text("x")
    folder = Folder.open(tmp_path)
    assert [entry.path for entry in folder.files] == ["a", "b", "c"]
    assert [(each.id, each.severity) for each in folder.skipped] == [
        ("too-many-files", Severity.HIGH)
    ]


def test_many_deep_files_do_not_crowd_out_the_top(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "MAX_FILES", 2)
    (tmp_path / "aaa").mkdir()
    for number in range(5):
        (tmp_path / "aaa" / str(number)).write_text("x")
    (tmp_path / "config.json").write_text("{}")
    assert Folder.open(tmp_path).get("config.json") is not None


def test_depth_is_bounded(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(folders.MAX_DEPTH + 1):
        deep = deep / "d"
        deep.mkdir()
        (deep / "f").write_text("x")
    folder = Folder.open(tmp_path)
    assert max(entry.path.count("/") for entry in folder.files) == folders.MAX_DEPTH - 1
    assert "too-deep" in [finding.id for finding in folder.skipped]


def test_reads_are_bounded(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"0123456789")
    folder = Folder.open(tmp_path)
    assert folder.read_bytes("f", 4) == b"0123"
    assert folder.read_bytes("f", 4, offset=8) == b"89"
    with pytest.raises(ParseError, match="not a file of the release"):
        folder.read_bytes("../f", 4)


def test_a_hundred_megabyte_readme_is_read_to_its_limit(tmp_path: Path) -> None:
    with (tmp_path / "README.md").open("wb") as file:
        file.write(b"# Title\n")
        file.truncate(100 << 20)
    text = Folder.open(tmp_path).read_text("README.md")
    assert text.truncated
    assert len(text.text) == folders.TEXT_LIMIT
    assert text.text.startswith("# Title")


def test_a_mark_is_dropped_and_wrong_bytes_are_said(tmp_path: Path) -> None:
    (tmp_path / "bom").write_bytes(b"\xef\xbb\xbfwords")
    (tmp_path / "latin").write_bytes("naïve".encode("latin-1"))
    folder = Folder.open(tmp_path)
    assert folder.read_text("bom") == folders.FileText("words", truncated=False, damaged=False)
    assert folder.read_text("latin").text == "na\ufffdve"
    assert folder.read_text("latin").damaged


def test_a_limit_within_a_character_is_no_damage(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("aaaé", encoding="utf-8")
    text = Folder.open(tmp_path).read_text("f", limit=4)
    assert (text.text, text.truncated, text.damaged) == ("aaa", True, False)


def test_the_name_is_that_of_the_folder_itself(tmp_path: Path) -> None:
    (tmp_path / "model-7b").mkdir()
    (tmp_path / "model-7b" / "f").write_text("x")
    (tmp_path / "link").symlink_to("model-7b")
    assert Folder.open(tmp_path / "link").name == "model-7b"
    assert shown_name("a\x1b\ud800b") == "a\\x1b\\ud800b"
