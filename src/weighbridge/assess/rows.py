"""Which rows there are: one rule for one actor in one role, in one market, for one use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from weighbridge.assess.assessment import Actor, FallsOn, KnownFact
from weighbridge.reason import Case, Row
from weighbridge.reason.case import NOBODY
from weighbridge.rules import Law, Rule
from weighbridge.rules.nodes import facts_of
from weighbridge.text.errors import InputError, did_you_mean

DEFAULT_ROLE = "developer"
BASE_ROLE = "modifier"
_FEW = 8
USE_ROLES = ("integrator", "deployer")
_BASE = "has_base_model"


def chosen_markets(law: Law, asked: Iterable[str]) -> tuple[str, ...]:
    """Return the markets to judge: all by default, a state with the country it lies in.

    ``US-*`` asks for every state. Raises :class:`InputError` for a market no pack speaks of.
    """
    known = law.markets
    chosen: set[str] = set()
    for market in asked:
        if market.endswith("-*"):
            found = {each for each in known if each.startswith(market[:-1])}
        else:
            found = {each for each in known if each == market}
        if not found:
            listed = f"packs speak of {', '.join(known)}"
            lists = "`weighbridge law` lists the markets"
            hint = did_you_mean(market, known) or (listed if len(known) <= _FEW else lists)
            raise InputError(f"no law here for market `{market[:40]}`", help=hint)
        chosen |= found | ({market.split("-", 1)[0]} & set(known))
    return tuple(sorted(chosen)) or known


def chosen_roles(
    law: Law, asked: Iterable[str], *, has_base: bool, states_use: bool = False
) -> tuple[str, ...]:
    """Return the roles to judge, as asked, else those the release itself brings up.

    The developer always; the modifier where a base is named; integrator and deployer where the
    release states a use that rules ask about, so that naming such a use changes the answer.
    """
    roles = tuple(dict.fromkeys(asked))
    allowed = law.vocabulary["role"].values
    for role in roles:
        if role not in allowed:
            hint = did_you_mean(role, allowed) or f"one of {', '.join(allowed)}"
            raise InputError(f"unknown role `{role[:40]}`", help=hint)
    brought = [DEFAULT_ROLE, *([BASE_ROLE] if has_base else [])]
    return roles or (*brought, *(USE_ROLES if states_use else ()))


def named_base(known: Mapping[str, KnownFact]) -> tuple[str, ...]:
    """Return the key of the fact that a base model is named, where it is so."""
    base = known.get(_BASE)
    return (_BASE,) if base is not None and base.value is True else ()


def stated_uses(known: Mapping[str, KnownFact]) -> tuple[str, ...]:
    """Return the keys of what is true of a use: then whoever builds or runs it matters."""
    return tuple(
        key
        for key, fact in known.items()
        if fact.value is True and fact.type.is_boolean and fact.type.subject in ("use", "actor-use")
    )


def brought_by(role: str, known: Mapping[str, KnownFact]) -> tuple[str, ...]:
    """Return the keys of the facts for which a role is judged although nobody asked for it."""
    if role in USE_ROLES:
        return stated_uses(known)
    return named_base(known) if role == BASE_ROLE else ()


class RowMaker:
    """Makes the rows of a body of law for some actors, uses and markets on one day."""

    def __init__(self, law: Law, case: Case, as_of: int) -> None:
        """Keep what decides which axes a rule has."""
        self.law = law
        self.case = case
        self.as_of = as_of

    def rules(self, markets: tuple[str, ...]) -> Iterator[Rule]:
        """Yield the rules that bind in these markets, the version that stands or is nearest."""
        seen: set[str] = set()
        for rule in self.law.bindings:
            market = self.law.packs[rule.pack].market
            if rule.id not in seen and (market in markets or not market):
                seen.add(rule.id)
                yield self.law.version(rule.id, self.as_of)

    def roles_of(self, rule: Rule) -> tuple[str, ...]:
        """Return the roles that can ever be the addressee of a rule."""
        assert rule.binding is not None
        term = self.law.packs[rule.pack].addressee(rule.binding.addressee, rule.object)
        return term.roles if term else ()

    def rows(self, rule: Rule, actors: Iterable[Actor], uses: tuple[str, ...]) -> Iterator[Row]:
        """Yield the rows of one rule."""
        market = self.law.packs[rule.pack].market
        possible = self.roles_of(rule)
        for actor in actors:
            for role in actor.roles:
                if role in possible:
                    for use in uses if self._depends_on_use(rule) else (NOBODY,):
                        yield Row(actor.id, role, market, use)

    def falls_on(self, rule: Rule) -> FallsOn:
        """Return whom a rule falls on, for one that none of the roles asked can bear."""
        assert rule.binding is not None
        market = self.law.packs[rule.pack].market
        return FallsOn(rule, market, rule.binding.addressee, self.roles_of(rule))

    def _depends_on_use(self, rule: Rule) -> bool:
        day = rule.interval.nearest(self.as_of)
        names = set(facts_of(rule.when))
        pending = [rule, *self.law.scope(rule.pack, day)]
        while pending:
            each = pending.pop()
            names.update(facts_of(each.when))
            pending.extend(self.law.exceptions(each, day))
        assert rule.binding is not None
        term = self.law.packs[rule.pack].addressee(rule.binding.addressee, rule.object)
        if term is not None:
            names.add(term.fact)
        return any("use" in self.case.axes.of(name) for name in names)
