"""``weighbridge law --site``: one site in a folder, whole, and nothing of a stranger's touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.runs import TOY, run
from weighbridge.cli.site_folder import MARKER, write_site
from weighbridge.text.errors import InputError

SITE = ("law", "--law", TOY[1], "--as-of", "2030-06-01", "--site")


def held(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_a_site_is_written_whole_and_twice_the_same(tmp_path: Path) -> None:
    first, second = tmp_path / "deep" / "one", tmp_path / "two"
    for folder in (first, second):
        ended = run(*SITE, folder)
        assert (ended.status, ended.out) == (0, "")
        count = len(held(folder)) - 1
        said = f"weighbridge: wrote {count} pages, from {folder / 'index.html'}\n"
        assert ended.err == said
    assert "xa/toy-act/rules/all.html" in held(first)
    assert held(first) == held(second)
    for name in held(first):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_what_an_earlier_site_left_goes_and_what_somebody_added_stays(tmp_path: Path) -> None:
    write_site(tmp_path, [("a/b/old.html", "old"), ("c.html", "c1"), ("a/keep.html", "k")])
    (tmp_path / "CNAME").write_text("example.org")
    assert write_site(tmp_path, [("c.html", "c2"), ("a/keep.html", "k")]) == 2
    assert held(tmp_path) == {MARKER, "CNAME", "c.html", "a/keep.html"}
    assert (tmp_path / "c.html").read_text() == "c2"
    assert not (tmp_path / "a" / "b").exists()
    assert json.loads((tmp_path / MARKER).read_text())["files"] == ["a/keep.html", "c.html"]


REFUSED = {
    "a stranger's file": {"notes.txt": "mine"},
    "a marker that is none": {MARKER: "[]"},
    "a marker that is broken": {MARKER: "{"},
    "a marker of names alone": {MARKER: '{"files": 3}'},
    "a marker that leaves the folder": {MARKER: '{"format": 1, "files": ["../a.html"]}'},
    "a marker from the root": {MARKER: '{"format": 1, "files": ["/a.html"]}'},
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_folder_that_is_not_ours_is_left_alone(name: str, tmp_path: Path) -> None:
    for file, text in REFUSED[name].items():
        (tmp_path / file).write_text(text)
    with pytest.raises(InputError) as caught:
        write_site(tmp_path, [("index.html", "x")])
    assert str(caught.value) == (
        f"`{tmp_path}` holds files that this command did not write\n"
        "  help: name a new or an empty folder"
    )
    assert held(tmp_path) == set(REFUSED[name])


def test_a_file_in_the_way_is_not_written_over(tmp_path: Path) -> None:
    write_site(tmp_path, [("a.html", "a")])
    (tmp_path / "b.html").write_text("mine")
    with pytest.raises(InputError) as caught:
        write_site(tmp_path, [("a.html", "new"), ("b.html", "b")])
    assert str(caught.value) == (
        f"`{tmp_path / 'b.html'}` is in the way and was not written by this command\n"
        "  help: move it, or name a new or an empty folder"
    )
    assert (tmp_path / "b.html").read_text() == "mine"
    assert (tmp_path / "a.html").read_text() == "a"


def test_a_run_that_broke_off_leaves_nothing_that_the_next_does_not_know(tmp_path: Path) -> None:
    write_site(tmp_path, [("old.html", "old")])
    (tmp_path / "new.html").mkdir()
    with pytest.raises(InputError):
        write_site(tmp_path, [("first.html", "1"), ("new.html", "2")])
    (tmp_path / "new.html").rmdir()
    (tmp_path / "x").write_text("a file where a folder should be")
    with pytest.raises(InputError):
        write_site(tmp_path, [("first.html", "1"), ("x/y.html", "2")])
    assert {"first.html", "old.html", "x/y.html"} == set(
        json.loads((tmp_path / MARKER).read_text())["files"]
    )
    (tmp_path / "x").unlink()
    write_site(tmp_path, [("last.html", "3")])
    assert held(tmp_path) == {MARKER, "last.html"}


def test_a_link_out_of_the_folder_is_not_followed_to_remove(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "site"
    outside.mkdir()
    (outside / "a.html").write_text("mine")
    write_site(folder, [("b.html", "b")])
    (folder / "out").symlink_to(outside, target_is_directory=True)
    (folder / MARKER).write_text('{"format": 1, "files": ["b.html", "out/a.html"]}')
    write_site(folder, [("b.html", "b")])
    assert (outside / "a.html").read_text() == "mine"


@pytest.mark.slow
def test_calls_at_fault_are_told_whole(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    calls = {
        (file,): f"cannot write a site to `{file}`: it is a file",
        (tmp_path / "new", "-o", tmp_path / "x"): (
            "`--site` writes the whole law as a folder of HTML pages\n"
            "  help: leave out PACK, -o and --format"
        ),
        (tmp_path / "new", "--format", "json"): (
            "`--site` writes the whole law as a folder of HTML pages\n"
            "  help: leave out PACK, -o and --format"
        ),
    }
    for arguments, message in calls.items():
        ended = run(*SITE, *arguments)
        assert (ended.status, ended.out, ended.err) == (2, "", f"weighbridge: error: {message}\n")
    assert held(tmp_path) == {"file"}
