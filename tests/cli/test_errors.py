"""Every mistake of a call is one line with what to do, exit status 2, and nothing on stdout."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.runs import TOY, run

FACTS = ("check", "--no-release", *TOY)
CALLS = {
    "unknown command": (
        ("chek",),
        "unknown command `chek`\n  help: did you mean `check`?",
    ),
    "a command like none": (
        ("xyzzy",),
        "unknown command `xyzzy`\n"
        "  help: one of check, ask, diff, plan, rule, law, facts, scan, lineage, licence, "
        "fingerprint, digest",
    ),
    "unknown option": (
        ("check", "--markt", "XA"),
        "no such option: `--markt`\n  help: did you mean `--market`?",
    ),
    "option without its value": (
        ("check", "--market"),
        "option `--market` requires an argument\n  help: weighbridge check --help",
    ),
    "no release": (
        ("check",),
        "which release?\n  help: name its folder, or give --no-release to judge facts alone",
    ),
    "a release and none": (
        ("check", ".", "--no-release"),
        "give a release or --no-release, not both",
    ),
    "the Hub": (
        ("check", "hf://name"),
        "`name` is not the name of a repository\n"
        "  help: write hf://org/name or hf://org/name@revision",
    ),
    "the reforms and what the law has already": (
        ("law", "--reforms", "--already"),
        "give `--already` or `--reforms`, not both",
    ),
    "the reforms and a pack": (
        ("law", "reform/use-based", "--reforms"),
        "give PACK or `--reforms`, not both",
    ),
    "a reform on top of another": (
        ("law", "reform/use-based", "--amend", "reform/systemic-1e26"),
        "give `--amend` or a reform, not both",
    ),
    "what changed and the reforms": (
        ("law", "--reforms", "--diff", "2026-01-01", "2026-02-01"),
        "give `--reforms` or `--diff`, not both",
    ),
    "an amendment of nothing": (
        (*FACTS, "--amend", "/dev/null"),
        "`/dev/null` holds no amendment\n  help: an amendment begins with `amendment: <name>`",
    ),
    "unknown market": (
        ("check", "--no-release", "--law", TOY[1], "--market", "XAX"),
        "no law here for market `XAX`\n  help: did you mean `XA`?",
    ),
    "unknown role": (
        (*FACTS, "--role", "develper"),
        "unknown role `develper`\n  help: did you mean `developer`?",
    ),
    "unknown fact": (
        (*FACTS, "--set", "training_compte=1"),
        "unknown fact `training_compte`\n  help: did you mean `training_compute`?",
    ),
    "a fact without a value": (
        (*FACTS, "--set", "users"),
        "`users` is not FACT=VALUE\n  help: for example --set users=1e6",
    ),
    "a value of the wrong kind": (
        (*FACTS, "--set", "weights_public=perhaps"),
        "fact `weights_public`: `perhaps` is neither yes nor no",
    ),
    "a range upside down": (
        (*FACTS, "--set", "users=9..1"),
        "fact `users`: `9..1`: the low end of a range lies above its high end",
    ),
    "a date in no known form": (
        ("check", "--no-release", "--as-of", "1st of May"),
        "`1st of May` is not a date\n  help: write YYYY-MM-DD",
    ),
    "a month for a day": (
        ("law", "--as-of", "2026-05"),
        "`2026-05` is not one day\n  help: write YYYY-MM-DD",
    ),
    "unknown pack": (
        ("law", "xa/toy-atc", "--law", FACTS[3]),
        "unknown pack `xa/toy-atc`\n  help: did you mean `xa/toy-act`?",
    ),
    "a difference to nothing": (
        ("diff", "."),
        "nothing to set it against\n"
        "  help: name a second release, or give --and-as-of, --amend or --law",
    ),
    "a difference of nothing": (
        ("diff",),
        "which release?\n  help: name its folder, or give --no-release to judge facts alone",
    ),
    "a difference of facts alone to nothing": (
        ("diff", "--no-release", "--set", "users=1"),
        "nothing to set it against\n"
        "  help: name a second release, or give --and-as-of, --amend or --law",
    ),
    "a difference of a release and none": (
        ("diff", ".", "--no-release", "--and-as-of", "2026-01-01"),
        "give a release or --no-release, not both",
    ),
    "a difference of two releases and none": (
        ("diff", ".", ".", "--no-release"),
        "give a release or --no-release, not both",
    ),
    "a difference to the Hub": (
        ("diff", ".", "hf://name"),
        "`name` is not the name of a repository\n"
        "  help: write hf://org/name or hf://org/name@revision",
    ),
    "a difference to no known day": (
        ("diff", "--no-release", "--and-as-of", "yesterday"),
        "`yesterday` is not a date\n  help: write YYYY-MM-DD",
    ),
    "a difference under an unknown gate": (
        ("diff", ".", ".", "--fail-on", "oewd"),
        "unknown gate `oewd`\n  help: did you mean `owed`?",
    ),
    "a difference that presumes all": (
        ("diff", ".", ".", "--presume", "all"),
        "`--presume` does not take `all`\n  help: one of none",
    ),
    "days of a difference swapped": (
        ("law", "--diff", "2026-12-02", "2026-07-26"),
        "`2026-07-26` is not after `2026-12-02`\n  help: the earlier day comes first",
    ),
    "a difference of one day with itself": (
        ("law", "--diff", "2026-12-02", "2026-12-02"),
        "`2026-12-02` is not after `2026-12-02`\n  help: the earlier day comes first",
    ),
    "a difference of an unknown pack": (
        ("law", "xa/toy-atc", "--law", FACTS[3], "--diff", "2030-01-01", "2030-06-01"),
        "unknown pack `xa/toy-atc`\n  help: did you mean `xa/toy-act`?",
    ),
    "a difference to no day": (
        ("law", "--diff", "2026-07-26", "soon"),
        "`soon` is not a date\n  help: write YYYY-MM-DD",
    ),
    "a difference of one day": (
        ("law", "--diff", "2026-07-26"),
        "option `--diff` requires 2 arguments\n  help: weighbridge law --help",
    ),
    "a difference as a site": (
        ("law", "--diff", "2026-07-26", "2026-12-02", "--site", "site"),
        "give `--site` or `--diff`, not both",
    ),
    "a difference as of a day": (
        ("law", "--diff", "2026-07-26", "2026-12-02", "--as-of", "2026-07-26"),
        "give `--as-of` or `--diff`, not both",
    ),
    "unknown reading": (
        (*FACTS, "--reading", "toy_qestion=counts"),
        "unknown reading `toy_qestion`\n  help: did you mean `toy_question`?",
    ),
    "unknown position": (
        (*FACTS, "--reading", "toy_question=maybe"),
        "reading `toy_question` has no position `maybe`\n  help: one of counts, does_not_count",
    ),
    "unknown gate": (
        (*FACTS, "--fail-on", "oewd"),
        "unknown gate `oewd`\n  help: did you mean `owed`?",
    ),
    "unknown format": (
        (*FACTS, "--format", "jsn"),
        "unknown format `jsn`\n  help: did you mean `json`?",
    ),
    "a format of other commands": (
        ("law", "--format", "sarif"),
        "format `sarif` is not one of this command\n  help: one of text, json, markdown, html",
    ),
    "a scan of nothing": (
        ("scan", "no-such-folder"),
        "`no-such-folder` does not exist",
    ),
    "a scan without a path": (
        ("scan",),
        "missing argument PATH\n  help: weighbridge scan --help",
    ),
    "a scan that fails on no verdict": (
        ("scan", ".", "--fail-on", "dangrous"),
        "unknown verdict `dangrous`\n  help: did you mean `dangerous`?",
    ),
    "presume all": (
        (*FACTS, "--presume", "all"),
        "`--presume` does not take `all`\n  help: one of none",
    ),
    "authority of guidance": (
        (*FACTS, "--authority", "guidance"),
        "`--authority` does not take `guidance`\n  help: one of statute",
    ),
    "unknown rule": (
        ("rule", "xa/toy-act/44", "--law", TOY[1]),
        "unknown rule `xa/toy-act/44`\n  help: did you mean `xa/toy-act/4`?",
    ),
    "a terminal steered": (
        ("check", "--no-release", "--market", "\x1b[2J"),
        "no law here for market `\\x1b[2J`\n  help: `weighbridge law` lists the markets",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_mistake_is_told_whole(name: str) -> None:
    arguments, message = CALLS[name]
    ended = run(*arguments)
    assert (ended.status, ended.out, ended.err) == (2, "", f"weighbridge: error: {message}\n")


def test_files_at_fault_are_named(tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text('{"format": 1}')
    (tmp_path / "facts.toml").write_text("format = 1\n[facts]\ntraining_compte = 1\n")
    calls = {
        ("--baseline", "none.json"): "cannot read `{0}/none.json`: no such file or directory",
        ("--baseline", "old.json"): (
            "`{0}/old.json` is not a result of weighbridge check\n"
            "  help: make one with: weighbridge check RELEASE --format json -o FILE"
        ),
        ("--facts", "facts.toml"): (
            "facts.toml:3: unknown fact `training_compte`\n  help: did you mean `training_compute`?"
        ),
        ("--amend", "none.yaml"): "cannot read `{0}/none.yaml`: no such file or directory",
        ("-o", "no/folder.txt"): "cannot write `{0}/no/folder.txt`: no such file or directory",
    }
    for (option, file), message in calls.items():
        ended = run(*FACTS, option, tmp_path / file)
        told = message.format(tmp_path)
        assert (ended.status, ended.out, ended.err) == (2, "", f"weighbridge: error: {told}\n")


def test_a_folder_is_not_written_over(tmp_path: Path) -> None:
    ended = run(*FACTS, "-o", tmp_path)
    assert ended.err == f"weighbridge: error: cannot write `{tmp_path}`: it is a folder\n"
    assert list(tmp_path.iterdir()) == []
