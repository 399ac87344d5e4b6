"""Write every rule as English beside its pack: ``law/<pack>/prose/<file>.md``.

Run it after a change to a pack, then read the difference: ``python tools/make_prose.py``.
With ``--check`` nothing is written, stale pages are named and the exit status is 1.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from weighbridge.facts.values import read_day
from weighbridge.reason.prose import rule_in_words
from weighbridge.rules.compile import compile_law
from weighbridge.rules.law import Law
from weighbridge.rules.rule import Rule
from weighbridge.rules.sources import LAW_FOLDER


def pages(law: Law) -> dict[Path, str]:
    """Return the text of every page by its path."""
    by_file: dict[str, list[Rule]] = {}
    for rule in law.rules:
        by_file.setdefault(rule.file, []).append(rule)
    return {_page(Path(file)): _text(law, file, rules) for file, rules in by_file.items()}


def stale(law: Law) -> list[Path]:
    """Return the pages that are absent, out of date, or left over from a file that is gone."""
    wanted = pages(law)
    found = set(LAW_FOLDER.glob("**/prose/*.md"))
    wrong = [path for path, text in wanted.items() if path not in found or _read(path) != text]
    return sorted([*wrong, *(found - set(wanted))])


def write(law: Law) -> list[Path]:
    """Bring every page up to date and return those that changed."""
    wanted, changed = pages(law), stale(law)
    for path in changed:
        if path not in wanted:
            path.unlink()
            continue
        path.parent.mkdir(exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
    return changed


def _page(file: Path) -> Path:
    return LAW_FOLDER / file.parent.parent / "prose" / f"{file.stem}.md"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _text(law: Law, file: str, rules: list[Rule]) -> str:
    pack = law.packs[rules[0].pack]
    parts = [f"# {pack.title}: {Path(file).stem}\n", f"Made from `{file}`; do not edit.\n"]
    as_of = read_day(law.read_on).toordinal()
    for rule in rules:
        words = rule_in_words(law, rule, rule.interval.nearest(as_of))
        parts.append(f"## {rule.title}\n\n`{rule.key}`\n\n{words}")
    return "\n".join(parts)


def main() -> int:
    """Write or check the pages; name each that changed."""
    law = compile_law([LAW_FOLDER])
    check = "--check" in sys.argv[1:]
    changed = stale(law) if check else write(law)
    for path in changed:
        print(("stale " if check else "wrote ") + path.relative_to(LAW_FOLDER).as_posix())
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
