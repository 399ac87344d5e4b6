"""The generated site: every link leads somewhere, every rule stands once, nothing escapes."""

from __future__ import annotations

import posixpath
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.report.test_pages import HEADINGS, flowing
from tests.report.toy_law import TOY_LAW
from tests.report.wellformed import Html, read_html
from weighbridge.report.site import site_files
from weighbridge.rules import Law, load_law
from weighbridge.rules.compile import compile_law
from weighbridge.rules.sources import LAW_FOLDER

Site = dict[str, Html]


@pytest.fixture(scope="module")
def toy_site(toy_law: Law) -> Site:
    return read_site(toy_law, "2030-06-01", [TOY_LAW])


@pytest.fixture(scope="module")
def shipped_site() -> Site:
    law = load_law()
    return read_site(law, law.read_on)


def read_site(law: Law, as_of: str, folders: list[Path] | None = None) -> Site:
    files = list(site_files(law, as_of, folders or [LAW_FOLDER]))
    assert len(files) == len(dict(files)), "a page is written twice"
    return {name: read_html(text) for name, text in files}


def faults(site: Site) -> list[str]:
    """Return every link of a site that leads nowhere."""
    found = []
    for page, read in site.items():
        for link in read.links:
            target, _, anchor = link.partition("#")
            if target.startswith("https://"):
                continue
            to = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(target)))
            to = to if target else page
            if to not in site or (anchor and unquote(anchor) not in site[to].ids):
                found.append(f"{page}: {link}")
    return found


def rules_standing(site: Site, law: Law) -> dict[str, int]:
    """Return how often each rule stands as an anchor of the pages of articles."""
    anchors = Counter(
        anchor for page, read in site.items() if "/rules/" in page for anchor in read.ids
    )
    return {rule.key: anchors[rule.key] for rule in law.rules}


def test_every_link_of_the_toy_site_leads_somewhere(toy_site: Site, toy_law: Law) -> None:
    assert faults(toy_site) == []
    assert set(rules_standing(toy_site, toy_law).values()) == {1}
    assert set(toy_site) == {
        *("index.html", "facts.html", "discharges.html", "readings.html", "already.html"),
        "reforms.html",
        *("xa/toy-act/index.html", "xa/toy-act/rules/all.html"),
    }


@pytest.mark.slow
def test_every_link_of_the_whole_law_leads_somewhere(shipped_site: Site) -> None:
    law = load_law()
    assert faults(shipped_site) == []
    assert set(rules_standing(shipped_site, law).values()) == {1}
    for pack in law.packs:
        assert f"{pack}/index.html" in shipped_site


@pytest.mark.slow
def test_the_whole_law_names_each_thing_once(shipped_site: Site) -> None:
    law = load_law()
    linked = {unquote(link) for read in shipped_site.values() for link in read.links}
    ends = {link.partition("#")[2] for link in linked}
    names = {*law.discharges, *law.questions, *law.parameters, *law.penalties}
    named = {name for name in names if any(name in read.text for read in shipped_site.values())}
    assert named - ends == set(), "a name is shown and no link leads to it"


def test_a_link_that_leads_nowhere_is_seen() -> None:
    page = read_html('<a href="b.html">x</a><a href="#y">y</a><a href="a.html#z" id="z">z</a>')
    assert faults({"a.html": page}) == ["a.html: b.html", "a.html: #y"]


def test_an_article_weaves_provision_rule_prose_and_tests(toy_site: Site) -> None:
    text = toy_site["xa/toy-act/rules/all.html"].text
    after = text.split("Publish a paper\ns. 4 · duty · xa/toy-act/4\n")[1]
    one = after.split("Small models\ns. 4(2) · exception")[0]
    places = [one.index(f"\n{heading}\n") for heading in HEADINGS]
    assert places == sorted(places)
    for phrase in (
        "Toy Act, s. 4",
        "The maker must publish a paper on the model",
        "rule: xa/toy-act/4\ntitle: Publish a paper\n",
        "breach: {fine: up to 5 beans, by: the office, enforced_from: 2030-09-01}",
        "one: unknown",
        "case: one",
    ):
        assert phrase in one


def test_the_first_page_leads_to_every_pack_with_its_status_and_age(toy_site: Site) -> None:
    index = toy_site["index.html"]
    assert "xa/toy-act/index.html" in index.links
    for word in ("enacted", "2030-05-01, 31 days", "official 25, memory 1"):
        assert word in index.text


def test_a_pack_page_has_articles_terms_figures_and_questions(toy_site: Site) -> None:
    text = toy_site["xa/toy-act/index.html"].text
    for phrase in (
        "known until 2030-05-01, 31 days before 2030-06-01",
        "rules by authority: statute",
        "the compute above which a model is big",
        "passing on counts",
        "Publish a paper: up to 5 beans, by the office",
    ):
        assert phrase in text, phrase


def test_lists_say_who_names_what(toy_site: Site) -> None:
    assert "meets 1 rule in 1 market" in toy_site["discharges.html"].text
    assert "1 rule can turn on it" in toy_site["readings.html"].text
    facts = flowing(toy_site["facts.html"].text)
    assert "concluded by 1 rule: ·Big models, Toy Act, s. 3 xa/toy-act/3" in facts
    assert "no rule names it" in facts


def test_the_same_law_gives_the_same_bytes(toy_law: Law) -> None:
    first, second = (
        list(site_files(compile_law([TOY_LAW]), "2030-06-01", [TOY_LAW])) for _ in range(2)
    )
    assert first == second


HOSTILE = "</code></pre><script>alert(1)</script>"


def test_a_strangers_law_cannot_write_tags(tmp_path: Path) -> None:
    home = tmp_path / "xc" / "act"
    (home / "rules").mkdir(parents=True)
    (home / "tests").mkdir()
    (home / "pack.yaml").write_text(
        f"pack: xc/act\ntitle: T {HOSTILE}\nact: A {HOSTILE}\nmarket: XC\nstatus: enacted\n"
        f"authority: statute\nknown_until: 2030-01-01\nread: {{text: copy}}\nnote: N {HOSTILE}\n"
    )
    (home / "readings.yaml").write_text(
        f"reading: open_point\ngloss: G {HOSTILE}\ncite: s. 1\n"
        f"positions: {{a: {{says: P {HOSTILE}, held_by: H}}, b: {{says: b, held_by: H}}}}\n"
    )
    (home / "rules" / "s 1.yaml").write_text(
        f"# {HOSTILE}\nrule: xc/act/1\ntitle: R {HOSTILE}\n"
        f"cite: {{at: s. 1, eli: 'javascript:alert(1)'}}\nconcludes: big_toy\n"
        "when: open_point in {a}\n---\nrule: xc/act/2\ntitle: Q\nconcludes: big_toy\n"
        "cite: {at: s. 2, eli: 'https://law.example/2'}\n"
    )
    (home / "tests" / "a.yaml").write_text(f"case: C {HOSTILE}\nexpect: {{xc/act/1: unknown}}\n")
    law = compile_law([TOY_LAW, tmp_path])
    files = dict(site_files(law, "2030-06-01", [TOY_LAW, tmp_path]))
    assert "<script" not in "".join(files.values())
    site = {name: read_html(text) for name, text in files.items()}
    assert not any(link.startswith("javascript:") for read in site.values() for link in read.links)
    assert faults(site) == []
    assert "https://law.example/2" in site["xc/act/rules/s 1.html"].links
    article = site["xc/act/rules/s 1.html"].text
    for lead in ("# ", "R ", "G ", "P ", "C "):
        assert f"{lead}{HOSTILE}" in article


def test_a_name_that_means_two_things_leads_nowhere(tmp_path: Path) -> None:
    home = tmp_path / "xd" / "act"
    (home / "rules").mkdir(parents=True)
    (home / "pack.yaml").write_text(
        "pack: xd/act\ntitle: D\nact: D\nmarket: XD\nstatus: enacted\nauthority: statute\n"
        "known_until: 2030-01-01\nread: {text: copy}\n"
    )
    (home / "rules" / "s.yaml").write_text(
        "rule: xd/act/1\ntitle: R\ncite: s. 1\nconcludes: big_toy\n"
    )
    (tmp_path / "discharges.yaml").write_text(
        "discharge: weights_public\nkind: label\ntitle: L\nsays: s\ninheritable: no\n"
        "effort: {low: 1, high: 1, unit: hours, grade: D, source: s}\n"
    )
    site = read_site(compile_law([TOY_LAW, tmp_path]), "2030-06-01", [TOY_LAW, tmp_path])
    assert faults(site) == []
    links = {link for read in site.values() for link in read.links}
    assert not any("weights_public" in link for link in links)
    assert any("big_toy" in link for link in links)


def test_what_an_amendment_added_says_so(tmp_path: Path) -> None:
    amendment = tmp_path / "more.yaml"
    amendment.write_text(
        "amendment: more\ntitle: More\nchanges:\n"
        "  - add: {rule: xa/toy-act/99, title: Added, cite: s. 99, concludes: big_toy}\n"
    )
    site = read_site(compile_law([TOY_LAW], [amendment]), "2030-06-01", [TOY_LAW])
    assert (
        "an amendment wrote it; no file of the law has it"
        in site["xa/toy-act/rules/more.html"].text
    )
    assert "before any amendment" in site["xa/toy-act/rules/all.html"].text
    assert all("amended, a what-if: more" in read.text for read in site.values())
    assert faults(site) == []
