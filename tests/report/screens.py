"""The screens that are told to the letter: which facts, which form, which file.

``python -m tests.report.screens`` writes the files again; then read the difference.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

from tests.report.toy_law import FULL, TOY_LAW
from weighbridge.assess import Assessment, Request, assess
from weighbridge.report import json
from weighbridge.report.markdown import to_markdown
from weighbridge.report.market_section import Shown
from weighbridge.report.screen import one_screen
from weighbridge.report.text import to_text
from weighbridge.rules.compile import compile_law

FOLDER = Path(__file__).with_name("screens")
FACTS = {
    "applies": FULL,
    "presumed": ("weights_public=yes",),
    "stop": (
        "made_by_actor=yes",
        "dangerous_toy=yes",
        "weights_public=no",
        "training_compute=1e20",
    ),
    "not-owed": (
        "training_compute=1e20",
        "made_by_actor=yes",
        "outputs_image=no",
        "weights_public=no",
        "public_service=no",
    ),
    "old-model": ("made_by_actor=yes", "training_compute=5e23", "model_first_available=2029-05-01"),
    "perhaps-old": ("made_by_actor=yes", "training_compute=5e23", "narrow_task=no"),
}
_FRESH_DIGEST = re.compile(r'"(sha256:[0-9a-f]{64})"')


def screens(weigh: Callable[..., Assessment]) -> dict[str, str]:
    """Return what is printed, by file name."""
    found: dict[str, str] = {}
    for name, facts in FACTS.items():
        assessment = weigh(*facts)
        found[f"{name}.txt"] = to_text(one_screen(assessment, Shown(target="toy")))
    applies = weigh(*FACTS["applies"])
    everything = Shown(all=True, target="toy")
    found["applies-all.txt"] = to_text(one_screen(applies, everything))
    found["applies.md"] = to_markdown(one_screen(applies, Shown(target="toy")))
    found["applies-all.md"] = to_markdown(one_screen(applies, everything))
    found["applies.json"] = _FRESH_DIGEST.sub('"sha256:…"', json.to_text(applies))
    return found


def main() -> None:
    """Write each screen and name the ones that changed."""
    law = compile_law([TOY_LAW])
    texts = screens(lambda *sets: assess(Request(None, sets=sets), law))
    for name, text in texts.items():
        path = FOLDER / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {name}\n")


if __name__ == "__main__":
    main()
