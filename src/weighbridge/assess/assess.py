"""Facts + law + date: the one flow, from a request to an assessment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from weighbridge.assess.amended import orphans, rows_otherwise
from weighbridge.assess.assessment import (
    Actor,
    Assessment,
    DischargeState,
    FallsOn,
    KnownFact,
    RowVerdict,
)
from weighbridge.assess.compare import chosen_comparison, compare, sheltered
from weighbridge.assess.declaration import (
    Declaration,
    own_declaration,
    read_declaration,
    split_key,
)
from weighbridge.assess.derive import derive_facts
from weighbridge.assess.questions import askable_sets, next_questions
from weighbridge.assess.resolve import resolve
from weighbridge.assess.rows import RowMaker, chosen_markets, chosen_roles, named_base, stated_uses
from weighbridge.facts import Fact, Finding, Source, Value
from weighbridge.facts.keys import name_of
from weighbridge.facts.values import read_day
from weighbridge.reason.case import NOBODY
from weighbridge.reason.judge import BINDING_AUTHORITIES, Judge, Judgement
from weighbridge.reason.proof import Conclusion, Verdict
from weighbridge.rules import Law
from weighbridge.text.errors import InputError, ParseError, did_you_mean

if TYPE_CHECKING:
    from weighbridge.release.folder import Folder
    from weighbridge.release.reader import Release

_SEVERITIES = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked.

    release:     the folder or where it lies; ``None`` to judge asserted facts alone
    as_of:       an ISO day; ``None`` for the release's own default, else the day the law was read
    markets:     as asked; empty for all
    roles:       as asked; empty for developer, and modifier where a base is named
    facts_files: files in the form of ``weighbridge.toml``; they assert
    sets:        ``FACT=VALUE``, last wins, ``=unknown`` unsets
    readings:    ``ID=POSITION``
    presume:     whether presumptions may speak
    authorities: the kinds of text that count; ``None`` for all
    skip:        keys of facts that no question should ask for
    compare:     the name of a comparison whose twins are to be judged too
    bases:       releases with which the weights are compared
    """

    release: Path | Folder | None
    as_of: str | None = None
    markets: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    facts_files: tuple[Path, ...] = ()
    sets: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    presume: bool = True
    authorities: frozenset[str] | None = None
    skip: tuple[str, ...] = ()
    compare: str | None = None
    bases: tuple[Path, ...] = ()


@dataclass(slots=True)
class _Given:
    """What was read and what was said, before anything is weighed."""

    release: Release | None = None
    read: list[Fact] = field(default_factory=list)
    asserted: list[Fact] = field(default_factory=list)
    unset: list[str] = field(default_factory=list)
    declarations: list[Declaration] = field(default_factory=list)


def assess(request: Request, law: Law, plain: Law | None = None) -> Assessment:
    """Return the assessment of a request under a body of law.

    ``plain`` is the same law without its amendments, so that what they change can be told.
    Raises :class:`InputError` for a path, fact, market, role, reading or date at fault. Nothing
    is written, nothing is run, no clock and no network is asked.
    """
    comparison = chosen_comparison(law, request.compare) if request.compare else None
    given = _gather(request, law)
    known, conflicts = resolve(
        law.vocabulary,
        given.read,
        given.asserted,
        [each for declared in given.declarations for each in declared.settlements],
        given.unset,
    )
    known = derive_facts(law.vocabulary, known)
    as_of = _as_of(request, law, given.declarations)
    values: dict[str, Value] = {
        key: fact.value for key, fact in known.items() if fact.value is not None
    }
    values.update(_readings(request.readings, law))
    day = read_day(as_of).toordinal()
    judge = Judge(law, values, day, presume=request.presume, authorities=request.authorities)
    markets = chosen_markets(law, request.markets or _declared_markets(given.declarations))
    actors = _actors(request, law, given.declarations, known)
    uses = tuple(use for declared in given.declarations for use in declared.uses) or (NOBODY,)
    verdicts, falls_on = _judge_all(judge, markets, actors, uses, known)
    open_rows = [row for row in verdicts if row.asks]
    otherwise = None
    if plain is not None:
        otherwise = rows_otherwise(judge, verdicts, plain, markets, actors, uses)
    return Assessment(
        law=law,
        as_of=as_of,
        markets=markets,
        actors=actors,
        uses=uses,
        release_name=given.release.name if given.release else None,
        release_digest=given.release.digest if given.release else None,
        facts=_with_open(known, verdicts, law),
        conclusions=_conclusions(judge),
        findings=_findings(given.release.findings if given.release else (), conflicts),
        verdicts=tuple(verdicts),
        falls_on=tuple(falls_on),
        questions=next_questions(judge, open_rows, request.skip),
        judge=judge,
        what_if=tuple(sorted({fact.key for fact in given.asserted} | set(given.unset))),
        warnings=_warnings(law, as_of, markets, values, otherwise),
        sheltered=tuple(
            each
            for known_comparison in law.comparisons.values()
            if known_comparison.shelter
            for each in sheltered(judge, verdicts, known_comparison)
        ),
        comparison=compare(judge, verdicts, comparison) if comparison else None,
        otherwise=otherwise,
        orphaned=orphans(law, verdicts, known) if law.amendments else (),
    )


@dataclass(frozen=True, slots=True)
class Asserted:
    """What a request says besides any release: facts by key, keys made unknown, the ISO day."""

    values: Mapping[str, Value]
    unset: tuple[str, ...]
    as_of: str


def asserted(request: Request, law: Law) -> Asserted:
    """Return what a request asserts, readings among it, and the day it asks about.

    Raises :class:`InputError` as :func:`assess` does. The release of the request is not read.
    """
    given = _gather(replace(request, release=None), law)
    values = {fact.key: fact.value for fact in given.asserted if fact.key not in given.unset}
    chosen = _readings(request.readings, law)
    as_of = _as_of(request, law, given.declarations)
    return Asserted(values | chosen, tuple(given.unset), as_of)


def _gather(request: Request, law: Law) -> _Given:
    given = _Given()
    if request.release is not None:
        from weighbridge.release.reader import read_release

        given.release = read_release(request.release, request.bases)
        given.read.extend(given.release.facts)
        declared = own_declaration(request.release, law.vocabulary)
        if declared is not None:
            given.declarations.append(declared)
            given.read.extend(declared.facts)
    for path in request.facts_files:
        asserted = read_declaration(path, path.name, law.vocabulary, Source.ASSERTED)
        given.declarations.append(asserted)
        given.asserted.extend(asserted.facts)
    _take_sets(request.sets, law, given)
    return given


def _take_sets(sets: Iterable[str], law: Law, given: _Given) -> None:
    for each in sets:
        key, equals, text = each.partition("=")
        if not equals:
            raise InputError(f"`{each[:80]}` is not FACT=VALUE", help="for example --set users=1e6")
        type_, subject = split_key(key.strip(), law.vocabulary)
        if type_.subject == "role":
            raise InputError("`role` is the row's own", help="ask for it with --role")
        full = f"{type_.name}[{subject}]" if subject else type_.name
        given.asserted = [fact for fact in given.asserted if fact.key != full]
        given.unset = [one for one in given.unset if one != full]
        if text.strip() == "unknown":
            given.unset.append(full)
        else:
            given.asserted.append(
                Fact(type_.name, type_.read(text.strip()), Source.ASSERTED, None, subject, "--set")
            )


def _readings(readings: Iterable[str], law: Law) -> dict[str, Value]:
    chosen: dict[str, Value] = {}
    for each in readings:
        name, _, position = each.partition("=")
        question = law.questions.get(name)
        if question is None:
            near = did_you_mean(name, law.questions)
            hint = near or "`weighbridge law` lists the readings"
            raise InputError(f"unknown reading `{name[:80]}`", help=hint)
        if position not in question.positions:
            near = did_you_mean(position, question.positions)
            hint = near or f"one of {', '.join(question.positions)}"
            raise InputError(f"reading `{name}` has no position `{position[:60]}`", help=hint)
        chosen[name] = position
    return chosen


def _as_of(request: Request, law: Law, declarations: Iterable[Declaration]) -> str:
    declared = [each.as_of for each in declarations if each.as_of]
    text: str = request.as_of or [*declared, law.read_on][0]
    try:
        return read_day(text).isoformat()
    except ParseError as error:
        raise InputError(error.message, help=error.help) from None


def _declared_markets(declarations: Iterable[Declaration]) -> list[str]:
    return next((each.markets for each in declarations if each.markets), [])


def _actors(
    request: Request,
    law: Law,
    declarations: Iterable[Declaration],
    known: Mapping[str, KnownFact],
) -> tuple[Actor, ...]:
    has_base = bool(named_base(known))
    roles = chosen_roles(law, request.roles, has_base=has_base, states_use=bool(stated_uses(known)))
    declared = [actor for each in declarations for actor in each.actors]
    if not declared:
        return (Actor(NOBODY, roles),)
    if not request.roles:
        return tuple(declared)
    asked = [Actor(each.id, tuple(r for r in each.roles if r in roles)) for each in declared]
    return tuple(actor for actor in asked if actor.roles)


def _judge_all(
    judge: Judge,
    markets: tuple[str, ...],
    actors: tuple[Actor, ...],
    uses: tuple[str, ...],
    known: Mapping[str, KnownFact],
) -> tuple[list[RowVerdict], list[FallsOn]]:
    maker = RowMaker(judge.law, judge.case, judge.as_of)
    binding = Judge(judge.law, {}, judge.as_of, authorities=BINDING_AUTHORITIES, case=judge.case)
    verdicts: list[RowVerdict] = []
    falls_on: list[FallsOn] = []
    for rule in maker.rules(markets):
        rows = list(maker.rows(rule, actors, uses))
        if not rows and maker.roles_of(rule):
            falls_on.append(maker.falls_on(rule))
        for row in rows:
            verdicts.append(_row(judge, binding, judge.judge(rule, row), known))
    verdicts.sort(key=_row_key)
    return verdicts, falls_on


def _row_key(row: RowVerdict) -> tuple[str, str, str, str, str]:
    judged = row.judged
    return judged.row.market, judged.rule.id, judged.row.actor, judged.row.role, judged.row.use


def _row(
    judge: Judge, binding: Judge, judged: Judgement, known: Mapping[str, KnownFact]
) -> RowVerdict:
    alone = judged.verdict
    if judged.rests_on.authority not in BINDING_AUTHORITIES:
        alone = binding.verdict(judged.rule, judged.row)[0]
    return RowVerdict(
        judged=judged,
        discharges=tuple(_discharge(judge.law, id_, known) for id_ in judged.rule.discharges),
        binding_alone=alone,
        differs_by_guidance=alone is not judged.verdict,
        turns_on=_turns_on(judge, judged),
        askable=askable_sets(judged.open, judge.law.vocabulary),
    )


def _turns_on(judge: Judge, judged: Judgement) -> dict[str, dict[str, Verdict]]:
    """Return, for an unknown verdict, what each position of the readings it turns on gives."""
    names = {name_of(key) for each in judged.missing for key in each}
    return {
        name: {
            position: judge.supposing(name, position).verdict(judged.rule, judged.row)[0]
            for position in judge.law.questions[name].positions
        }
        for name in sorted(names & set(judge.law.questions))
    }


def _discharge(law: Law, id_: str, known: Mapping[str, KnownFact]) -> DischargeState:
    """Return what the release holds towards a discharge: facts that go into it, never "met"."""
    discharge = law.discharges[id_]
    found = tuple(name for name in discharge.looks_for if _holds(known.get(name)))
    return DischargeState(id_, discharge.title, "partial" if found else "none", found)


def _holds(fact: KnownFact | None) -> bool:
    return fact is not None and fact.value is not None and fact.value is not False


def _with_open(
    known: Mapping[str, KnownFact], verdicts: Iterable[RowVerdict], law: Law
) -> dict[str, KnownFact]:
    """Return the known facts and, as unknown, every fact that could settle an open row."""
    facts = dict(known)
    for row in verdicts:
        for each in row.judged.open:
            for key in each:
                type_ = law.vocabulary.get(name_of(key))
                if key not in facts and type_ is not None:
                    facts[key] = KnownFact(key, type_)
    return dict(sorted(facts.items()))


def _conclusions(judge: Judge) -> dict[str, Conclusion]:
    return dict(sorted(judge.conclusions.items()))


def _findings(read: Iterable[Finding], conflicts: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return all findings, worst first; a conflict that a reader told in full is not told twice."""
    told = [set(finding.where) for finding in read]
    new = [each for each in conflicts if not any(set(each.where) <= places for places in told)]
    findings = [*read, *new]

    def key(finding: Finding) -> tuple[int, str, str, str]:
        where = " ".join(map(str, finding.where))
        return _SEVERITIES.index(finding.severity), finding.id, where, finding.message

    return tuple(sorted(findings, key=key))


def _warnings(
    law: Law,
    as_of: str,
    markets: tuple[str, ...],
    values: Mapping[str, Value],
    otherwise: int | None,
) -> tuple[str, ...]:
    warnings = [
        f"{pack.id} was read only until {pack.known_until}; later changes are not in it"
        for pack in law.packs.values()
        if pack.known_until < as_of and (pack.market in markets or not pack.market)
    ]
    warnings += [f"amended by `{name}`: a what-if, not the law" for name in law.amendments]
    if otherwise == 0:
        warnings.append("amended, and no verdict is otherwise: on these facts it changes nothing")
    elif otherwise is not None:
        rows = "1 verdict is" if otherwise == 1 else f"{otherwise} verdicts are"
        warnings.append(f"amended: {rows} otherwise than by the law as it stands")
    switches = [
        f"{name}={'|'.join(question.positions)}"
        for name, question in law.questions.items()
        if question.pack in law.amendments and name not in values
    ]
    if switches:
        warnings.append(f"left open by the reform, choose with --reading: {', '.join(switches)}")
    return tuple(sorted(warnings))
