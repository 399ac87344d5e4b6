"""What the law has already of each lever: as a page to the letter, and as JSON."""

from __future__ import annotations

import json

from tests.cli.runs import run
from weighbridge.report.already_page import already_json, already_page
from weighbridge.report.markdown import to_markdown
from weighbridge.report.text import to_text
from weighbridge.rules import Law
from weighbridge.rules.already import Lever, Standing

DAY = "2030-06-01"
SMALL = Standing("XA", "partly", "small toys are", ("xa/toy-act/4-small",))
LEVERS = [
    Lever("toys-free", "Toys are free", "nobody owes anything for a toy", (SMALL,)),
    Lever("toys-later", "Toys later", "all of it later", (Standing("XA", "nothing", "none is"),)),
    Lever("toys-never", "No toys", "there are no toys", ()),
]
PAGE = """\
what the law has already
read on 2030-06-01 · as of 2030-06-01
Per lever of a policy, whether the law of each market is already so, partly or not, so that no
reform is credited with what the law has, nor the law blamed for what it lacks.
nothing to lift: no rule of that market is of the kind, which earns no credit. Bills show nothing.

Toys are free [toys-free]
nobody owes anything for a toy
already so 0, partly 1, no 0, nothing to lift 0
  partly
    shown by these rules, as far as it goes
    · XA: small toys are
      · Toy Act, s. 4(2)  [xa/toy-act/4-small]

Toys later [toys-later]
all of it later
already so 0, partly 0, no 0, nothing to lift 1
  nothing to lift
    – XA: none is

No toys [toys-never]
there are no toys
already so 0, partly 0, no 0, nothing to lift 0
not looked at: XA
"""


def test_a_table_as_a_page(toy_law: Law) -> None:
    assert to_text(already_page(toy_law, DAY, LEVERS)) == PAGE


def test_a_table_as_markdown(toy_law: Law) -> None:
    said = to_markdown(already_page(toy_law, DAY, LEVERS))
    assert "- XA: small toys are\n  - Toy Act, s. 4(2) (`xa/toy-act/4-small`)\n" in said


def test_a_rule_still_to_come_says_its_first_day(toy_law: Law) -> None:
    said = to_text(already_page(toy_law, "2029-06-01", LEVERS))
    assert "· Toy Act, s. 4(2), from 2030-01-01  [xa/toy-act/4-small]\n" in said
    (lever, *_) = already_json(toy_law, "2029-06-01", LEVERS)["levers"]
    assert lever["markets"][0]["rules"][0]["not_yet"] == "2030-01-01"


def test_markets_not_asked_are_left_out(toy_law: Law) -> None:
    assert "XA" not in to_text(already_page(toy_law, DAY, LEVERS, markets=[]))
    assert already_json(toy_law, DAY, LEVERS, markets=[])["levers"][0]["markets"] == []


def test_without_a_lever_the_page_says_so(toy_law: Law) -> None:
    assert to_text(already_page(toy_law, DAY, [])).endswith("\n\nno lever is written\n")


def test_a_table_as_json(toy_law: Law) -> None:
    data = already_json(toy_law, DAY, LEVERS)
    assert {key: data[key] for key in ("format", "as_of", "amendments")} == {
        "format": 1,
        "as_of": DAY,
        "amendments": [],
    }
    assert data["levers"][0] == {
        "lever": "toys-free",
        "title": "Toys are free",
        "says": "nobody owes anything for a toy",
        "counts": {"so": 0, "partly": 1, "no": 0, "nothing": 0},
        "markets": [
            {
                "market": "XA",
                "state": "partly",
                "because": "small toys are",
                "rules": [
                    {
                        "rule": "xa/toy-act/4-small",
                        "title": "Small models",
                        "kind": "exception",
                        "authority": "statute",
                        "cite": "Toy Act, s. 4(2)",
                        "not_yet": None,
                    }
                ],
            }
        ],
    }
    assert data["levers"][1]["markets"][0]["rules"] == []


def test_the_command_tells_it_of_the_market_asked() -> None:
    ended = run("law", "--already", "--market", "US-TX", "--format", "json")
    assert (ended.status, ended.err) == (0, "")
    for lever in json.loads(ended.out)["levers"]:
        assert [each["market"] for each in lever["markets"]] == ["US", "US-TX"]
    assert run("law", "--already", "--market", "US-TX", "--format", "markdown").out.startswith("# ")


def test_what_does_not_go_together_is_refused() -> None:
    calls = {
        ("law", "--market", "EU"): "`--market` goes with `--already`\n"
        "  help: or name a PACK of that market",
        ("law", "--already", "us/ftc"): "give PACK or `--already`, not both",
        ("law", "--already", "--site", "x"): "give `--site` or `--already`, not both",
        ("law", "--already", "--diff", "2026-01-01", "2026-02-01"): "give `--already` or "
        "`--diff`, not both",
    }
    for call, message in calls.items():
        ended = run(*call)
        assert (ended.status, ended.out) == (2, ""), call
        assert ended.err == f"weighbridge: error: {message}\n", call
