"""How much of the law is encoded: the packs on one screen, and one pack article by article."""

from __future__ import annotations

import pytest

from weighbridge.report.law_page import law_json, law_page
from weighbridge.report.markdown import to_markdown
from weighbridge.report.pack_page import pack_json, pack_page
from weighbridge.report.screen import SCREEN_LINES
from weighbridge.report.text import WIDTH, to_text
from weighbridge.rules import Law, load_law
from weighbridge.rules.coverage import Article, Coverage, Row, read_coverage
from weighbridge.text.errors import InputError

DAY = "2030-06-01"
ROWS = (
    Row("T1", "V:CONS", by=("xa/toy-act/4", "xa/toy-act/5")),
    Row("T2", "M", out="a field of a form", unsettled=True),
    Row("T3", "M", out="a field of a form"),
    Row("T4", "", missing="comes later"),
)
LISTS = [
    Coverage("xa", (Article("others", "", "other acts", (), (Row("T9", "M"),)),)),
    Coverage(
        "xa/toy-act",
        (
            Article("s. 4", "", "paper", ("paper",), ROWS),
            Article("s. 5", "Other Act", "paint", ("paint",), ()),
        ),
    ),
]


def test_a_pack_says_how_many_of_its_rows_are_encoded(toy_law: Law) -> None:
    said = to_text(law_page(toy_law, DAY, LISTS))
    assert "xa/toy-act  statute   26     2030-05-02  2030-05-01   31    25/0/0/1   1/2/1\n" in said
    assert "xa          no pack   –      –           –            –     –          0/0/1\n" in said
    assert "rows of the fact sheets: encoded/out of scope/missing" in said
    data = law_json(toy_law, DAY, LISTS)
    assert data["packs"][0]["rows"] == {"encoded": 1, "out": 2, "missing": 1}
    assert data["rows_without_pack"] == [
        {"folder": "xa", "rows": {"encoded": 0, "out": 0, "missing": 1}}
    ]
    assert law_json(toy_law, DAY)["packs"][0]["rows"] is None


def test_a_pack_is_shown_article_by_article(toy_law: Law) -> None:
    assert to_text(pack_page(toy_law, "xa/toy-act", DAY, LISTS)).split("\n\n")[:3] == [
        "Toy act [xa/toy-act]\n"
        "Toy Act · XA · enacted · statute\n"
        "known until 2030-05-01, 31 days before the day asked about; newest text read on "
        "2030-05-02\n"
        "26 rules, 17 of which ask or allow something\n"
        "text read: official 25, memory 1; authority: statute 24, guidance 1, practice 1\n"
        "rows of the fact sheets: 1 encoded, 2 out of scope, 1 missing",
        "s. 4: paper\n"
        "    · T1: xa/toy-act/4, xa/toy-act/5\n"
        "    – T2 (left open), T3: out of scope, a field of a form\n"
        "    ? T4: missing, comes later",
        "s. 5: paint\n    no row of its own",
    ]


def test_the_page_of_a_pack_holds_its_questions_with_their_positions(toy_law: Law) -> None:
    said = to_text(pack_page(toy_law, "xa/toy-act", DAY, LISTS))
    assert "questions of law left open" in said
    assert "counts: passing on counts" in said
    assert "T2 (left open)" in to_markdown(pack_page(toy_law, "xa/toy-act", DAY, LISTS))


def test_a_pack_as_json(toy_law: Law) -> None:
    data = pack_json(toy_law, "xa/toy-act", DAY, LISTS)
    assert [pack["pack"] for pack in data["packs"]] == ["xa/toy-act"]
    assert data["rows_without_pack"] == []
    first, second = data["articles"]
    assert (first["article"], first["act"], second["act"]) == ("s. 4", None, "Other Act")
    assert first["rows"][1] == {
        "row": "T2",
        "state": "out",
        "by": [],
        "why": "a field of a form",
        "tag": "M",
        "unsettled": True,
    }
    assert first["rows"][0]["why"] is None
    assert first["rows"][3]["tag"] is None
    assert [each["reading"] for each in data["readings"]] == ["toy_question"]


def test_a_list_of_rows_without_a_pack_has_a_page(toy_law: Law) -> None:
    assert to_text(pack_page(toy_law, "xa", DAY, LISTS)) == (
        "xa\n"
        "no pack yet, a list of rows\n"
        "rows of the fact sheets: 0 encoded, 0 out of scope, 1 missing\n"
        "\n"
        "others: other acts\n"
        "    ? T9: missing, no rule names it\n"
    )
    data = pack_json(toy_law, "xa", DAY, LISTS)
    assert data["packs"] == []
    assert [each["folder"] for each in data["rows_without_pack"]] == ["xa"]


def test_a_pack_without_a_list_says_so(toy_law: Law) -> None:
    assert "no list of rows stands beside this pack" in to_text(
        pack_page(toy_law, "xa/toy-act", DAY, [])
    )
    assert pack_json(toy_law, "xa/toy-act", DAY, [])["articles"] == []


@pytest.mark.parametrize(
    ("id_", "message"),
    [
        ("xa/toy-atc", "unknown pack `xa/toy-atc`\n  help: did you mean `xa/toy-act`?"),
        (
            "zzz",
            "unknown pack `zzz`\n"
            "  help: the ids are those of `weighbridge law` and `weighbridge law --reforms`",
        ),
    ],
)
def test_a_pack_nobody_knows_is_refused(toy_law: Law, id_: str, message: str) -> None:
    with pytest.raises(InputError) as raised:
        pack_page(toy_law, id_, DAY, LISTS)
    assert str(raised.value) == message
    with pytest.raises(InputError):
        pack_json(toy_law, id_, DAY, LISTS)


def test_each_pack_is_one_line() -> None:
    law = load_law()
    lines = to_text(law_page(law, law.read_on, read_coverage(law))).splitlines()
    readings = [line for line in lines if line.startswith("    ")]
    assert len(lines) - len(readings) <= len(law.packs) + SCREEN_LINES // 2
    assert max(map(len, lines)) <= WIDTH


def test_a_pack_inside_another_is_shown_below_it() -> None:
    law = load_law()
    said = to_text(law_page(law, law.read_on, read_coverage(law)))
    for pack in law.packs:
        above, _, name = pack.rpartition("/")
        assert (f"\n  … {name} " in said) == (above in law.packs)
