"""Every word the pages of a plan and of a flip say of their own, in one place."""

from __future__ import annotations

TITLE = "a plan for {release}"
TO = "to {markets}"
TAKES = "it takes {hours}: {discharges}, {changes}"
TAKES_NOTHING = "nothing that is known here has to be written, filed, arranged or changed"
ONE_DISCHARGE = "1 thing to write, file or arrange"
DISCHARGES = "{count} things to write, file or arrange"
NO_CHANGE, ONE_CHANGE, CHANGES = "no change", "1 change", "{count} changes"
HOURS = "{hours} hours"
OPEN = {
    "bars-nothing": "nothing known here bars release",
    "after-plan": "what bars release is answered once the plan is done",
    "cannot-tell": "cannot tell whether something bars release: the plan answers the rest",
    "cannot-be-opened": "cannot be opened from here",
}
BARS = "bars release until done"
OWED = "owed, and bars nothing"
LEFT_OUT = "what may apply is left out, by --settled-only: {count}"
STUCK = {
    "prohibition": "it may fall within this, and only an answer tells",
    "shut": "the facts fall within it, and no change here ends it",
    "duty": "nothing listed here would meet it",
}
COUNTRY = "it turns on what {market} asks: see there"
STUCK_TITLE = "what the plan does not answer"
MARKS = {"applies": "!", "may-apply": "?", "does-not-apply": "–"}
MAY = "may apply"
BY = "by: {titles}"
THERE = "there already: {titles}"
ENDED = "ended by: {changes}"
PLANNED_NOTHING = "not planned for, since the market stays shut"
ASK = "ask: {question}"
TO_DO = "to write, file or arrange"
FOR = "for {rules} in {markets}"
ONE_RULE, RULES = "1 rule", "{count} rules"
BY_WHOM = "{actor}: {title}"
FOUND = "found: {found}"
TO_CHANGE = "to change"
FROM_TO = "{gloss}: {before}, then {after}"
ENDS, BRINGS = "ends {titles}", "brings {titles}"
LEAVES = "it leaves the duty rather than answering it; who loses access: {who}"
QUESTIONS = "answers that would shrink the plan"
SAVES = "at best {hours} less, if it is: {answer}"
TELLS = "could tell whether it opens: {markets}"
LEAVING = "leaving instead of answering"
LEAVING_NOTE = "in no plan, and no advice: what it would end, and who loses access"
WHO_LOSES = "who loses access: {who}"
PROOF = {
    True: "no cheaper plan meets all of this: searched through, and asked again of Z3",
    None: "whether a cheaper plan would do was not settled within the bounds of the search",
    False: "a cheaper plan was found by Z3, which the search had missed",
}
AGAIN = "judged again with the changes made, by the same evaluator as every verdict"
OTHERWISE = "judged again it comes out otherwise: {rules}"
LICENSOR = "what a licence asks is owed to the licensor and not planned here: weighbridge check"
GRADES = "hours are for the first time and rough; {sources}"
SOURCES = {"one": "their source: {source}", "many": "--format json has the grade of each"}
MORE = "and {count} more: --all"

FLIP_TITLE = "what would make it otherwise: {title}"
FLIP_NOW = {
    "applies": "it applies",
    "does-not-apply": "it does not apply",
    "unknown": "cannot tell whether it applies",
}
FLIP_WANTED = {True: "it would apply", False: "it would not apply"}
FLIP_IN_HAND = "{wanted}, by what somebody has in hand, the easiest first"
FLIP_FEWEST = "{wanted}, by the fewest facts of any kind"
FLIP_SAME = "{wanted}, by the fewest facts, and somebody has them in hand"
FLIP_NONE = "no other facts would: a reading, a judgement of law or another day could"
FLIP_NOT_HAND = "nothing that somebody has in hand would: some of it is history"
FLIP_TOO_MANY = "more ways than are looked at: weighbridge rule {rule} shows the rule in full"
FLIP_NOTE = "An explanation of the verdict and no advice: nobody is told to state other facts."
FLIP_NO_ROW = "no row was judged: it falls on {roles}; ask with --role"
BOUNDS = {
    "more": "more than {line}",
    "at-most": "at most {line}",
    "at-least": "at least {line}",
    "less": "less than {line}",
    "exactly": "exactly {line}",
}
DAY_BOUNDS = {
    "more": "after {line}",
    "at-most": "on {line} or before",
    "at-least": "on {line} or after",
    "less": "before {line}",
    "exactly": "on {line}",
}
DRAWN_BY = "{said} ({parameters})"
NOW = "{gloss}: {after}; it is {before}"
NOW_UNKNOWN = "{gloss}: {after}; unknown so far"
NEVER = "in no plan: {because}"
MUTABLE = {"easy": "easy to change", "costly": "costly to change", "never": "history"}
