"""Write again what the cases of the rule language are expected to say; then read the difference.

``python tools/update_expected.py`` from the top of the checkout.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.rules.cases import BAD, GOOD, bad_message, good_prose

TOP = Path(__file__).resolve().parent.parent


def main() -> None:
    """Write the text beside each case and name the ones that changed."""
    for cases, say in ((BAD, bad_message), (GOOD, good_prose)):
        for case in cases:
            target, text = case.with_suffix(".txt"), say(case)
            if not target.is_file() or target.read_text(encoding="utf-8") != text:
                target.write_text(text, encoding="utf-8")
                print(f"wrote {target.relative_to(TOP)}")


if __name__ == "__main__":
    main()
