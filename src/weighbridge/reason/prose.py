"""A rule as plain English, made from the same tree the evaluator reads.

The pages under ``law/*/prose`` come from here, so that a lawyer reviews sentences and an
engineer reviews the change that moved them. How conditions are said: ``prose_condition``;
how a proof is told: ``prose_proof``.
"""

from __future__ import annotations

from collections.abc import Iterator

from weighbridge.reason.prose_condition import Words, day_text, joined, negated
from weighbridge.reason.prose_proof import proof_in_words
from weighbridge.rules.law import Law
from weighbridge.rules.nodes import Always, Node
from weighbridge.rules.rule import Binding, Interval, Rule

__all__ = ["LIFTED", "proof_in_words", "rule_in_words"]

_DUE = {
    "before-release": "before release",
    "at-release": "at release",
    "within": "in time",
    "ongoing": "all the time",
    "have-ready": "ready to be shown on request",
    "only-if": "only if something happens",
}
LIFTED = {
    "duty": "the duty does not arise",
    "penalty": "the duty stays, without its penalty",
    "claim": "no claim can be brought",
    "defence": "there is a defence to raise and prove",
    "proof": "the duty is deemed met",
    "mitigation": "the consequences are milder",
}
_BASES = {
    "law": "the law presumes it",
    "burden": "whoever relies on the opposite has to show it",
    "list": "an official list says so",
}


def rule_in_words(law: Law, rule: Rule, day: int, *, around: bool = True) -> str:
    """Return a rule as English with nested lists, as it stands on ``day``.

    The thresholds, definitions and exceptions named are those of that day. Exceptions stand
    below what they lift. No law is needed beyond ``law`` and nothing is judged. Without ``around``
    the dates, the breach and the note are left out, for a page that has them elsewhere.
    """
    words = Words(law, day, rule.pack)
    lines = [*_says(words, rule), *_exceptions(words, rule)]
    if around:
        lines += _around(words, rule)
    return "\n".join(lines) + "\n"


def _says(words: Words, rule: Rule) -> Iterator[str]:
    sentence = _binds(words, rule) if rule.binding else _gates(words, rule)
    yield from _with_condition(words, sentence, rule.when)
    unless = rule.unless
    if unless is not None:
        yield ""
        yield from _nested(words, "Not where it is known that", unless)
    if rule.body.get("complete"):
        yield ""
        yield "Where no rule says so, it is not so."


def _with_condition(words: Words, sentence: str, when: Node) -> Iterator[str]:
    if isinstance(when, Always):
        yield f"{sentence}."
        return
    yield from _nested(words, f"{sentence}, if", when)


def _nested(words: Words, opening: str, node: Node) -> Iterator[str]:
    """Yield an opening and its condition: on one line where it is one leaf, else with a list."""
    first, *others = words.lines(node)
    yield f"{opening} {first.removeprefix('- ')}"
    yield from (line[2:] for line in others)


def _binds(words: Words, rule: Rule) -> str:
    bound = rule.binding
    assert bound is not None
    who = f"The {bound.addressee.replace('_', ' ')}"
    match rule.kind:
        case "duty":
            return f"{who} must {bound.says}{_when_due(words, rule)}"
        case "prohibition":
            return f"{who} must not {bound.says}"
        case "right":
            return f"{who} may {bound.says}"
        case "power":
            holder = bound.extra.get("holder", "authority")
            return f"Towards the {bound.addressee.replace('_', ' ')}, the {holder} may {bound.says}"
        case "practice":
            due = _when_due(words, rule) if bound.within else ""
            return f"By choice, the {bound.addressee.replace('_', ' ')} {bound.says}{due}"
        case "claim":
            asks = bound.extra["claimant"]
            against = bound.addressee.replace("_", " ")
            return f"{asks[:1].upper()}{asks[1:]} may bring a claim against the {against}"
    return f"Not judged here; {who.lower()} looks at {bound.says}"


def _when_due(words: Words, rule: Rule) -> str:
    bound = rule.binding
    assert bound is not None
    if bound.within:
        length = words.parameter(words.law.parameters[bound.within])
        due = f"within {length} of the moment when {bound.event}"
    elif bound.due == "only-if" and bound.event:
        due = f"only if {bound.event}"
    else:
        due = _DUE[bound.due]
    waits = "; release waits for it" if bound.bars else ""
    to = f"; to: {bound.extra['to']}" if "to" in bound.extra else ""
    return f" ({due}{_lasting(words, bound)}{waits}{to})"


def _lasting(words: Words, bound: Binding) -> str:
    if not bound.lasts:
        return ""
    return f"; for at least {words.parameter(words.law.parameters[bound.lasts])}"


def _gates(words: Words, rule: Rule) -> str:
    law, body = words.law, rule.body
    match rule.kind:
        case "definition":
            return f"It is so that {law.vocabulary[body['concludes']].gloss}"
        case "presumption":
            gloss = law.vocabulary[body["presumes"]].gloss
            clause = gloss if body["value"] else negated(gloss)
            return f"It is presumed that {clause} ({_BASES[body['basis']]})"
        case "scope":
            return f"The {law.packs[body['scope']].title} speaks of the case"
        case "transition":
            return f"The first day of {_named(words, body['moves'])} moves: {_moved(words, rule)}"
    bound = any(law.version(id_, words.day).binding for id_ in rule.exception_to)
    lifted = LIFTED[body["lifts"]] if bound else "it does not hold"
    return f"Exception to {_named(words, rule.exception_to)}: {lifted}"


def _moved(words: Words, transition: Rule) -> str:
    parameter = words.law.parameters[transition.body["to"]]
    dated = parameter.at(words.day)
    where = f", {dated.cite}" if dated else ""
    return f"on {words.parameter(parameter)} ({parameter.gloss}{where})"


def _named(words: Words, ids: tuple[str, ...] | list[str]) -> str:
    """Return the places of rules, each act named once."""
    rules = [words.law.version(id_, words.day) for id_ in ids]
    return joined(list(dict.fromkeys(words.cite(rule) for rule in rules)), "and")


def _exceptions(words: Words, rule: Rule) -> Iterator[str]:
    """Yield what lifts a rule, each exception with what lifts it in turn below it."""
    lifting = words.law.exceptions(rule, words.day)
    if lifting:
        yield ""
        yield "Not where an exception holds:"
        for exception in lifting:
            yield from _exception(words, exception, "", 0)
    for exception in words.law.lighter(rule, words.day):
        yield ""
        yield f"Lighter ({LIFTED[exception.body['lifts']]}):"
        yield from _exception(words, exception, "", 0)


def _exception(words: Words, exception: Rule, opening: str, indent: int) -> Iterator[str]:
    name = f"{'  ' * indent}- {opening}“{exception.title}” ({words.cite(exception)})"
    when = list(words.lines(exception.when, indent + 1))
    if isinstance(exception.when, Always):
        yield name
    elif len(when) == 1:
        yield f"{name}: {when[0].strip().removeprefix('- ')}"
    else:
        yield f"{name}:"
        yield from when
    for above in words.law.exceptions(exception, words.day):
        yield from _exception(words, above, "unless ", indent + 1)


def _around(words: Words, rule: Rule) -> Iterator[str]:
    """Yield what stands around the condition: transitions, what would meet it, breach, dates."""
    for transition in words.law.transitions(rule):
        yield ""
        where = f"“{transition.title}” ({words.cite(transition)})"
        begins = f"{where}: begins {_moved(words, transition)}"
        yield from _with_condition(words, begins, transition.when)
    if rule.binding is not None:
        yield from _claim(words, rule.binding) if rule.kind == "claim" else ()
        yield from _bearer(words, rule, rule.binding)
    yield from _comes_to(words, rule)
    if rule.discharges:
        titles = [words.law.discharges[id_].title for id_ in rule.discharges]
        yield ""
        last = "and" if rule.discharged_by == "all" else "or"
        yield f"What would meet it: {joined(titles, last)}."
    if rule.breach:
        yield ""
        yield f"On breach: {_breach(words, rule)}."
    if rule.shelter:
        yield ""
        yield f"Shown by {rule.shelter['shown_by']}. Ends: {rule.shelter['ends']}."
    yield ""
    yield f"{_standing(rule)}"
    if rule.note:
        yield ""
        yield rule.note.strip()


def _comes_to(words: Words, rule: Rule) -> Iterator[str]:
    """Yield what a duty or prohibition comes to, in facts."""
    if "demands" in rule.body:
        yield ""
        yield from _nested(words, "Once it is kept:", rule.demands)
    if rule.forbids is not None:
        yield ""
        yield from _nested(words, "It leaves no room for this:", rule.forbids)


def _claim(words: Words, bound: Binding) -> Iterator[str]:
    """Yield what a claim turns on, one line each: harm, standard, proof, time, what bears on it."""
    limits = [words.law.parameters[name] for name in bound.limits]
    said = {
        "For": bound.says,
        "Standard": bound.extra["standard"],
        "To be shown": bound.extra["must_show"],
        "Presumed": bound.extra.get("presumed", ""),
        "Disclosure": bound.extra.get("disclosure", ""),
        "Time": "; ".join(f"{words.parameter(each)}: {each.gloss}" for each in limits),
        "A breach of these bears on it": _named(words, bound.linked) if bound.linked else "",
    }
    yield ""
    yield from (f"- {label}: {text}" for label, text in said.items() if text)


def _bearer(words: Words, rule: Rule, bound: Binding) -> Iterator[str]:
    """Yield who the addressee is: the fact that concludes it, and where the term is defined."""
    term = words.law.packs[rule.pack].addressee(bound.addressee, rule.object)
    if term is not None:
        where = f", {term.cite}" if term.cite else ""
        gloss = words.law.vocabulary[term.fact].gloss
        yield ""
        yield f"Whom it calls {bound.addressee.replace('_', ' ')}: {gloss}{where}."


def _breach(words: Words, rule: Rule) -> str:
    parts = [str(rule.breach["fine"])]
    penalty = words.law.penalties.get(rule.breach.get("penalty", ""))
    if penalty is not None and len(penalty.ceiling) > 1 and penalty.takes != "each":
        parts.append(f"whichever is {penalty.takes}")
    if penalty is not None and penalty.lower_for:
        sizes = words.law.vocabulary[penalty.size].values
        named = joined([sizes[word] for word in penalty.lower_for], "or")
        parts.append(f"the lower for {named}")
    if "by" in rule.breach:
        parts.append(f"by {rule.breach['by']}")
    if "enforced_from" in rule.breach:
        parts.append(f"from {rule.breach['enforced_from']}")
    return ", ".join(parts)


def _standing(rule: Rule) -> str:
    text = f"{rule.authority}, {rule.status}, {_interval(rule.interval)}"
    ended = f"; ended by {rule.ended_by}" if rule.ended_by else ""
    return f"{rule.cite} [{text}{ended}; text read: {rule.read.text}]"


def _interval(interval: Interval) -> str:
    if interval.never_applied and interval.end:
        return f"until {day_text(interval.end - 1)}, replaced before it came to apply"
    start = f"from {day_text(interval.start)}" if interval.start else "from the beginning"
    return f"{start} to {day_text(interval.end - 1)}" if interval.end else start
