from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.cli.runs import Ended, run
from tests.extras import needed
from tests.release.building import TINY, framed, header_of, write_json, write_safetensors
from tests.release.hub.server import COMMIT, WEIGHTS, LocalHub, Repository, serving

OTHER = "f" * 40
NAME = "org/plain-apache"
REVISION = re.compile(r"/api/models/org/plain-apache/revision/[\w.%/-]+")

pytestmark = pytest.mark.extra


@pytest.fixture(autouse=True)
def _library() -> None:
    needed("huggingface_hub", "the extra `hub`")


@contextmanager
def hub_of(folder: Path, name: str = NAME, **how: object) -> Iterator[LocalHub]:
    with serving({name: Repository(folder, **how)}) as hub:  # type: ignore[arg-type]
        yield hub


def ask(hub: LocalHub, *arguments: str, **more: str) -> Ended:
    settings = {"HF_ENDPOINT": hub.address, "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1", **more}
    return run(*arguments, **settings)


def refusal(hub: LocalHub, name: str = f"hf://{NAME}", **more: str) -> str:
    ended = ask(hub, "check", name, **more)
    assert (ended.status, ended.out) == (2, "")
    return ended.err


@pytest.fixture
def example(checkout: Path) -> Path:
    return checkout / "examples" / "plain-apache"


@pytest.fixture
def release(tmp_path: Path) -> Path:
    path = tmp_path / "plain-apache"
    write_safetensors(path / "model.safetensors", TINY)
    write_json(path / "config.json", {"model_type": "llama", "hidden_size": 16})
    (path / "README.md").write_text("---\nlicense: apache-2.0\n---\n# A model\n")
    return path


def test_a_served_release_is_judged_as_the_folder_but_for_digest_and_name(example: Path) -> None:
    local = run("check", str(example), "--format", "json")
    with hub_of(example) as hub:
        served = ask(hub, "check", f"hf://{NAME}", "--format", "json")
    assert served.status == local.status == 0
    here, there = json.loads(local.out), json.loads(served.out)
    assert there["release"]["name"] == f"{NAME}@{COMMIT}"
    assert re.fullmatch(r"sha256-hub:[0-9a-f]{64}", there["release"]["digest"])
    del here["release"], there["release"]
    assert there == here


def test_nothing_is_asked_for_but_the_list_the_texts_and_headers_by_range(example: Path) -> None:
    with hub_of(example) as hub:
        ended = ask(hub, "check", f"hf://{NAME}", "--format", "json")
    assert ended.status == 0
    first, second, *rest = hub.asked
    assert first.path == f"/api/models/{NAME}/revision/main"
    assert second.path == f"/api/models/{NAME}/tree/{COMMIT}"
    assert {each.method for each in hub.asked} == {"GET"}
    assert {each.authorization for each in hub.asked} == {None}
    start = f"/{NAME}/resolve/{COMMIT}/"
    assert [each.path for each in rest if not each.path.startswith(start)] == []
    names = [each.path.removeprefix(start) for each in rest]
    weights = [each for each, name in zip(rest, names, strict=True) if name.endswith(WEIGHTS)]
    header = int.from_bytes((example / "model.safetensors").read_bytes()[:8], "little")
    assert [each.range for each in weights] == ["bytes=0-7", f"bytes=8-{8 + header - 1}"]
    texts = [name for name in names if not name.endswith(WEIGHTS)]
    assert len(texts) == len(set(texts)), "a text was fetched twice"
    assert set(texts) <= {file.name for file in example.iterdir()}
    assert hub.repositories[NAME].sent_bytes < 60_000 + header


def test_what_was_fetched_is_told(release: Path) -> None:
    with hub_of(release) as hub:
        ended = ask(hub, "licence", f"hf://{NAME}")
    size = (release / "README.md").stat().st_size
    told = ended.err.splitlines()
    assert re.fullmatch(rf"fetched of {NAME}@{COMMIT}: [\d,]+ bytes in 3 requests", told[0]), (
        ended.err
    )
    assert re.fullmatch(r"  the list of files: [\d,]+ bytes", told[1])
    assert told[2:] == [f"  README.md: {size} bytes"]


def test_of_weights_the_part_fetched_and_the_whole_are_told(release: Path) -> None:
    with hub_of(release) as hub:
        ended = ask(hub, "check", f"hf://{NAME}")
    header = len(framed(header_of(TINY)[0]))
    size = (release / "model.safetensors").stat().st_size
    assert f"  model.safetensors: {header:,} of {size:,} bytes\n" in ended.err


def test_a_revision_stands_for_a_commit_and_the_digest_changes_with_it(release: Path) -> None:
    known = {"main": COMMIT, "v1.0": OTHER, "refs/pr/1": OTHER}
    digests = {}
    with hub_of(release, revisions=known) as hub:
        for revision in ("", "@v1.0", "@refs/pr/1", f"@{OTHER}"):
            ended = ask(hub, "check", f"hf://{NAME}{revision}", "--format", "json")
            assert ended.status == 0, ended.err
            digests[revision] = json.loads(ended.out)["release"]
    assert digests[""]["name"] == f"{NAME}@{COMMIT}"
    assert digests["@v1.0"]["name"] == f"{NAME}@{OTHER}"
    assert digests["@v1.0"] == digests["@refs/pr/1"] == digests[f"@{OTHER}"]
    assert digests[""]["digest"] != digests["@v1.0"]["digest"]


def test_a_changed_file_changes_the_digest_though_nothing_of_it_is_fetched(release: Path) -> None:
    found = []
    for last in (b"\x00", b"\x01"):
        data = (release / "model.safetensors").read_bytes()
        (release / "model.safetensors").write_bytes(data[:-1] + last)
        with hub_of(release) as hub:
            ended = ask(hub, "check", f"hf://{NAME}", "--format", "json")
        found.append(json.loads(ended.out)["release"]["digest"])
    assert found[0] != found[1]


def test_many_pages_of_files_are_one_list(release: Path) -> None:
    for number in range(25):
        (release / f"note{number}.md").write_text("x")
    with hub_of(release) as hub:
        whole = ask(hub, "check", f"hf://{NAME}", "--format", "json")
    with hub_of(release, page=3) as hub:
        paged = ask(hub, "check", f"hf://{NAME}", "--format", "json")
    assert (paged.status, paged.out) == (0, whole.out)
    assert sum("/tree/" in each.path for each in hub.asked) == 10


def test_a_list_that_goes_on_elsewhere_is_not_followed(release: Path) -> None:
    with hub_of(release, page=1, elsewhere=True) as hub:
        told = refusal(hub)
    assert told == (
        f"weighbridge: error: `hf://{NAME}`: the Hub does not answer as it should: "
        "its list of files goes on elsewhere\n"
    )


def test_what_is_neither_text_nor_weights_is_never_asked_for(release: Path) -> None:
    for name in ("logo.png", "voice.wav", "data.parquet", "run.exe"):
        (release / name).write_bytes(b"x" * 1000)
    with hub_of(release, large=500) as hub:
        assert ask(hub, "check", f"hf://{NAME}").status == 0
    asked = {each.path.rpartition("/")[2] for each in hub.asked}
    assert asked.isdisjoint({"logo.png", "voice.wav", "data.parquet"})
    told = {each.range for each in hub.asked if ".exe" in each.path}
    assert all(re.fullmatch(r"bytes=0-\d{3}", str(each)) for each in told)


def test_a_pile_of_large_weights_costs_their_headers(release: Path) -> None:
    for number in range(3):
        write_safetensors(
            release / f"big-{number}.safetensors", {"w": ("F32", (1 << 14, 1 << 14))}, sparse=True
        )
    with hub_of(release) as hub:
        ended = ask(hub, "check", f"hf://{NAME}", "--format", "json")
    assert ended.status == 0
    assert hub.repositories[NAME].sent_bytes < 10_000


def test_a_header_that_lies_is_told_as_from_a_folder(release: Path) -> None:
    (release / "bad.safetensors").write_bytes((1 << 40).to_bytes(8, "little") + b"{" * 100)
    (release / "page.safetensors").write_text("<!doctype html><p>Not here</p>" * 9)
    (release / "short.safetensors").write_bytes(b"abc")
    local = json.loads(run("check", str(release), "--format", "json").out)
    with hub_of(release) as hub:
        served = json.loads(ask(hub, "check", f"hf://{NAME}", "--format", "json").out)
    assert served["findings"] == local["findings"]
    assert served["facts"] == local["facts"]


def test_what_the_release_declares_of_itself_is_heard(release: Path) -> None:
    (release / "weighbridge.toml").write_text("format = 1\n[facts]\ntraining_compute = 3e25\n")
    with hub_of(release) as hub:
        served = json.loads(ask(hub, "check", f"hf://{NAME}", "--format", "json").out)
    assert served["facts"]["training_compute"]["low"] == 3e25


def test_a_text_that_is_not_the_commits_is_refused(release: Path) -> None:
    with hub_of(release, tampered="config.json") as hub:
        told = refusal(hub)
    assert told == (
        f"weighbridge: error: `hf://{NAME}`: `config.json` is not the file of commit {COMMIT}\n"
    )


def test_a_hub_that_ignores_ranges_is_not_listened_to_further(release: Path) -> None:
    with hub_of(release, deaf=True) as hub:
        told = refusal(hub)
    assert told.endswith("it ignores which part of `model.safetensors` is asked for\n")


@pytest.mark.parametrize(
    ("status", "code", "told"),
    [
        (
            403,
            "GatedRepo",
            "access to it must be asked for\n"
            "  help: ask for access on its page, then log in with `hf auth login` or set HF_TOKEN",
        ),
        (
            401,
            "",
            "no such repository, or access to it must be asked for\n  help: check the name; "
            "for a private or gated one log in with `hf auth login` or set HF_TOKEN",
        ),
        (404, "RepoNotFound", "no such repository, or it is private"),
        (
            429,
            "",
            "too many requests for now\n"
            "  help: wait a while, or log in with `hf auth login` for a higher limit",
        ),
        (503, "", "it answers with status 503"),
    ],
)
def test_a_refusal_of_the_hub_is_told_in_one_line(
    status: int, code: str, told: str, release: Path
) -> None:
    with hub_of(release, status=status, code=code) as hub:
        assert refusal(hub) == f"weighbridge: error: `hf://{NAME}`: {told}\n"
        assert len(hub.asked) == 1


def test_an_unknown_revision_is_told(release: Path) -> None:
    with hub_of(release) as hub:
        told = refusal(hub, f"hf://{NAME}@v9")
    assert told == f"weighbridge: error: `hf://{NAME}@v9`: no such revision\n"


def test_no_network_is_told_and_offline_is_obeyed(release: Path) -> None:
    with hub_of(release) as hub:
        told = refusal(hub, HF_HUB_OFFLINE="1")
        assert told == (
            f"weighbridge: error: `hf://{NAME}`: the network is switched off by HF_HUB_OFFLINE\n"
            "  help: unset it, or name a folder\n"
        )
        assert hub.asked == []
    assert refusal(hub) == (
        f"weighbridge: error: `hf://{NAME}`: the Hub at {hub.address} cannot be reached\n"
        "  help: check the connection and HF_ENDPOINT, or name a folder\n"
    )


def test_the_users_token_is_sent_to_the_hub(release: Path) -> None:
    with hub_of(release) as hub:
        ended = ask(
            hub, "licence", f"hf://{NAME}", HF_TOKEN="hf_x", HF_HUB_DISABLE_IMPLICIT_TOKEN="0"
        )
    assert ended.status == 0
    assert {each.authorization for each in hub.asked} == {"Bearer hf_x"}
    assert "hf_x" not in ended.out + ended.err


def test_the_token_is_not_sent_on_to_where_the_files_lie(release: Path) -> None:
    with hub_of(release, moved=True) as hub:
        ended = ask(
            hub, "check", f"hf://{NAME}", HF_TOKEN="hf_x", HF_HUB_DISABLE_IMPLICIT_TOKEN="0"
        )
    assert ended.status == 0, ended.err
    there = [each for each in hub.asked if each.host == "localhost"]
    assert {each.authorization for each in there} == {None}
    assert "bytes=0-7" in {each.range for each in there}
    assert {each.authorization for each in hub.asked if each not in there} == {"Bearer hf_x"}


@pytest.mark.parametrize("address", ["http://[bad", "ftp://x", "nonsense", "https://"])
def test_an_address_that_is_none_is_told(address: str) -> None:
    ended = run("check", f"hf://{NAME}", HF_ENDPOINT=address)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == (
        "weighbridge: error: HF_ENDPOINT is not the address of a Hub\n"
        "  help: for example https://huggingface.co\n"
    )


def test_the_interview_needs_a_file_for_the_answers(release: Path, tmp_path: Path) -> None:
    with hub_of(release) as hub:
        ended = ask(hub, "ask", f"hf://{NAME}")
        assert (ended.status, ended.out) == (2, "")
        assert ended.err == (
            "weighbridge: error: the answers cannot be written to the Hub\n"
            "  help: name a file: -o answers.toml\n"
        )
        written = ask(hub, "ask", f"hf://{NAME}", "-o", str(tmp_path / "answers.toml"))
    assert written.status == 0, written.err


def test_the_page_names_the_release_as_it_was_typed(release: Path) -> None:
    with hub_of(release) as hub:
        ended = ask(hub, "check", f"hf://{NAME}", "--market", "EU")
    assert f"weighbridge ask hf://{NAME}" in ended.out


def test_two_releases_of_the_hub_are_set_side_by_side(release: Path) -> None:
    with hub_of(release, revisions={"main": COMMIT, "v1": OTHER}) as hub:
        ended = ask(hub, "diff", f"hf://{NAME}@v1", f"hf://{NAME}", "--market", "EU")
    assert ended.status == 0, ended.err
    assert ended.err.count("fetched of ") == 2
