"""A scan as SARIF: a rule for each kind of thing found, a result for each finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weighbridge.release.hazards.verdict import WORDS, FileReport, Grade, Hazard
from weighbridge.report.blocks import printable
from weighbridge.report.hazard_words import explained
from weighbridge.report.sarif import Result, Rule, Where, sarif_log

if TYPE_CHECKING:
    from weighbridge.release.hazards.whole import PathReport

_LEVELS = {Grade.DANGEROUS: "error", Grade.UNLISTED: "warning"}
_UNFINISHED = ("broken", "not-fully-read")


def scan_sarif(report: PathReport) -> dict[str, Any]:
    """Return the log of a scan."""
    results = [_result(file, hazard) for file in report.worst_first for hazard in file.hazards]
    rules = [Rule(id, *explained(id)) for id in {each.rule for each in results}]
    notes = [
        Result("", "warning", f"not opened: {printable(each.why)}", (Where(each.path),))
        for each in report.not_opened
    ]
    return sarif_log(rules, results, notes)


def _result(file: FileReport, hazard: Hazard) -> Result:
    level = _LEVELS.get(hazard.grade, "note")
    if hazard.id in _UNFINISHED:
        level = "warning"
    return Result(
        hazard.id,
        level,
        printable(hazard.message),
        (Where(file.path, offset=hazard.offset, member=printable(hazard.member)),),
        properties={
            "verdict": file.verdict,
            "format": file.format,
            "grade": WORDS[hazard.grade],
            "offset": hazard.offset,
        },
    )
