"""Every word the site says of its own, in one place."""

from __future__ import annotations

TOP = "the law"
TITLE = "The law Weighbridge judges by"
LEAD = (
    "Each provision with the rule that encodes it, the rule in English, the rule as written, and "
    "the cases that test it. In our own words: the text of the law itself stands where each rule "
    "says it is written."
)
FOOT = "law read on {read_on} · as of {as_of} · {hash}"
COUNTED = (
    "{packs} packs · {rules} rules, {binding} of them duties, prohibitions, rights and the like"
)
AMENDED = "amended, a what-if: {names}"
ANYWHERE = "everywhere"

LISTS = {
    "facts": "every fact that may be spoken of, with its question",
    "discharges": "what can meet a duty, and which duties in which markets it meets",
    "readings": "questions of law that texts leave open, with their answers",
    "already": "what the law of each market has already of the levers of a balanced approach",
    "reforms": "reforms to try, each with the sentence of policy it encodes",
}
GO_TO = "over all packs"

FACTS = "Facts"
FACTS_OF = "of each {subject}"
TERMS = "terms of law, concluded by rules and never asked"
CONCLUDED_BY = "concluded by"
PRESUMED_BY = "presumed by"
NAMED_BY = "named by"
NOBODY = "no rule names it"

DISCHARGES = "What can meet a duty"
ANSWERS = "meets {rules} in {markets}"
NO_RULES = "no rule asks for it"
ONE_RULE = "1 rule"
RULES = "{count} rules"
ONE_MARKET = "1 market"
MARKETS = "{count} markets"
GRADE = "the first time: {effort}; {source}"
FORM = "made by the form: {form}"
LOOKS_FOR = "facts of a release that go into it: {facts}"

READINGS = "Questions of law left open"
CHOOSE = "Such a question stays unknown unless an answer is chosen for it:"
CHOICE = "weighbridge check RELEASE --reading ID=POSITION"
TURN_ON = "{count} can turn on it"

ROWS = "rows of the fact sheets"
ROWS_COLUMN = "rows"
ROWS_LEGEND = "rows of the fact sheets: encoded / out of scope / missing"
NO_ROWS = "no list"
KNOWN_CELL = "{known}, {days} days"
ROWS_ANCHOR = "_rows"
ROWS_OF = "Rows of the fact sheets: {folder}"
ROWS_ALONE = "rows of no pack yet"
NO_PACK_YET = "No pack stands here yet. These are the rows that one is to encode."
ALL_ENCODED = "all encoded, {count} rows"
NO_ROW = "no row of its own"
LEFT_OPEN = ", left open by the sheet"
FOLDER = "{folder}/"

PROVISIONS = "provisions"
AS_WRITTEN = "as written"
SOURCE = "{file}"
NOT_WRITTEN = "an amendment wrote it; no file of the law has it"
BEFORE_AMENDMENT = "as its file has it, before any amendment"
GIVEN = "it takes these facts:"
BEFORE = "before it: {title}"
AFTER = "after it: {title}"
STATUS = "{status}: it obliges nobody"

KNOWN = "known until {known}, {days} days before {as_of}"
KNOWN_FRESH = "known until {known}"
TRUST = "rules by authority: {authorities} · by text read: {reads}"
ARTICLES = "articles"
ADDRESSEES = "whom the act names"
PARAMETERS = "figures and days"
PACK_READINGS = "questions left open"
PENALTIES = "penalties"
OTHER_BREACHES = "other breaches"
CASES = "{rules} · {cases} · `{name}`"
CASE_COUNT = "{count} cases"
ONE_CASE = "1 case"
NO_PENALTY = "no penalty is written here; that does not say that there is none"
WHOLE = "the page of this article"
PENALTY_OF = "it follows a breach of these"
