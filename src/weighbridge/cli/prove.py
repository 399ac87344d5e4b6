"""``weighbridge prove``: questions about the law itself, answered by a release or by proof."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weighbridge.cli.options import (
    Amendments,
    AsOf,
    Everything,
    Format,
    LawFolders,
    Markets,
    Output,
    chosen_format,
    day_or_read_on,
    examples,
    load,
    new_app,
)
from weighbridge.text.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from weighbridge.reason.prove.found import Asked, Step
    from weighbridge.report.prove_page import Answer
    from weighbridge.rules import Law

Packs = Annotated[
    list[str] | None,
    typer.Option("--pack", metavar="PACK", help="Look at the rules of this pack alone; repeat."),
]
Against = Annotated[
    Path | None,
    typer.Option(
        "--against",
        metavar="DIR",
        help="A whole body of law to compare with: the folder `law` of another checkout.",
    ),
]
AtLeast = Annotated[
    int, typer.Option("--at-least", metavar="N", min=1, help="How many duties make a cliff.")
]
Save = Annotated[
    Path | None,
    typer.Option(
        "--save", metavar="FILE", help="Write the releases shown there, as cases of a pack."
    ),
]
FailOn = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-on", metavar="GATE", help="End with status 1 on: found, undecided; repeat."
    ),
]
GATES = ("found", "undecided")
app = new_app()
_REACHED, _INTERRUPTED = 1, 130
_EVERY = 16


@app.command(
    epilog=examples(
        "weighbridge prove                        (all but the two that compare laws)",
        "weighbridge prove dead redundant --pack PACK",
        "weighbridge prove contradictions --as-of 2026-09-01 --save cases.yaml",
        "weighbridge prove cliffs --market EU --at-least 10",
        "weighbridge prove --amend reform/release-wait   (for whom it changes anything)",
        "weighbridge prove same --amend my-tidying.yaml --fail-on found",
        "weighbridge prove same --against ../before/src/weighbridge/law",
    )
)
def prove(
    question: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[QUESTION]...",
            help="contradictions, gaps, dead, redundant, cliffs, amendment or same.",
            show_default=False,
        ),
    ] = None,
    as_of: AsOf = None,
    market: Markets = None,
    pack: Packs = None,
    law: LawFolders = None,
    amend: Amendments = None,
    against: Against = None,
    at_least: AtLeast = 5,
    all: Everything = False,
    save: Save = None,
    fail_on: FailOn = None,
    format: Format = "text",
    output: Output = None,
) -> int:
    """Ask about the law itself: what contradicts, what is never met, who an amendment changes.

    Every release shown was judged again by the reference evaluator. What cannot be decided within
    a bound that is the same on every machine is told as undecided.

    Exit status: 0 done, 1 a gate was reached, 2 the input or the call is at fault,
    130 interrupted (what was found until then is shown).
    """
    form, gates = chosen_format(format), _chosen(fail_on, GATES, "gate")
    from weighbridge.reason.prove.found import QUESTIONS

    questions = _questions(_chosen(question, tuple(QUESTIONS), "question"), amend, against)
    body, other = _laws(law, amend, against)
    asked = _asked(body, other, as_of, market, pack, at_least)
    answer = _answer(asked, questions)
    _write(asked, answer, form, output, save, everything=all)
    return _INTERRUPTED if answer.stopped else _status(answer, gates)


def _chosen(names: list[str] | None, allowed: tuple[str, ...], what: str) -> tuple[str, ...]:
    for name in names or ():
        if name not in allowed:
            hint = did_you_mean(name, allowed) or f"one of {', '.join(allowed)}"
            raise InputError(f"unknown {what} `{name[:60]}`", help=hint)
    return tuple(dict.fromkeys(names or ()))


def _questions(
    asked: tuple[str, ...], amend: list[Path] | None, against: Path | None
) -> tuple[str, ...]:
    """Return the questions: those asked for, else those that what is given brings up."""
    from weighbridge.reason.prove.ask import ASK, OF_TWO

    if amend and against is not None:
        raise InputError("give `--amend` or `--against`, not both")
    for name in asked:
        if name in OF_TWO and not amend and against is None:
            help = "give --amend FILE or --against DIR"
            raise InputError(f"`{name}` compares two laws", help=help)
    if asked:
        return tuple(name for name in ASK if name in asked)
    if amend:
        return ("amendment",)
    return ("same",) if against is not None else tuple(each for each in ASK if each not in OF_TWO)


def _laws(
    folders: list[Path] | None, amend: list[Path] | None, against: Path | None
) -> tuple[Law, Law | None]:
    """Return the law that is looked at and the one it is compared with."""
    if against is not None:
        from weighbridge.rules.compile import compile_law

        if not against.is_dir():
            raise InputError(f"`{against}` is not a folder", help="name a whole body of law")
        return load(folders), compile_law([against, *(folders or ())])
    return load(folders, amend), load(folders) if amend else None


def _asked(
    law: Law,
    other: Law | None,
    as_of: str | None,
    market: list[str] | None,
    pack: list[str] | None,
    at_least: int,
) -> Asked:
    from weighbridge.assess.rows import chosen_markets
    from weighbridge.facts.values import read_day
    from weighbridge.reason.prove.found import Asked

    for name in pack or ():
        if name not in law.packs:
            hint = did_you_mean(name, law.packs) or "`weighbridge law` lists the packs"
            raise InputError(f"unknown pack `{name[:60]}`", help=hint)
    return Asked(
        law=law,
        as_of=read_day(day_or_read_on(as_of, law)).toordinal(),
        markets=chosen_markets(law, market or ()),
        packs=frozenset(pack) if pack else None,
        other=other,
        at_least=at_least,
        later=as_of is None,
    )


def _answer(asked: Asked, questions: tuple[str, ...]) -> Answer:
    """Return what the questions come to; of a run that is stopped, what was found until then."""
    from weighbridge.reason.prove.ask import ASK
    from weighbridge.reason.prove.found import Found, Step, Undecided
    from weighbridge.report.prove_page import Answer

    answer = Answer()
    progress = _Progress() if sys.stderr.isatty() else None
    try:
        for question in questions:
            answer.looked_at[question] = 0
            for event in ASK[question](asked):
                if isinstance(event, Found):
                    answer.found.append(event)
                elif isinstance(event, Undecided):
                    answer.undecided.append(event)
                else:
                    assert isinstance(event, Step)
                    answer.looked_at[question] = event.done
                    if progress is not None:
                        progress.told(event, len(answer.found))
    except KeyboardInterrupt:
        answer.stopped = True
    finally:
        if progress is not None:
            progress.done()
    return answer


def _write(
    asked: Asked,
    answer: Answer,
    form: str,
    output: Path | None,
    save: Path | None,
    *,
    everything: bool,
) -> None:
    from weighbridge.cli.output import emit, show_page, write_whole
    from weighbridge.report.prove_page import prove_json, prove_page

    if save is not None:
        from weighbridge.report.prove_cases import cases_yaml

        write_whole(save, cases_yaml(asked.law.vocabulary, answer.found))
    if form == "json":
        from weighbridge.report.json import dumps

        emit(dumps(prove_json(asked, answer)), output)
    else:
        show_page(prove_page(asked, answer, everything=everything), form, output)


def _status(answer: Answer, gates: tuple[str, ...]) -> int:
    """Say on standard error which gates are reached, and return the exit status."""
    counts = {"found": len(answer.found), "undecided": len(answer.undecided)}
    reached = [gate for gate in gates if counts[gate]]
    for gate in reached:
        sys.stderr.write(f"weighbridge: gate {gate} reached: {counts[gate]}\n")
    return _REACHED if reached else 0


class _Progress:
    """One line on a terminal that says how far a question is, told anew now and then."""

    def told(self, step: Step, found: int) -> None:
        """Tell a step."""
        if step.done % _EVERY == 0:
            line = f"{step.question}: {step.done:,} of {step.total:,} looked at, {found:,} found"
            sys.stderr.write(f"\r\x1b[K{line}")
            sys.stderr.flush()

    def done(self) -> None:
        """Take the line away."""
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
