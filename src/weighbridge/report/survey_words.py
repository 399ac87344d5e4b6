"""Every word the page of a survey says of its own."""

from __future__ import annotations

TITLE = "{name}: {rows} rows weighed"
READ_TITLE = "{name}: verdicts of {rows} rows"
AS_OF = "as of {day}, for {roles}"
LEFT = "{asked} questions asked of each row; {trees} trees are left of them over {columns} columns"
MEANS = (
    "a count says what follows from the facts in the table; `may owe` is what they leave open, "
    "and is a likelihood for nobody"
)
ENGINES = {
    "duckdb": "judged by SQL in DuckDB; rows in doubt by the reference",
    "spark": "judged in Spark's workers; rows in doubt by the reference",
}
VINTAGE = "{source}, vintage {date}"
NO_DAY = "of a day that is not said"
IGNORED = "{count} columns left out that are not in the contract: {names}"

KNOWING = "read this first: what reading on may make you know"
KNOWING_LEAD = (
    "some rules turn on what somebody knows; where this report speaks of a release by name, "
    "reading it may count as knowing"
)
MORE = " and {count} more"
CLOCK = "{days} days run from when {event}"
HERE = "here it applies to {applies} rows and may apply to {open}"

FAULTS = "at fault: {cells} cells taken as unknown, {rows} rows left out"
MORE_FAULTS = "and {count} more"

BY_MARKET, BY_ROLE = "by market", "by role"
BY_LICENCE, BY_ACTOR = "by licence", "by organisation"
GROUP_COLUMNS = ("", "rows", "owe something", "owed", "may owe")
MORE_GROUPS = "and {count} more: --all, --format json"
BY_RULE = "by rule"
RULE_COLUMNS = ("rule", "role", "owed", "may owe", "does not apply")
MORE_RULES = "and {count} more rules: --all, --format json"
PRESUMED = " ({count} presumed)"

LOOK_AT = "a host may look at"
LOOK_LEAD = "places to look, with the reason in one of them; it says nothing of what was done there"
LOOK_MARK = "→"
LOOK_ONE, LOOK_MANY = "look at 1 release", "look at {count} releases"
SUCH_AS = "such as {name}, because: {because}"
EVERYBODY = "it asks this of everybody in this role"
PRESUMED_LINE = "for {count} of them it also rests on a presumption"

FLIPS_DAYS = "who flips between {0} and {1}"
FLIPS_LAWS = "who flips by {names}"
NO_FLIP = "nobody: no duty, prohibition or right is otherwise in any row"
STATES = {"not": "does not apply", "may": "cannot tell", "owes": "applies"}
CHANGE = "{rows} from {before} to {after}"
AND_MORE = " and more"

WANTED = "what would settle most"
WANTED_LEAD = (
    "estimated: for each rule that is open, the first row in which it is open stands for the rest"
)
WANTED_FOR = "bears on {verdicts} open verdicts of {rules} rules"
