"""Documents to a checked body of law, in the order the parts need each other."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from weighbridge.facts import FactType, Vocabulary
from weighbridge.facts.vocabulary import read_fact_type, read_fact_types
from weighbridge.rules.amend import apply_amendments
from weighbridge.rules.check import check_law
from weighbridge.rules.law import Law
from weighbridge.rules.names import LawNames
from weighbridge.rules.read_pack import (
    PackHeading,
    read_comparison,
    read_discharge,
    read_law_heading,
    read_pack,
    read_parameter,
    read_penalty,
    read_question,
)
from weighbridge.rules.read_rule import RuleReader
from weighbridge.rules.rule import Interval, Parameter, Penalty, Question, Rule
from weighbridge.rules.sources import Document, Sources, read_sources
from weighbridge.text.errors import LanguageError


def compile_law(folders: list[Path], amendments: list[Path] | None = None) -> Law:
    """Return the body of law in ``folders``, with amendments.

    Raises :class:`LanguageError` at the first word that breaks the language, and
    :class:`LawMissing` where a folder holds no law.
    """
    sources = read_sources(folders)
    apply_amendments(sources, amendments or [])
    return build_law(sources)


def build_law(sources: Sources) -> Law:
    """Return the law that the documents make. Raises :class:`LanguageError`."""
    headings = {each.pack: read_pack(each) for each in sources.of("pack")}
    parameters = _read_parameters(sources, headings)
    questions = [read_question(each) for each in sources.of("reading")]
    vocabulary = _read_vocabulary(sources, questions, parameters)
    names = LawNames(vocabulary, parameters)
    penalties = _read_penalties(sources, headings, parameters)
    law = Law(
        read_on=read_law_heading([each.node for each in sources.of("law")]),
        vocabulary=vocabulary,
        packs=[heading.pack for heading in headings.values()],
        parameters=parameters.values(),
        questions=questions,
        discharges=[read_discharge(each) for each in sources.of("discharge")],
        rules=_read_rules(sources, headings, names, penalties),
        penalties=penalties.values(),
        comparisons=[read_comparison(each, names) for each in sources.of("comparison")],
        amendments=sources.amendments,
        changed=sources.changed,
    )
    check_law(law, sources)
    return law


def _read_parameters(sources: Sources, headings: dict[str, PackHeading]) -> dict[str, Parameter]:
    parameters: dict[str, Parameter] = {}
    for document in sources.of("parameter"):
        heading = headings.get(document.pack)
        parameter = read_parameter(document, heading.read if heading else None)
        if parameter.name in parameters:
            where = document.node.key("parameter")
            raise document.file.error(where, f"parameter `{parameter.name}` is declared twice")
        parameters[parameter.name] = parameter
    return parameters


def _read_vocabulary(
    sources: Sources, questions: list[Question], parameters: dict[str, Parameter]
) -> Vocabulary:
    types: list[FactType] = []
    for name, text in sources.facts:
        types += read_fact_types(text, name, [each.name for each in types])
    for fact in sources.of("fact"):
        types.append(read_fact_type(fact.node, fact.file, [each.name for each in types]))
    for question in questions:
        words = {word: position.says for word, position in question.positions.items()}
        types.append(
            FactType(question.name, "enum", "release", question.gloss, values=words, legal=True)
        )
    for name, times in Counter(each.name for each in types).items():
        if times > 1 or name in parameters:
            raise _named_twice(sources, name)
    return Vocabulary(types)


def _named_twice(sources: Sources, name: str) -> LanguageError:
    """Return the error for a reading or parameter that bears the name of another thing."""
    documents = (*sources.of("reading"), *sources.of("parameter"))
    found = next(each for each in documents if each.name == name)
    where = found.node[found.heading]
    return found.file.error(where, f"`{name}` names two things", provision=name)


def _read_penalties(
    sources: Sources, headings: dict[str, PackHeading], parameters: dict[str, Parameter]
) -> dict[str, Penalty]:
    penalties: dict[str, Penalty] = {}
    for document in sources.of("penalty"):
        if document.pack not in headings:
            raise document.file.error(document.node, f"no pack.yaml for `{document.pack}`")
        penalty = read_penalty(document, headings[document.pack], parameters)
        if penalty.id in penalties:
            where = document.node.key("penalty")
            raise document.file.error(where, f"penalty `{penalty.id}` is declared twice")
        penalties[penalty.id] = penalty
    return penalties


def _read_rules(
    sources: Sources,
    headings: dict[str, PackHeading],
    names: LawNames,
    penalties: dict[str, Penalty],
) -> list[Rule]:
    readers = {id_: RuleReader(heading, names, penalties) for id_, heading in headings.items()}
    rules = []
    for document in sources.of("rule"):
        rules.append(_reader(readers, document).read(document))
    return _mark_versions(rules)


def _reader(readers: dict[str, RuleReader], document: Document) -> RuleReader:
    if document.pack not in readers:
        raise document.file.error(document.node, f"no pack.yaml for `{document.pack}`")
    return readers[document.pack]


def _mark_versions(rules: list[Rule]) -> list[Rule]:
    versions = Counter(rule.id for rule in rules)
    for rule in rules:
        if versions[rule.id] > 1 and rule.interval.start is not None:
            rule.body["version"] = _version(rule.interval)
    return rules


def _version(interval: Interval) -> str:
    """Return what tells a version from the others of its id: its first day, or its last."""
    if interval.never_applied:
        return f"..{date.fromordinal((interval.end or 0) - 1).isoformat()}"
    return date.fromordinal(interval.start or 0).isoformat()
