"""Plans that are told to the letter. ``python -m tests.plan.screens`` writes the files again."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.plan.toys import duty, law, levers, prohibition, weighed
from weighbridge.plan import Plan, make_plan
from weighbridge.report.markdown import to_markdown
from weighbridge.report.plan_page import plan_page
from weighbridge.report.text import to_text
from weighbridge.rules import Law

FOLDER = Path(__file__).with_name("screens")
HOURS = {"one": (4.0, 8.0), "two": (4.0, 8.0), "dear": (100.0, 1200.0)}


def whole_law() -> Law:
    """Return a law of three markets: one opens, one stays shut, of one nobody can tell."""
    rules = [
        duty("xa-before", "a", "one", due="before-release"),
        duty("xa-after", "d", "two"),
        duty("xa-dear", ("not", "a"), "dear", due="at-release"),
        duty("xa-closing", "e", "one"),
        duty("xa-third", "e", "two"),
        prohibition("xb-stop", "f", pack="shut"),
        prohibition("xc-perhaps", "b", pack="open"),
        duty("xc-same", "e", "one", pack="open"),
    ]
    return law(rules, HOURS, {"toy": "XA", "shut": "XB", "open": "XC"})


def whole_plan() -> Plan:
    """Return a plan that shows every part of a page."""
    assessment = weighed(whole_law(), "a=no", "e=yes", "f=yes")
    return make_plan(assessment, ("XA", "XB", "XC"), levers=levers())


def screens() -> dict[str, str]:
    """Return what is printed, by file name."""
    nothing = make_plan(weighed(whole_law(), "a=yes"), levers=levers(), settled_only=True)
    page = plan_page(whole_plan(), None)
    return {
        "whole.txt": to_text(page),
        "whole.md": to_markdown(page),
        "settled-only.txt": to_text(plan_page(nothing)),
    }


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in screens().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"{FOLDER.name}: written\n")


if __name__ == "__main__":
    main()
