"""The screen the README shows is the one `make demo` prints."""

from __future__ import annotations

import re

from tests.acceptance.shell import weighbridge
from tests.conftest import TOP


def test_the_readme_shows_what_the_demo_prints() -> None:
    readme = (TOP / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"`make demo` prints:\n\n```\n(.*?)```", readme, re.S)
    ended = weighbridge("check", "examples/plain-apache", cwd=TOP)
    assert ended.status == 0
    assert blocks == [ended.out], "the README's screen is stale: paste what `make demo` prints"


def test_each_command_the_readme_names_is_there() -> None:
    named = set(re.findall(r"^\| `weighbridge (\w+)", (TOP / "README.md").read_text(), re.M))
    helped = set(re.findall(r"^  (\w+)  +\w", weighbridge("--help").out, re.M))
    assert named == helped
    assert helped >= {"check", "ask", "law", "scan", "lineage"}
