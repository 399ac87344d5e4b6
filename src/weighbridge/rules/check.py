"""What must hold between the documents of a body of law before anything is judged."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from weighbridge.rules.law import Law
from weighbridge.rules.nodes import Node, facts_of
from weighbridge.rules.rule import CLAIM_LIFTS, Rule
from weighbridge.rules.sources import Document, Sources
from weighbridge.text.errors import LanguageError, did_you_mean
from weighbridge.text.places import Place
from weighbridge.text.strict_yaml import Entries, Text
from weighbridge.text.strict_yaml import Node as YamlNode


def check_law(law: Law, sources: Sources) -> None:
    """Raise :class:`LanguageError` at the first document that breaks the language as a whole.

    Checked: versions of one id do not overlap; every id named exists; exceptions and definitions
    have no cycle; an addressee's fact and roles exist; ``unless`` does not depend on its fact.
    """
    _Checker(law, sources).run()


class _Checker:
    def __init__(self, law: Law, sources: Sources) -> None:
        self.law = law
        self.documents = {(each.file.name, each.node.line): each for each in sources.documents}
        self.packs = {each.pack: each for each in sources.of("pack")}

    def run(self) -> None:
        self._sums()
        self._addressees()
        self._discharges()
        self._penalties()
        for rule in self.law.rules:
            self._versions(rule)
            self._references(rule)
        for rule in self.law.rules:
            self._lifts(rule)
        for rule in self.law.rules:
            if rule.kind == "presumption" and rule.unless is not None:
                self._unless(rule, rule.unless)
        self._cycles()

    def _error(
        self, rule: Rule, key: str, message: str, help: str | None = None, word: str = ""
    ) -> LanguageError:
        document = self.documents.get((rule.file, rule.line))
        if document is None:
            return LanguageError(message, Place(rule.file, rule.line), help, provision=rule.id)
        return _error_in(document, key, word, message, help, rule.id)

    def _versions(self, rule: Rule) -> None:
        for other in self.law.by_id[rule.id]:
            if other is not rule and other.interval.overlaps(rule.interval):
                raise self._error(
                    rule,
                    "rule",
                    f"two versions of `{rule.id}` stand on the same day",
                    "give each an in_force interval of its own",
                )

    def _references(self, rule: Rule) -> None:
        for key in ("exception_to", "moves"):
            for id_ in rule.body.get(key, ()):
                if id_ not in self.law.by_id:
                    hint = did_you_mean(id_, self.law.by_id)
                    where = "transition" if key == "moves" else key
                    raise self._error(rule, where, f"unknown rule `{id_}`", hint, id_)
        moved = rule.body.get("moved_from")
        if moved is not None and moved not in self.law.by_id:
            hint = did_you_mean(moved, self.law.by_id)
            raise self._error(rule, "moved_from", f"unknown rule `{moved}`", hint, moved)
        for id_ in rule.discharges:
            if id_ not in self.law.discharges:
                hint = did_you_mean(id_, self.law.discharges)
                message = f"unknown discharge `{id_}`"
                raise self._error(rule, "discharged_by", message, hint, id_)

        for id_ in rule.binding.linked if rule.binding is not None else ():
            if id_ not in self.law.by_id:
                hint = did_you_mean(id_, self.law.by_id)
                raise self._error(rule, "claim", f"unknown rule `{id_}`", hint, id_)

    def _lifts(self, rule: Rule) -> None:
        """Refuse an exception that lifts what the rule above does not have."""
        if rule.kind != "exception":
            return
        lifts = rule.body["lifts"]
        for id_ in rule.exception_to:
            kind = self.law.by_id[id_][0].kind
            if kind == "claim" and lifts not in CLAIM_LIFTS:
                message = f"`{id_}` is a claim: an exception lifts the claim or gives a defence"
                raise self._error(rule, "lifts", message, "say `lifts: claim` or `lifts: defence`")
            binds = kind in ("duty", "prohibition", "claim")
            if lifts != "duty" and (not binds or (kind != "claim" and lifts in CLAIM_LIFTS)):
                message = f"`{id_}` is a {kind} and has no {lifts} to lift"
                raise self._error(rule, "lifts", message, "leave `lifts` out", lifts)

    def _penalties(self) -> None:
        documents = {each.name: each for each in self.documents.values()}
        for penalty in self.law.penalties.values():
            size = self.law.vocabulary.get(penalty.size) if penalty.size else None
            words = tuple(size.values) if size is not None else ()
            if penalty.size and not words:
                message = f"`{penalty.size}` is no enum of sizes"
                document = documents[penalty.id]
                raise _error_in(document, "size", penalty.size, message, None, penalty.id)
            for word in penalty.lower_for:
                if word not in words:
                    message = f"`{word}` is not a word of `{penalty.size}`"
                    hint = did_you_mean(word, words)
                    document = documents[penalty.id]
                    raise _error_in(document, "lower_for", word, message, hint, penalty.id)

    def _addressees(self) -> None:
        roles = self.law.vocabulary["role"].values
        for pack in self.law.packs.values():
            for term in pack.addressees:
                fact = self.law.vocabulary.get(term.fact)
                if fact is None:
                    hint = did_you_mean(term.fact, [each.name for each in self.law.vocabulary])
                    raise self._pack_error(pack.id, f"unknown fact `{term.fact}`", hint, term.fact)
                if not fact.is_boolean:
                    raise self._pack_error(pack.id, f"`{fact.name}` is no flag", None, fact.name)
                for role in term.roles:
                    if role not in roles:
                        hint = did_you_mean(role, roles)
                        raise self._pack_error(pack.id, f"unknown role `{role}`", hint, role)

    def _sums(self) -> None:
        for fact in self.law.vocabulary:
            for name in (name for names in fact.told_by.values() for name in names):
                flag = self.law.vocabulary.get(name)
                if flag is None or not flag.is_boolean or flag.subject != fact.subject:
                    raise LanguageError(
                        f"`{fact.name}` cannot be told by `{name}`",
                        Place("facts"),
                        "an enum is told by flags of the same subject",
                        provision=fact.name,
                    )
            for name in fact.shown_by:
                if name not in self.law.vocabulary or not fact.is_boolean:
                    raise LanguageError(
                        f"`{fact.name}` cannot be shown by `{name}`",
                        Place("facts"),
                        "a flag is shown by facts of the vocabulary",
                        provision=fact.name,
                    )
            for name in (name for parts in fact.sums for name in parts):
                other = self.law.vocabulary.get(name)
                if other is None or other.unit != fact.unit or not fact.is_numeric:
                    raise LanguageError(
                        f"`{fact.name}` cannot equal a sum with `{name}`",
                        Place("facts"),
                        "every part is a fact of the same unit",
                        provision=fact.name,
                    )

    def _discharges(self) -> None:
        documents = {each.name: each for each in self.documents.values()}
        for discharge in self.law.discharges.values():
            for name in discharge.looks_for:
                if name not in self.law.vocabulary:
                    raise _error_in(
                        documents[discharge.id],
                        "looks_for",
                        name,
                        f"unknown fact `{name}`",
                        did_you_mean(name, [each.name for each in self.law.vocabulary]),
                        discharge.id,
                    )

    def _pack_error(self, pack: str, message: str, help: str | None, word: str) -> LanguageError:
        return _error_in(self.packs[pack], "addressees", word, message, help, pack)

    def _cycles(self) -> None:
        above = {rule.id: rule.exception_to for rule in self.law.rules if rule.kind == "exception"}
        self._refuse_cycle(above, "exception_to", "exceptions lead back to themselves")
        below: dict[str, set[str]] = {}
        for rule in self.law.rules:
            fact = rule.body.get("concludes") or rule.body.get("presumes")
            if fact:
                below.setdefault(fact, set()).update(self._needs(rule))
        self._refuse_cycle(below, "when", "definitions lead back to themselves")

    def _needs(self, rule: Rule) -> Iterable[str]:
        yield from facts_of(rule.when)
        if rule.unless is not None:
            yield from facts_of(rule.unless)
        for id_ in self._exceptions_below(rule.id):
            for version in self.law.by_id[id_]:
                yield from facts_of(version.when)

    def _exceptions_below(self, id_: str) -> Iterable[str]:
        """Yield the exceptions to a rule, the exceptions to those and so on, each once."""
        found: dict[str, None] = {}
        open_ = [id_]
        while open_:
            for rule in self._exceptions.get(open_.pop(), ()):
                if rule.id not in found:
                    found[rule.id] = None
                    open_.append(rule.id)
        yield from found

    @cached_property
    def _exceptions(self) -> dict[str, list[Rule]]:
        """The exceptions to each rule."""
        found: dict[str, list[Rule]] = {}
        for rule in self.law.rules:
            for above in rule.exception_to:
                found.setdefault(above, []).append(rule)
        return found

    def _refuse_cycle(
        self, graph: dict[str, tuple[str, ...]] | dict[str, set[str]], key: str, message: str
    ) -> None:
        done: set[str] = set()
        for start in graph:
            path = _find_cycle(start, graph, done)
            if path:
                rule = self._rule_for(path[0])
                raise self._error(rule, key, f"{message}: {' -> '.join(path)}")

    def _rule_for(self, name: str) -> Rule:
        for rule in self.law.rules:
            if name in (rule.id, rule.body.get("concludes"), rule.body.get("presumes")):
                return rule
        raise AssertionError(name)

    def _unless(self, rule: Rule, unless: Node) -> None:
        fact = rule.body["presumes"]
        if fact in self._support(facts_of(unless)):
            raise self._error(rule, "presume", f"`unless` depends on the presumed fact `{fact}`")

    def _support(self, names: Iterable[str]) -> set[str]:
        found: set[str] = set()
        open_ = list(names)
        while open_:
            name = open_.pop()
            if name in found:
                continue
            found.add(name)
            for rule in self.law.rules:
                if rule.kind == "definition" and rule.body["concludes"] == name:
                    open_.extend(self._needs(rule))
        return found


def _error_in(
    document: Document, key: str, word: str, message: str, help: str | None, provision: str
) -> LanguageError:
    """Return an error at ``word`` below ``key``, or at the key where the word is not written."""
    below = document.node.get(key)
    found = _find_word(below, word) if word else None
    where = found or (document.node.key(key) if key in document.node else document.node)
    return document.file.error(where, message, help, provision=provision)


def _find_word(node: YamlNode | None, word: str) -> Text | None:
    """Return the first scalar below ``node`` that says ``word``."""
    if isinstance(node, Text):
        return node if node == word else None
    below: Iterable[YamlNode] = node.values() if isinstance(node, Entries) else node or ()
    found = (_find_word(each, word) for each in below)
    return next((each for each in found if each is not None), None)


def _find_cycle(
    start: str, graph: dict[str, tuple[str, ...]] | dict[str, set[str]], done: set[str]
) -> list[str]:
    """Return a path that comes back to where it was, or an empty list; iterative."""
    path: list[str] = []
    stack: list[tuple[str, int]] = [(start, 0)]
    while stack:
        name, depth = stack.pop()
        del path[depth:]
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done and depth:
            continue
        path.append(name)
        done.add(name)
        stack.extend((each, depth + 1) for each in sorted(graph.get(name, ())))
    return []
