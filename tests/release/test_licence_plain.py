"""Licences in HTML, RTF, with line numbers, several in one file: what a reader sees, and where."""

from __future__ import annotations

import html
import time
from pathlib import Path

import pytest

from weighbridge.release.licence import FoundLicence, LicenceReport, licence_report
from weighbridge.release.licence.plain import plain_text
from weighbridge.release.licence.several import whole_licences

from .test_licence_identify import APACHE, MIT, load_fingerprints

CLAUSE = "Products with more than 5 million monthly active users show our name."


def report(path: Path, text: str, name: str = "LICENSE") -> LicenceReport:
    file = path / name
    file.write_bytes(text.encode("utf-8"))
    return licence_report(file)


def only(path: Path, text: str, name: str = "LICENSE") -> FoundLicence:
    (found,) = report(path, text, name).licences
    return found


def as_html(text: str) -> str:
    body = "\n".join(f'<p class="x">{html.escape(part)}</p>' for part in text.split("\n\n"))
    style = "<style>p { color: red }</style>"
    return f"<!DOCTYPE html>\n<html><head><title>A page</title>{style}</head>\n<body>{body}</body>"


def as_rtf(text: str) -> str:
    inner = text.replace("\\", "\\\\").replace("\n", "\\par\n").replace('"', "\\'94")
    fonts = "{\\fonttbl{\\f0\\fswiss Helvetica;}}{\\*\\generator Riched20;}"
    return "{\\rtf1\\ansi" + fonts + "\\f0\\pard " + inner + "}"


def numbered(text: str, form: str = "{:4d}  {}") -> str:
    return "\n".join(form.format(at, line) for at, line in enumerate(text.splitlines(), 1))


@pytest.mark.parametrize("text", [MIT, APACHE], ids=["mit", "apache"])
@pytest.mark.parametrize(
    "form",
    [
        as_html,
        as_rtf,
        numbered,
        lambda text: numbered(text, "{}: {}"),
        lambda text: numbered(text, "{} | {}"),
        lambda text: "> " + text.replace("\n", "\n> "),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace('"', "&quot;"),
        lambda text: "\n".join(f"# {line}" for line in text.splitlines()),
    ],
    ids=["html", "rtf", "numbers", "colons", "bars", "quoted", "crlf", "bom", "entities", "hashes"],
)
def test_the_form_of_a_file_does_not_matter(tmp_path: Path, text: str, form: object) -> None:
    assert callable(form)
    found = only(tmp_path, form(text))
    assert (found.identity.id, str(found.identity.how)) == (
        "MIT" if text is MIT else "Apache-2.0",
        "exact",
    )


@pytest.mark.parametrize("form", [as_html, as_rtf, numbered], ids=["html", "rtf", "numbers"])
def test_a_clause_is_seen_in_every_form_with_its_line(tmp_path: Path, form: object) -> None:
    assert callable(form)
    text = form(f"{MIT}\n\n{CLAUSE}\n")
    found = only(tmp_path, text)
    assert found.identity.id == "LicenseRef-modified-MIT"
    line = next(n for n, each in enumerate(text.splitlines(), 1) if "5 million" in each)
    assert found.conditions["user_threshold"].answer == 5_000_000
    assert found.conditions["user_threshold"].place.line == line
    assert line in [each.line for each in found.identity.difference]


@pytest.mark.parametrize(
    "hidden",
    [
        f"<!-- {CLAUSE} -->",
        f"<div hidden>{CLAUSE}</div>",
        f"< {CLAUSE} >",
        f"<p {CLAUSE}",
    ],
)
def test_a_clause_hidden_in_html_is_not_left_out(tmp_path: Path, hidden: str) -> None:
    text = as_html(MIT).replace("</body>", f"{hidden}</body>")
    assert str(only(tmp_path, text).identity.how) != "exact"


def test_an_rtf_file_by_its_name_is_read(tmp_path: Path) -> None:
    (tmp_path / "LICENSE.rtf").write_text(as_rtf(MIT))
    (tmp_path / "model.safetensors").write_bytes(b"")
    (found,) = licence_report(tmp_path).licences
    assert (found.identity.id, found.of) == ("MIT", "weights")


def test_numbers_that_do_not_count_the_lines_stay() -> None:
    text = "1. Use.\n2. Change.\n3. Share.\n5. Sell.\n6. End.\n7. Law.\n"
    assert plain_text(text).text == text
    assert [each.strip() for each in plain_text(numbered(text)).text.splitlines()] == [
        each.strip() for each in text.splitlines()
    ]


def test_two_licences_in_one_file_are_two(tmp_path: Path) -> None:
    text = f"{MIT}\n-----\n\n{APACHE}"
    found = report(tmp_path, text).licences
    line = next(n for n, each in enumerate(text.splitlines(), 1) if "January 2004" in each)
    assert [(each.identity.id, str(each.identity.how)) for each in found] == [
        ("MIT", "exact"),
        ("Apache-2.0", "exact"),
    ]
    assert [str(each.place) for each in found] == ["LICENSE:5", f"LICENSE:{line}"]


def test_what_stands_between_two_licences_is_read_too(tmp_path: Path) -> None:
    between = "Or, for those who make weapons:\nNo commercial use.\n"
    found = report(tmp_path, f"{MIT}\n{between}\n{APACHE}")
    assert [each.identity.id for each in found.licences] == ["MIT", "Apache-2.0", "unknown"]
    rest = found.licences[2]
    assert rest.conditions["non_commercial"].place.line == len(MIT.splitlines()) + 3
    assert found.conditions == {}, "nobody knows which of the three holds"


def test_the_same_licence_twice_is_one(tmp_path: Path) -> None:
    second = MIT.replace("The Weighing Company", "Acme")
    assert only(tmp_path, f"{MIT}\n\n{second}").identity.id == "MIT"


def test_a_changed_licence_beside_a_whole_one_is_not_whole(tmp_path: Path) -> None:
    text = f"{MIT}\n{APACHE.replace('irrevocable', 'revocable', 1)}"
    assert whole_licences(text, load_fingerprints()).known == ()
    assert all(str(each.identity.how) != "exact" for each in report(tmp_path, text).licences)


def test_behind_very_many_words_nothing_is_whole() -> None:
    text = f"{MIT}\n{APACHE}\n" + "weigh " * 70_000 + "\nNo commercial use.\n"
    assert whole_licences(text, load_fingerprints()).known == ()


def test_two_licences_say_nothing_of_weights(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text(f"{MIT}\n\n{APACHE}")
    (tmp_path / "model.safetensors").write_bytes(b"")
    assert {each.of for each in licence_report(tmp_path).licences} == {"unknown"}


@pytest.mark.parametrize(
    "text",
    [
        "<html>" + "<" * 1_000_000,
        "<html>" + "<!--" * 250_000,
        "<html>" + "<a " * 300_000,
        "<html>" + "<script>" * 120_000,
        "<html>" + "&amp" * 250_000,
        "{\\rtf" + "{" * 1_000_000,
        "{\\rtf" + "\\par" * 250_000,
        "{\\rtf" + "\\u99999999 " * 90_000,
        "{\\rtf" + "}" * 1_000_000,
        "\n".join(str(at) for at in range(150_000)),
    ],
    ids=[
        "signs",
        "remarks",
        "open",
        "scripts",
        "entities",
        "braces",
        "pars",
        "signs16",
        "closed",
        "n",
    ],
)
def test_a_hostile_file_takes_no_more_than_moments(text: str) -> None:
    start = time.process_time()
    plain_text(text)
    assert time.process_time() - start < 4
