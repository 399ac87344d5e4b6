"""Every word a rule's page says of its own, in one place."""

from __future__ import annotations

HEADINGS = {
    "provision": "where it is written",
    "asks": "what it asks",
    "of whom": "of whom",
    "since": "since when",
    "lifts": "what lifts it",
    "meets": "what would meet it",
    "breach": "what follows a breach",
    "sure": "how sure we are",
    "words": "in words",
    "facts": "facts it names",
    "bears on": "what it bears on",
    "notes": "notes",
    "tests": "tests",
}
"""The headings of every rule's page, in their order."""

NOTHING = {
    "of whom": "nobody: it binds no one by itself",
    "lifts": "no exception is written here",
    "meets": "nothing is named here",
    "breach": "no penalty is written here; that does not say that there is none",
    "facts": "none: it holds whatever the facts",
    "bears on": "no other rule names it",
    "notes": "none",
    "tests": "no case names it",
}
"""What stands under a heading that has nothing to say."""

GATES = {
    "definition": "nothing by itself: it concludes that {gloss}; {otherwise}",
    "presumption": "nothing by itself: where nothing else is known it presumes that {gloss}",
    "scope": "nothing by itself: it says which cases {pack} speaks of",
    "exception": "nothing by itself: where it holds, {lifted}",
    "transition": "nothing by itself: it moves the first day of other rules",
}
COMPLETE = "where no rule says so, it is not so"
NOT_COMPLETE = "where it does not say so, the question stays open"
ABOVE_FAILS = "what it is an exception to does not hold"

IN_FORCE = "in force on {day}"
NOT_YET = "not yet in force on {day}"
NO_LONGER = "no longer in force on {day}"
NEVER_LAW = "obliges nobody: {status}, never enacted"
PURSUED = "a breach is pursued from {day}"
NO_FIRST_DAY = "no first day of enforcement of its own is written here"
FIRST_DAY = "by the law of {since} and after, the first day was {day} ({cite})"
FIRST_DAY_STANDS = "by the law of {since} and after, the first day is {day} ({cite})"

CAN_FALL_ON = "it can fall on: {roles}"
CAN_BE_ASKED = "it can be brought against: {roles}"

BY = "by: {who}"
NOT_SAID = "not said here"
CURE = "cure: {cure}"
TAKES = {
    "higher": "the higher of these counts",
    "lower": "the lower of these counts",
    "each": "each of these counts in a case of its own",
}
LOWER_FOR = "for a firm of this size the lower of them, from {day}: {size}"
PENALTY_TAG = "penalty {id}"
PENALTY_READ = "{days} · text read: {read}"
CLAIM_LINKED = "a breach bears on this claim: {title}, {cite}"
NOTHING_TO_BREAK = "nothing: it asks for nothing that could be broken"
NOTHING_TO_MEET = "nothing: it asks for nothing that could be met"

CLAIM = "claim: {claimant} against the {against}, for {harm}"
CLAIM_PARTS = {
    "standard": "standard",
    "must_show": "to be shown",
    "presumed": "presumed",
    "disclosure": "disclosure",
}
CLAIM_LIMIT = "time: {time} {gloss}"
LINKED = "a breach of this bears on it: {title}, {cite}"

DUE_WITHIN = "due: within {length} of this: {event}"
LASTS = "for at least {length}"
SHOWN_BY = "to be shown by {who}"
ENDS = "ends: {what}"
SHELTER = "shelter: {of}"

INHERITABLE = "a modifier may point to the base model's"
OUT_OF_SCOPE = "outside the act altogether, where this does not hold"
WHOLE_PACK = "every rule of the pack"
READ_BY = "`{fact}` is named by {count} rules"
READ_BY_ONE = "`{fact}` is named by 1 rule"

READS = {
    "official": "the text as published",
    "copy": "a copy of the text",
    "secondary": "what others write of the text",
    "memory": "no text at hand",
}
KNOWN_UNTIL = "its law was read until {known}"
DAYS_OLD = "its law was read until {known}, {count} days before {day}; later changes are not in it"
ONE_DAY_OLD = "its law was read until {known}, 1 day before {day}; later changes are not in it"
RESTS_ON = {
    "authority": "rests also on text of less weight, {word}: {count}",
    "read": "rests also on text read less well, {word}: {count}",
}
RULES = "{count} rules"
ONE_RULE = "1 rule"
PRESUMPTIONS = "rests on {count} presumptions, unless something else is known"
PRESUMED = {
    "law": "presumed by law: {gloss}",
    "burden": "presumed until who relies on the opposite shows it: {gloss}",
    "list": "presumed from an official list: {gloss}",
}
READING = "a question of law: {gloss}"
HELD_BY = "{word}: {says} (held by {who})"
HELD = "{word}: {says}"
JUDGEMENT = "a judgement: whether {gloss}"

CASES = "{count} cases name it"
ONE_CASE = "1 case names it"
