"""Every word the check page says of its own, in one place, so that it can be tuned in one place.

Never said of a release or a person: the words DESIGN section 3 bans.
"""

from __future__ import annotations

GROUP_TITLES = {
    "stop": "stop",
    "before": "do before release",
    "ready": "have ready",
    "only-if": "only if",
    "ask": "cannot tell yet: ask",
    "may": "you may",
    "power": "an authority may",
    "voluntary": "voluntary",
    "voluntary-open": "voluntary, and open whether it fits",
    "look-at": "look also at",
    "claim": "if harm is done",
    "not-yours": "not yours, because",
    "past": "no longer",
    "never": "not law: bills and the like",
}
"""Groups in the order they are shown, each with its heading."""

MARKS = {
    "stop": "✗",
    "before": "!",
    "ready": "•",
    "only-if": "•",
    "ask": "?",
    "not-yours": "–",
}
OTHER_MARK = "·"

AUTHORITY_MARKS = {"contract": "k", "guidance": "g", "code": "c", "practice": "p", "view": "v"}
READ_MARKS = {"secondary": "s", "memory": "m"}
LEGEND = {
    "k": "a contract",
    "g": "guidance",
    "c": "a code",
    "p": "reported practice",
    "v": "our own view",
    "s": "a secondary text",
    "m": "memory",
}
LEGEND_LEAD = "rests on: "

VERDICTS = {True: "applies", False: "does not apply", None: "cannot tell"}
STOPS = "stop {count}"
OWES = "owes {count}"
OWES_LATER = "owes {count} from a day to come"
OWES_PERHAPS = "owes {count}, perhaps only from a later day"
DOES_NOT_OWE = "does not owe {count} on these facts"
CANNOT_TELL = "cannot tell {count}"
MOST_NOT_OWED = "most of it is not owed: "
COUNTED = "duties and prohibitions: "
FALLS_ON = "it falls on {roles}"
RULES_COUNTED = "{who} ({count} rules)"
RULE_COUNTED = "{who} (1 rule)"
BESIDES = "besides"
NOTHING_HERE = "nothing in force is owed on these facts"
NOT_JUDGED = "no rule was judged here: none falls on whom was asked about"
NO_DUTIES = "no duty or prohibition in force was judged"
ANYWHERE = "everywhere"
ELSEWHERE = "elsewhere"
TO_LICENSOR = "owed to the licensor"
TERMS_END = "on breach: {what}"
TERMS_END_CURE = "{fine}, cure: {cure}"
TERMS_TURN = "terms are known here of: {titles}"
TERMS_NOT_HERE = "{gloss}: {licence}; its terms are not encoded here, its own text decides"
TERMS_ELSEWHERE = "terms of other licences, which do not bind here: {count}"
TERMS_READ = "the licence's terms were read only until {day}; later changes are not in it"
TERMS_READ_MANY = "the licences' terms were read only until {day}; later changes are not in them"
ONE_MARKET = "whom it falls on there, and everything on one market: --market CODE"

PRESUMED_UNLESS = "presumed, unless {facts}"
PRESUMED = "presumed"
PRESUMED_MARK = "°"
SINCE = "since {day}"
FROM = "from {day}"
FROM_UNSURE = "since {first} or from {moved}, unknown which"
FROM_MOVED = "from {day}: moved by {rule}"
UNTIL = "until {day}"
WITHIN = "within {length} of this: {event}"
LASTS = "for at least {length}"
WHEN = "when {event}"
BARS = "release waits for it"
MET_BY = "needs: {titles}"
ALREADY = "found: {found}"
NOTHING_FOUND = "nothing found yet"
SPARES = "open source spares you {count} here: {titles}"
SPARES_NOT = "{spares}; not these {count}: {titles}"
WOULD_SPARE = "a free licence would spare you {count} here: {titles}"
COMPARED_NOTHING = "the twins owe the same here"
BESIDE = "{first}, beside {other}"
STAYS = "stays either way"
TURN_WORDS = {"less": "spares", "more": "costs", "open": "turns on what is unknown"}
TURN_MARKS = {"less": "–", "more": "+", "open": "?"}
ONE_DUTY = "1 duty"
DUTIES = "{count} duties"
BY_PROVISIONS = "by {provisions}"
PERHAPS = "perhaps"
LIFTED = "{what}: “{title}”{by}"
LIFTED_BY = ", to be shown by {who}; it ends: {ends}"
LIFTS = {
    "penalty": "owed without its fine",
    "proof": "deemed met",
    "mitigation": "milder",
    "defence": "a defence may be raised",
    "claim": "no claim",
    "duty": "not owed",
}
CLAIM_STATES = {"open": "open", "unsettled": "unsettled", "barred": "barred"}
CLAIM_FOR = "{claimant} against the {against}, for {harm}"
CLAIM_STANDARD = "standard: {standard}; to be shown: {must_show}"
CLAIM_HELPS = {"presumed": "presumed: {text}", "disclosure": "disclosure: {text}"}
CLAIM_LIMITS = "time: {limits}"
BARRED_COUNTED = "barred: {count}; --all shows why"
BINDING_ALONE = "on binding text alone: {verdict}"
GUIDANCE_DECIDES = "{count} verdicts turn on texts that do not bind: --authority statute"
GUIDANCE_DECIDES_ONE = "1 verdict turns on texts that do not bind: --authority statute"
ENDED = "{says}; ended by {by} on {day}"
ENDED_SOMEHOW = "{says}; ended on {day}"
AS_IF = "as if it were law: {verdict}"
DECIDES = "it decides: {titles}"
JUDGEMENT = "a judgement is needed on whether {gloss}"
TURNS_ON = "a question of law is open: {gloss}"
POSITION = "{verdict} where {says}"
NOT_KNOWN = "not known: {gloss}"
CANNOT_SAY = "what is known cannot settle it"
CONFLICT = "sources disagree on {gloss}"
MORE = "and {count} more: --all"
AND_MORE = "and {count} more"
EXCEPTION = "exception: {title}"
REASON_UNKNOWN = "its condition is not met"
BECAUSE = "because {reason}"
PROOF = "proof:"

FINDINGS = "what looks contradictory or could not be read"
NO_RELEASE = "no release, asserted facts alone"
NO_FACTS = "nothing is known of it yet"
USES = "{gloss} ({place})"
AS_OF = "as of {day}"
ABOUT = "about {value}"
ASKED_ABOUT = "{question} (about {whom})"
ASKED_AS = "for {who}"
ASKED_IN = "in {markets}"
ASKED_IN_MANY = "in {count} markets"
VOLUNTARY_COUNTED = "voluntary {count}"
NOT_OWED_SHORT = "does not owe {count}"
CLAIMS_OPEN = "claims open {count}"
CLAIMS_UNSETTLED = "claims unsettled {count}"
WHAT_IF = "a what-if: {keys} given by hand"
LAW_READ_MANY = "this law was read only until {first} to {last}; later changes are not in it"
LAW_READ = "this law was read only until {days}; later changes are not in it"
NEXT_DATE = "next date: {day}, {what}"
NEXT_FIRST_DAY = "first day of {titles}"
NEXT_LAST_DAY = "the end of {titles}"
NEXT_FINES = "enforcement begins for {titles}"
ANSWERS = "{count} answers could settle {settled} of {open}: {command}"
ONE_ANSWER = "1 answer could settle {settled} of {open}: {command}"
NO_ANSWERS = "no question would settle the {open} that stay open"
NEXT_COMMAND = "weighbridge ask {target}"
ORPHANED = "moved by the reform, and orphaned"
ORPHAN = "{titles}: only the {who} knows {facts}"
RULE_COMMAND = "one rule in full: weighbridge rule ID; everything, with proofs: --all"
DISCLAIMER = (
    "This reads law and is no advice; whether a paper or a test is good enough it does not decide."
)
