"""What is read of the real releases of the corpus, beside what is known of them.

``python -m bench.corpus`` from the top of the checkout prints one table for each kind of fact and
a table of totals; ``bench/CORPUS.md`` holds them as they were last committed. Exits with 1 where
a fact is wrong.

* **hit**: what is read agrees, within 2 % or within the rounding of the known figure.
* **wider**: a range, or a part, that what is known does not contradict.
* **unknown**: nothing is read, or nothing that stands.
* **wrong**: what is read contradicts what is known.

Where several models lie in one release, a figure that holds for one of them alone is wrong: what
is read must hold for each.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weighbridge.assess.resolve import resolve
from weighbridge.facts import Range, Vocabulary
from weighbridge.facts.values import Value, read_range, value_to_text
from weighbridge.facts.vocabulary import read_fact_types, vocabulary_files
from weighbridge.release.hardware import accelerators_in
from weighbridge.release.licence.table import load_table, plain_name
from weighbridge.release.reader import Release, read_release

TOP = Path(__file__).parent.parent
RELEASES = TOP.parent / "shared" / "corpus" / "releases"
PAGE = TOP / "bench" / "CORPUS.md"

HIT, WIDER, UNKNOWN, WRONG = "hit", "wider", "unknown", "wrong"
WITHIN = 0.02
_ROUND_DIGITS = 2
_PARTS = frozenset({"unet"})  # a part of a pipeline, whose whole the corpus does not know
_UNSTATED = ("see ", "unstated")
_DTYPES = {"float32": "F32", "float16": "F16", "bfloat16": "BF16"}
_MEDIA = ("text", "image", "audio", "video")


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read of one release: its reading, and the value that stands for each fact."""

    release: Release
    stands: Mapping[str, Value | None]

    def text(self, name: str) -> str:
        """Return the text that stands for a fact, or ``""``."""
        value = self.stands.get(name)
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison: of which release, what is known, what is read, and how they compare."""

    release: str
    known: str
    read: str
    outcome: str


Comparison = Callable[[dict[str, Any], Seen], tuple[str, str, str] | None]
"""Returns what is known, what is read and the outcome; ``None`` where nothing is known."""


def vocabulary() -> Vocabulary:
    """Return every fact that may be spoken of."""
    files = [(file.read_text(encoding="utf-8"), file.name) for file in vocabulary_files()]
    return Vocabulary([each for text, name in files for each in read_fact_types(text, name)])


def tables(releases: Path = RELEASES) -> dict[str, list[Row]]:
    """Return the rows of each table, by the kind of fact."""
    words = vocabulary()
    found: dict[str, list[Row]] = {title: [] for title in _COMPARISONS}
    for folder in sorted(each for each in releases.iterdir() if each.is_dir()):
        known = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
        release = read_release(folder / "files")
        facts, _ = resolve(words, release.facts, ())
        seen = Seen(release, {key: fact.value for key, fact in facts.items()})
        for title, compare in _COMPARISONS.items():
            compared = compare(known, seen)
            if compared is not None:
                found[title].append(Row(folder.name, *compared))
    return found


def _figure(key: str, fact: str, *, dates: bool = False) -> Comparison:
    def compare(known: dict[str, Any], seen: Seen) -> tuple[str, str, str] | None:
        truths = _truths(known.get(key), dates)
        if not truths:
            return None
        value = seen.stands.get(fact)
        shown = ", ".join(_shown(truth, dates) for truth in truths)
        if not isinstance(value, Range) or value.open:
            return shown, "", UNKNOWN
        return shown, _shown(value, dates), _compare_ranges(truths, value, dates)

    return compare


def _truths(known: Any, dates: bool) -> list[Range]:
    """Return the figures known, one for each model of the release."""
    if dates:
        return [read_range(known, dates=True)] if known else []
    items = known.items() if isinstance(known, dict) else [("", known)]
    figures = [value for name, value in items if value and name not in _PARTS]
    return [Range.exactly(float(value)) for value in dict.fromkeys(figures)]


def _compare_ranges(truths: list[Range], value: Range, dates: bool) -> str:
    allowed = truths if dates else [_allowed(truth) for truth in truths]
    if not all(value.meets(each) for each in allowed):
        return WRONG
    if value.low is None or value.high is None:
        return WIDER
    middle = Range.exactly((value.low + value.high) / 2)
    ends = Range(min(each.low or 0 for each in allowed), max(each.high or 0 for each in allowed))
    within = bool(ends.low and ends.high and value.low >= ends.low and value.high <= ends.high)
    return HIT if within or all(middle.meets(each) for each in allowed) else WIDER


def _allowed(truth: Range) -> Range:
    """Return the figures that a known one allows: 2 %, or the rounding of a round one."""
    figure = truth.low or 0.0
    digits = f"{figure:.15e}".split("e")[0].replace(".", "").rstrip("0")
    share = WITHIN
    if len(digits) <= _ROUND_DIGITS:
        share = max(share, 0.5 / float(digits))
    return Range(figure * (1 - share), figure * (1 + share))


def _shown(value: Range, dates: bool) -> str:
    return value_to_text(value, dates=dates)


def _licence(known: dict[str, Any], seen: Seen) -> tuple[str, str, str] | None:
    name = str(known["license_id"])
    if name.startswith(_UNSTATED):
        return None
    read = _licences(seen)
    shown = ", ".join(read)
    licence = load_table().named(name)
    ids = {plain_name(name), plain_name(licence.id) if licence else ""}
    of = [_is_licence(each, ids) for each in read]
    if not read:
        return name, "", UNKNOWN
    return name, shown, HIT if all(of) else WIDER if any(of) else WRONG


def _licences(seen: Seen) -> list[str]:
    facts = seen.release.facts
    return sorted({str(fact.value) for fact in facts if fact.name == "licence_weights"})


def _is_licence(read: str, ids: set[str]) -> bool:
    """Return whether an id read is the known one, which may say less: `modified-mit`."""
    plain = plain_name(read)
    ids = ids | {each.replace("-llm-license", "-llm") for each in ids}
    return any(each and (plain == each or plain.startswith(f"{each}-")) for each in ids)


def _osi(known: dict[str, Any], seen: Seen) -> tuple[str, str, str] | None:
    truth = known.get("osi_open_source")
    if truth is None:
        return None
    known_terms = [load_table().get(each) for each in _licences(seen)]
    answers = {each.conditions.get("osi_approved") for each in known_terms if each}
    if len(answers) != 1 or None in answers or None in known_terms:
        return _word(truth), "", UNKNOWN
    read = answers == {True}
    return _word(truth), _word(read), HIT if read is truth else WRONG


def _word(flag: bool) -> str:
    return "yes" if flag else "no"


def _media(key: str, prefix: str) -> Comparison:
    def compare(known: dict[str, Any], seen: Seen) -> tuple[str, str, str] | None:
        truth = set(known.get(key) or ())
        told = {medium: seen.stands.get(f"{prefix}_{medium}") for medium in _MEDIA}
        yes = {medium for medium, value in told.items() if value is True}
        no = {medium for medium, value in told.items() if value is False}
        shown = ", ".join(medium for medium in _MEDIA if medium in yes)
        if yes - truth or no & truth:
            outcome = WRONG
        elif not yes:
            outcome = UNKNOWN
        else:
            outcome = HIT if yes == truth else WIDER
        return ", ".join(sorted(truth)), shown, outcome

    return compare


def _base(known: dict[str, Any], seen: Seen) -> tuple[str, str, str] | None:
    truth = known.get("base_model")
    if not truth:
        return None
    names = [truth] if isinstance(truth, str) else list(truth)
    read = seen.text("base_model")
    if not read:
        return ", ".join(names), "", UNKNOWN
    same = _folded(read.split(",")) == _folded(names)
    return ", ".join(names), read, HIT if same else WRONG


def _folded(names: list[str]) -> set[str]:
    return {plain_name(name.strip().rpartition("/")[2]) for name in names}


def _relation(known: dict[str, Any], seen: Seen) -> tuple[str, str, str] | None:
    truth = known.get("relation")
    if not truth:
        return None
    read = "adapter" if seen.stands.get("is_adapter") is True else ""
    if not read and seen.stands.get("has_base_model") is True:
        read = "made from another"
    return truth, read, HIT if read == truth else WIDER if read else UNKNOWN


def _hardware(known: dict[str, Any], seen: Seen) -> tuple[str, str, str] | None:
    truth = known.get("gpu")
    if not truth:
        return None
    read = seen.text("training_hardware")
    names = {each.name for each in accelerators_in(truth)}
    if not read:
        return truth, "", UNKNOWN
    return truth, read, HIT if names == set(read.split(", ")) else WRONG


def _dtype(known: dict[str, Any], seen: Seen) -> tuple[str, str, str] | None:
    truth = (known.get("index") or {}).get("declared_dtype")
    if not truth:
        return None
    read = seen.text("weight_dtypes")
    outcome = UNKNOWN if not read else HIT if read == _DTYPES.get(truth) else WRONG
    return truth, read, outcome


def _developer(known: dict[str, Any], seen: Seen) -> tuple[str, str, str] | None:
    """Compare names by their words: cards name teams within, and people instead of, a house."""
    truth = known.get("developer")
    if not truth or truth == "individual":
        return None
    read = seen.text("developer_name")
    if not read:
        return truth, "", UNKNOWN
    common = set(plain_name(truth).split("-")) & set(plain_name(read).split("-"))
    return truth, read, HIT if common else WIDER


def _tensors(known: dict[str, Any], seen: Seen) -> tuple[str, str, str] | None:
    truth = (known.get("index") or {}).get("tensors_listed")
    return _figure("n", "tensor_count")({"n": truth}, seen) if truth else None


def _compute(known: dict[str, Any], seen: Seen) -> tuple[str, str, str] | None:
    """Compare with 6 x parameters x tokens of the known figures."""
    return _figure("compute_6nd_flop", "training_compute")(known, seen)


_COMPARISONS: dict[str, Comparison] = {
    "Parameters": _figure("params", "params_total"),
    "Active parameters": _figure("params_active", "params_active"),
    "Training tokens": _figure("training_tokens", "training_tokens"),
    "Training compute": _compute,
    "Accelerator hours": _figure("gpu_hours", "training_gpu_hours"),
    "Training hardware": _hardware,
    "Number format": _dtype,
    "Tensors": _tensors,
    "Release date": _figure("release_date", "release_date", dates=True),
    "Developer": _developer,
    "Licence": _licence,
    "On the list of open-source licences": _osi,
    "Inputs": _media("modality_in", "inputs"),
    "Outputs": _media("modality_out", "outputs"),
    "Base model": _base,
    "Relation to the base": _relation,
}


def totals(found: dict[str, list[Row]]) -> dict[str, Counter[str]]:
    """Return how often each outcome stands in each table."""
    return {title: Counter(row.outcome for row in rows) for title, rows in found.items()}


def page(found: dict[str, list[Row]]) -> Iterator[str]:
    """Yield the lines of the page."""
    yield "# Facts read from real releases"
    yield ""
    yield "What `check` makes of real release folders, beside what is known of them, as printed by"
    yield "`python -m bench.corpus`. *Hit*: within 2 %, or within the rounding of the known figure."
    yield "*Wider*: a range or a part that what is known does not contradict. *Wrong*: a"
    yield "contradiction. Where one folder holds several models, a figure must hold for each."
    yield ""
    outcomes = (HIT, WIDER, UNKNOWN, WRONG)
    yield f"| fact | {' | '.join(outcomes)} |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    every: Counter[str] = Counter()
    for title, counted in totals(found).items():
        every += counted
        yield f"| {title} | {' | '.join(str(counted[each]) for each in outcomes)} |"
    yield f"| **all** | {' | '.join(str(every[each]) for each in outcomes)} |"
    for title, rows in found.items():
        yield ""
        yield f"## {title}"
        yield ""
        yield "| release | known | read | |"
        yield "| --- | --- | --- | --- |"
        for row in rows:
            yield f"| {row.release} | {row.known} | {_cell(row.read)} | {row.outcome} |"


def _cell(text: str) -> str:
    return (text if len(text) <= 90 else f"{text[:89]}…").replace("|", "\\|")


def main() -> int:
    """Print the page; return 1 where a fact is wrong."""
    if not RELEASES.is_dir():
        print("the corpus of real releases (../shared/corpus) is not beside this checkout")
        return 0
    found = tables()
    print("\n".join(page(found)))
    return 1 if any(counted[WRONG] for counted in totals(found).values()) else 0


if __name__ == "__main__":
    sys.exit(main())
