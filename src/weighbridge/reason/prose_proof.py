"""A proof as short English lines: what decided, with the values known and where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from weighbridge.facts import Value
from weighbridge.facts.keys import name_of, subject_of, words_of
from weighbridge.facts.values import value_to_text
from weighbridge.reason.proof import Conclusion, Proof, Verdict
from weighbridge.reason.prose_condition import Words
from weighbridge.rules.law import Law
from weighbridge.rules.nodes import Compare, In

_SAID = {True: "yes", False: "no", None: "unknown"}
_RULES = {
    "scope": "in scope",
    "exception": "exception",
    "definition": "defined",
    "presumption": "presumed",
}


def proof_in_words(
    law: Law,
    proof: Proof,
    facts: Mapping[str, Value],
    day: int,
    places: Mapping[str, str] | None = None,
) -> list[str]:
    """Return the lines that say what decided ``proof``, two spaces deeper for each step down.

    law:    the law judged; day: the ordinal it was judged on
    facts:  values by key (``name`` or ``name[subject]``)
    places: where a value stands (``README.md:12``), by the same keys

    Only the parts that carry the verdict are told; a fact concluded twice is explained once.
    """
    rule = law.by_key.get(proof.text)
    pack = rule.pack if rule else ""
    return list(_Teller(law, facts, places or {}, Words(law, day, pack)).tell(proof, 0))


class _Teller:
    def __init__(
        self, law: Law, facts: Mapping[str, Value], places: Mapping[str, str], words: Words
    ) -> None:
        self.law = law
        self.facts = facts
        self.places = places
        self.words = words
        self.told: set[str] = set()

    def tell(self, proof: Proof, depth: int) -> Iterator[str]:
        """Yield the lines of a proof."""
        if proof.kind in ("all", "any", "not", "unless", "addressee"):
            yield from self._parts(proof, depth)
        elif proof.kind == "concluded":
            yield from self._concluded(proof, depth)
        elif proof.kind in ("flag", "in", "compare"):
            yield self._line(depth, proof.verdict, self._leaf(proof))
        elif proof.kind != "always":
            yield self._line(depth, proof.verdict, self._rule(proof))
            yield from self._parts(proof, depth + 1)

    def _parts(self, proof: Proof, depth: int) -> Iterator[str]:
        for part in proof.carrying():
            yield from self.tell(part, depth)

    def _line(self, depth: int, verdict: Verdict, text: str) -> str:
        return f"{'  ' * depth}{_SAID[verdict]}: {text}"

    def _rule(self, proof: Proof) -> str:
        rule = self.law.by_key[proof.text]
        what = f"{rule.title} ({self.words.cite(rule)})"
        return f"{_RULES[proof.kind]}: {what}" if proof.kind in _RULES else what

    def _leaf(self, proof: Proof) -> str:
        if isinstance(proof.detail, (Compare, In)):
            text = self.words.leaf(proof.detail)
        else:
            text = self.law.vocabulary[proof.text].gloss
        known = [said for said in map(self._known, proof.keys) if said]
        return f"{text} [{'; '.join(known)}]" if known else text

    def _known(self, key: str) -> str:
        """Return value and place of a fact, under its own key or a wider one."""
        at = next((each for each in _keys(key) if each in self.facts), None)
        if at is None:
            return ""
        fact = self.law.vocabulary[name_of(at)]
        value = value_to_text(self.facts[at], dates=fact.is_date, unit=fact.unit)
        said = "" if fact.is_boolean else value
        return ", ".join(part for part in (said, self.places.get(at, "")) if part)

    def _concluded(self, proof: Proof, depth: int) -> Iterator[str]:
        conclusion = proof.conclusion
        assert conclusion is not None
        gloss = self.law.vocabulary[conclusion.name].gloss
        seen = conclusion.key in self.told
        self.told.add(conclusion.key)
        yield self._line(depth, proof.verdict, f"{gloss}{', as above' if seen else ''}")
        if not seen:
            yield from self._ways(conclusion, depth + 1)

    def _ways(self, conclusion: Conclusion, depth: int) -> Iterator[str]:
        if conclusion.given:
            where = next((self.places[k] for k in _keys(conclusion.key) if k in self.places), "")
            yield f"{'  ' * depth}given{f': {where}' if where else ''}"
            return
        for proof in conclusion.carrying():
            yield from self.tell(proof, depth)
        if conclusion.verdict is None and not conclusion.complete:
            yield f"{'  ' * depth}other ways to it are not excluded"


def _keys(key: str) -> Iterator[str]:
    """Yield a key and the wider ones under which its value may stand."""
    name, subject = name_of(key), subject_of(key)
    yield f"{name}[{subject}]" if subject else name
    if subject:
        yield from (f"{name}[{word}]" for word in words_of(key))
        yield name
