"""``weighbridge check``: the main job."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weighbridge.cli.gates import chosen_gates, exit_status, read_baseline
from weighbridge.cli.options import (
    FORMATS_WITH_SARIF,
    Amendments,
    AsOf,
    Authority,
    Everything,
    FactsFiles,
    FailOn,
    FormatWithSarif,
    LawFolders,
    Markets,
    NoRelease,
    Output,
    Presume,
    Readings,
    Release,
    Roles,
    Sets,
    check_words,
    chosen_format,
    chosen_release,
    examples,
    judging_request,
    load,
    new_app,
    on_this_machine,
    shown_release,
    tell_fetched,
)

if TYPE_CHECKING:
    from weighbridge.assess.assessment import Assessment

Baseline = Annotated[
    Path | None,
    typer.Option(
        "--baseline",
        metavar="FILE",
        help="An earlier JSON result; gates count only what is new since.",
    ),
]
Compare = Annotated[
    str | None,
    typer.Option(
        "--compare",
        metavar="NAME",
        help="Judge twins of the release side by side: `open` shows what openness buys and costs.",
    ),
]
Bases = Annotated[
    list[Path] | None,
    typer.Option(
        "--base",
        metavar="OTHER",
        help="A release that this one may be made from: weights, words and terms are held "
        "against each other; repeat.",
        show_default=False,
    ),
]
app = new_app()
_MOST_COMPARED = 12


@app.command(
    epilog=examples(
        "weighbridge check .",
        "weighbridge check my-model --market EU --market US-CA --role modifier",
        "weighbridge check my-model --format json -o result.json",
        "weighbridge check my-model --fail-on owed --fail-on finding:high --baseline result.json",
        "weighbridge check my-model --compare open",
        "weighbridge check my-model --base its-base",
        "weighbridge check hf://org/name@v1.0",
        "weighbridge check --no-release --set training_compute=3e25 --as-of 2025-09-01",
    )
)
def check(
    release: Release = None,
    no_release: NoRelease = False,
    as_of: AsOf = None,
    market: Markets = None,
    role: Roles = None,
    facts: FactsFiles = None,
    set_: Sets = None,
    amend: Amendments = None,
    law: LawFolders = None,
    reading: Readings = None,
    presume: Presume = None,
    authority: Authority = None,
    compare: Compare = None,
    base: Bases = None,
    everything: Everything = False,
    fail_on: FailOn = None,
    baseline: Baseline = None,
    format: FormatWithSarif = "text",
    output: Output = None,
) -> int:
    """Read a release, judge it by the law of each market, and say what it owes and why.

    Exit status: 0 done, 1 a gate was reached, 2 the input or the call is at fault,
    130 interrupted.
    """
    form, gates = chosen_format(format, FORMATS_WITH_SARIF), chosen_gates(fail_on)
    earlier = read_baseline(baseline)
    on_this_machine(*(base or ()))
    folder = chosen_release(release, no_release)
    check_words(presume, authority)
    from weighbridge.assess import assess

    request = judging_request(
        folder,
        as_of=as_of,
        market=market,
        role=role,
        facts=facts,
        set_=set_,
        reading=reading,
        presume=presume,
        authority=authority,
    )
    plain = load(law) if amend else None
    assessment = assess(
        replace(request, compare=compare, bases=tuple(base or ())), load(law, amend), plain
    )
    tell_fetched(folder)
    _write(assessment, form, everything, shown_release(release), output)
    if not gates:
        return 0
    from weighbridge.report.json import to_json

    return exit_status(gates, to_json(assessment), earlier)


def _write(
    assessment: Assessment, form: str, everything: bool, target: str, output: Path | None
) -> None:
    from weighbridge.cli.output import emit, show_page

    if form == "json":
        from weighbridge.report.json import to_text

        emit(to_text(assessment), output)
        return
    if form == "sarif":
        from weighbridge.report.check_sarif import check_sarif
        from weighbridge.report.json import dumps

        emit(dumps(check_sarif(assessment)), output)
        return
    if assessment.comparison is not None:
        from weighbridge.report.compare_page import compare_page

        show_page(compare_page(assessment, None if everything else _MOST_COMPARED), form, output)
        return
    from weighbridge.report.market_section import Shown
    from weighbridge.report.screen import one_screen

    show_page(one_screen(assessment, Shown(all=everything, target=target)), form, output)
