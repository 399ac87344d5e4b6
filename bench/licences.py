"""A folder with several licence files of the length that is met, all but one in words of ours."""

from __future__ import annotations

from pathlib import Path

TOP = Path(__file__).parent.parent
_RIDER = "The Work may be used in agriculture alone, and for nothing else at all.\n"
_CARD = """---
license: other
license_name: scale-licence
base_model: meta-llama/Llama-3.1-8B
---
# Scale

The source code is licensed under the [Apache License](LICENSE). The weights are not.
"""
_PARAGRAPH = (
    "{number}. Whoever takes part {number} of the scale, its weights or a changed copy number"
    " {number} agrees to keep the terms of this page, to pass on this text with each copy of part"
    " {number}, and to bear the cost of whatever follows from its use in place {number}.\n\n"
)
_CLAUSES = """Acme grants you a worldwide, royalty-free license to use, modify and distribute the
weights. If your products have more than 100 million monthly active users, you must request a
license from Acme. You must not use the weights for military purposes or for surveillance. You will
not use them to improve any other large language model.

"""


def write_release(folder: Path) -> Path:
    """Write a release with five licence files, one known, one nearly, three unknown; return it."""
    folder.mkdir()
    known = (TOP / "LICENSE").read_text(encoding="utf-8")
    texts = {
        "LICENSE": known,
        "LICENSE-CODE": known.replace("perpetual", "limited", 1) + _RIDER,
        "LICENSE-MODEL": "Scale License Agreement\n\n" + _long(60) + _CLAUSES,
        "USE_POLICY.md": "# Use policy\n\n" + _long(25) + "Prohibited uses are harm and fraud.\n",
        "NOTICE": "Third-party parts\n\n" + _long(150),
        "README.md": _CARD,
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def _long(paragraphs: int) -> str:
    return "".join(_PARAGRAPH.format(number=number) for number in range(paragraphs))
