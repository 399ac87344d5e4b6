"""Programs, pointers, pages, names: files that are not what a release needs or says they are."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from pathlib import Path

import pytest
from tests.release.building import framed, pointer
from tests.release.hazards.scanning import ids, scanned

from weighbridge.release.hazards.names import name_hazards, twins
from weighbridge.release.hazards.whole import scan_path

PE = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + bytes(64)
PROGRAMS = {
    "Linux": b"\x7fELF\x02\x01\x01" + bytes(64),
    "Windows": PE,
    "macOS": b"\xcf\xfa\xed\xfe" + bytes(64),
    "macOS, two in one": b"\xca\xfe\xba\xbe\x00\x00\x00\x02" + bytes(64),
    "Java": b"\xca\xfe\xba\xbe\x00\x00\x00\x34" + bytes(64),
    "the web": b"\0asm\x01\0\0\0" + bytes(8),
    "Python": b"\xcb\x0d\r\n\0\0\0\0" + bytes(16),
    "a shortcut": b"L\0\0\0\x01\x14\x02\0" + bytes(64),
    "a script": b"#!/bin/sh\nexit 0\n",
}


@pytest.mark.parametrize("kind", PROGRAMS)
def test_a_program_under_the_name_of_data_is_dangerous(kind: str, tmp_path: Path) -> None:
    for name in ("model.safetensors", "pytorch_model.bin", "README.md", "logo.png"):
        report = scanned(tmp_path / name, name, PROGRAMS[kind])
        assert report.verdict == "dangerous", name
        assert "executable" in ids(report)


@pytest.mark.parametrize("kind", PROGRAMS)
def test_a_program_is_named(kind: str, tmp_path: Path) -> None:
    report = scanned(tmp_path, "tool.dat", PROGRAMS[kind])
    assert (report.verdict, ids(report)) == ("unlisted callables", ["executable"])


@pytest.mark.parametrize("name", ["convert.sh", "run.py", "tools/build.pl"])
def test_a_script_under_its_own_name_is_nothing(name: str, tmp_path: Path) -> None:
    report = scanned(tmp_path, name, b"#!/usr/bin/env x\n")
    assert (report.verdict, ids(report)) == ("inert", [])


def test_two_letters_make_no_program(tmp_path: Path) -> None:
    assert ids(scanned(tmp_path, "notes.dat", b"MZ is how this begins" + bytes(60))) == []


@pytest.mark.parametrize("name", ["setup.bat", "read me.lnk", "open.hta", "a.SCR"])
def test_what_a_double_click_runs_is_named(name: str, tmp_path: Path) -> None:
    assert ids(scanned(tmp_path, name, "x")) == ["run-by-name"]


def test_a_pointer_names_what_it_stands_for(tmp_path: Path) -> None:
    report = scanned(tmp_path, "model.safetensors", pointer(7_000_000_000))
    assert (report.verdict, report.format) == ("not fully read", "git-lfs pointer")
    assert report.hazards[0].message == (
        f"a git-lfs pointer to 7,000,000,000 bytes with sha256 {'a' * 64}: "
        "the file itself is not here"
    )


def test_a_pointer_without_a_digest_is_broken(tmp_path: Path) -> None:
    text = "version https://git-lfs.github.com/spec/v1\nsize 5\n"
    assert scanned(tmp_path, "model.bin", text).verdict == "broken"


@pytest.mark.parametrize("text", ["<!DOCTYPE html><html>", "\n <html>404", "<?xml version='1.0'?>"])
def test_a_page_under_the_name_of_weights_is_broken(text: str, tmp_path: Path) -> None:
    assert scanned(tmp_path, "model.safetensors", text).verdict == "broken"
    assert scanned(tmp_path / "b", "index.html", text).verdict == "inert"


def test_an_empty_file_of_weights_is_broken(tmp_path: Path) -> None:
    assert scanned(tmp_path, "model.pt", b"").verdict == "broken"
    assert scanned(tmp_path / "b", "__init__.py", b"").verdict == "inert"


PICKLE = b"\x80\x04N."
CONTENT = {
    "a pickle as safetensors": ("model.safetensors", PICKLE),
    "a pickle as JSON": ("config.json", PICKLE),
    "a pickle as a picture": ("logo.png", PICKLE),
    "a zip as GGUF": ("model.gguf", b"PK\x03\x04" + bytes(40)),
    "a zip as text": ("README.md", b"PK\x03\x04" + bytes(40)),
    "an array as ONNX": ("model.onnx", b"\x93NUMPY\x01\x00" + bytes(40)),
}


@pytest.mark.parametrize("how", CONTENT)
def test_a_name_that_denies_its_content_is_told(how: str, tmp_path: Path) -> None:
    name, content = CONTENT[how]
    report = scanned(tmp_path, name, content)
    assert "name-content" in ids(report)
    assert report.verdict not in ("inert", "tensor data only", "known library objects")


def test_a_name_that_says_what_it_is_is_nothing(tmp_path: Path) -> None:
    whole = framed({}, 0)
    assert "name-content" not in ids(scanned(tmp_path, "model.safetensors", whole))
    assert "broken" in ids(scanned(tmp_path / "b", "model.safetensors", b"\x01\x02" * 40))


def test_two_files_in_one_are_told(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("data.pkl", PICKLE)
    report = scanned(tmp_path, "model.safetensors", framed({}, 0) + inner.getvalue())
    assert "polyglot" in ids(report)
    plain = scanned(tmp_path / "b", "model.safetensors", framed({}, 0) + b"PK\x05\x06" + bytes(90))
    assert "polyglot" not in ids(plain)


NAMES = {
    "model.safetensors": [],
    "README.md": [],
    "a/b/tokenizer.model": [],
    "model-00001-of-00002.safetensors": [],
    "archive.tar.gz": [],
    "pytorch_model.bin.index.json": [],
    "модель.bin": [],
    "模型.safetensors": [],
    "Modèle.bin": [],
    "mоdel.safetensors": ["name-homoglyph"],  # a Cyrillic о
    "cοnfig.json": ["name-homoglyph"],  # a Greek ο
    "ｍodel.bin": ["name-homoglyph"],  # a full-width m
    "model\u202etxt.exe": ["name-direction"],
    "mo\u200bdel.bin": ["name-unseen"],
    "model\x1b[2J.bin": ["name-control"],
    "model.safetensors.exe": ["name-double-ending"],
    "weights.pt.py": ["name-double-ending"],
    "photo.png .scr": ["name-double-ending"],
    "model.bin      .exe": ["name-double-ending", "name-spaces"],
    "model.bin.": ["name-spaces"],
}


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_odd_names_are_told(name: str) -> None:
    assert [each.id for each in name_hazards(name)] == NAMES[name]


def test_names_that_some_disks_join_are_told(tmp_path: Path) -> None:
    assert twins(["a/Model.bin", "a/model.bin", "b/model.bin"]) == {
        "a/Model.bin": "a/model.bin",
        "a/model.bin": "a/Model.bin",
    }
    assert twins(["e\u0301.txt", "\u00e9.txt"]).keys() == {"e\u0301.txt", "\u00e9.txt"}
    (tmp_path / "Config.json").write_text("{}")
    assert ids(scanned(tmp_path, "config.json", "{}")) == ["name-twin"]


def test_every_regular_file_is_there(tmp_path: Path) -> None:
    """Hidden ones, those of git, empty ones; and what is none is named with the reason."""
    for name in (".git/hooks/pre-commit", ".weighbridge/x", ".hidden", "a/b/c/d.txt", "empty"):
        (tmp_path / "r" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "r" / name).write_bytes(b"" if name == "empty" else b"x")
    (tmp_path / "outside").write_text("x")
    (tmp_path / "r" / "out").symlink_to(tmp_path / "outside")
    (tmp_path / "r" / "gone").symlink_to("nowhere")
    (tmp_path / "r" / "inside").symlink_to("empty")
    (tmp_path / "r" / "round").symlink_to(".")
    report = scan_path(tmp_path / "r")
    assert [each.path for each in report.files] == [
        ".git/hooks/pre-commit",
        ".hidden",
        ".weighbridge/x",
        "a/b/c/d.txt",
        "empty",
    ]
    assert [(each.path, each.why) for each in report.not_opened] == [
        ("gone", "a link that leads nowhere"),
        ("out", "a link that leaves the folder: it was not followed"),
    ]


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe")
    report = scan_path(tmp_path)
    assert [(each.path, each.why) for each in report.not_opened] == [
        ("pipe", "a pipe, socket or device")
    ]


def test_folders_too_deep_are_named(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(70):
        deep /= "d"
    deep.mkdir(parents=True)
    (deep / "x").write_text("x")
    (not_opened,) = scan_path(tmp_path).not_opened
    assert not_opened.why == "a folder more than 64 levels deep"


def test_a_fault_of_a_scanner_never_makes_a_file_look_better(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from weighbridge.release.hazards import scan

    def fails(*_: object) -> None:
        raise IndexError("fault")

    monkeypatch.setattr(scan, "look_at", fails)
    report = scanned(tmp_path, "x.bin", b"x")
    assert (report.verdict, report.unread) == ("not fully read", "a scanner failed: IndexError")


def test_the_releases_of_the_corpus_hold_nothing_dangerous(corpus: Path) -> None:
    report = scan_path(corpus / "releases")
    assert report.counts["dangerous"] == 0
    found = {each.id for file in report.files for each in file.hazards}
    assert found <= {"not-fully-read", "broken", "auto-map"}
    broken = [each.path for each in report.files if each.verdict == "broken"]
    assert broken == [
        "bloom-176b-hf/files/model.safetensors.index.json",  # its index is cut and glued
        "pythia/files/models/12B/pythia-12b.yml",  # a comma is missing
    ]
    pointers = [each for each in report.files if each.format == "git-lfs pointer"]
    assert len(pointers) > 100
    assert all(each.verdict == "not fully read" for each in pointers)
    json.dumps(report.to_json("0"))
