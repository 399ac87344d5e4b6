"""Cases of the rule language: one YAML file over a toy law, and the exact text expected of it.

A case says in its first line where it stands: ``# as: toy/act/pack.yaml`` replaces that file,
``# as: amendment`` amends the toy law; without it the case is one more file of rules.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from weighbridge.facts.values import read_day
from weighbridge.reason.prose import rule_in_words
from weighbridge.rules import Law
from weighbridge.rules.compile import compile_law
from weighbridge.text.errors import WeighbridgeError

HERE = Path(__file__).parent
TOY = HERE / "toy"
BAD = sorted((HERE / "bad").glob("*.yaml"))
GOOD = sorted((HERE / "good").glob("*.yaml"))


def load(case: Path, folder: Path) -> Law:
    """Return the toy law with ``case`` in it; ``folder`` is filled. Raises what the case shows."""
    shutil.copytree(TOY, folder, dirs_exist_ok=True)
    first = case.read_text(encoding="utf-8").split("\n", 1)[0]
    at = first.removeprefix("# as: ") if first.startswith("# as: ") else None
    if at == "amendment":
        target = folder.parent / "amendment.yaml"
        shutil.copyfile(case, target)
        return compile_law([folder], [target])
    shutil.copyfile(case, folder / (at or "toy/act/rules/case.yaml"))
    return compile_law([folder])


def bad_message(case: Path) -> str:
    """Return the whole message a bad case is refused with."""
    with tempfile.TemporaryDirectory() as name:
        try:
            load(case, Path(name) / "law")
        except WeighbridgeError as error:
            return f"{error}\n"
    raise AssertionError(f"{case.name} was not refused")


def good_prose(case: Path) -> str:
    """Return the rules of a good case as English, one after the other."""
    with tempfile.TemporaryDirectory() as name:
        law = load(case, Path(name) / "law")
    day = read_day(law.read_on).toordinal()
    own = [rule for rule in law.rules if rule.file.endswith(("case.yaml", "amendment.yaml"))]
    return "\n".join(f"[{rule.key}]\n{rule_in_words(law, rule, day)}" for rule in own)
