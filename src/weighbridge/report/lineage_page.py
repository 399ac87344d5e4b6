"""Weights beside those of others as a page: the whole first, then parts, layers and tensors."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from weighbridge.report.blocks import Gap, Heading, Item, Line, Page, Table

if TYPE_CHECKING:
    from weighbridge.release.lineage.relations import Merge, Pair, TensorChange
    from weighbridge.release.lineage.whole import LineageReport

_SENTENCES = {
    "identical": "every number is the same",
    "renamed": "every number is the same, under other names or in another order",
    "permuted": "the same numbers, up to the order of tokens, or order or scale of hidden units",
    "cast": "the same numbers, rounded to another number format",
    "quantised": "the same numbers, up to the steps of a quantised format",
    "low-rank": "the same weights with a change of low rank, as a merged adapter leaves",
    "sparse": "the same weights with few single numbers changed",
    "fine-tuned": "the same weights, moved a little throughout",
    "pruned": "the same weights with numbers, units or layers taken out",
    "merged": "a mixture of weights, these among them",
    "resized": "the same weights with rows or columns added or cut",
    "related": "closer than chance explains, in a way that no other word fits",
    "unrelated": "no closer than two models that share nothing",
    "undecided": "what was measured fits more than one answer, or is too little for any",
}
_MARKS = {"unrelated": "✗", "undecided": "?"}
_TONES = {"unrelated": "warn", "undecided": "warn"}
_BARS = "▁▂▃▄▅▆▇█"
_MOST_BARS = 64
_MOST_TENSORS = 12
_LONGEST_NAME = 60
_LEAST_P = 1e-99
_DIRECTION = "weights tell what is shared and what differs, not who made which first"


def lineage_page(report: LineageReport, *, everything: bool = False) -> Page:
    """Return the page of a lineage report; ``everything`` lists every tensor."""
    page = Page()
    size = f"{_count(report.tensors)}, {report.parameters:,} parameters"
    page.add(Heading(f"{report.name}: {size}", 1))
    page.add(*(Line(f"not read: {each}", "warn") for each in report.left_out))
    for pair in report.pairs:
        page.add(Gap(), *_pair(pair, everything, report.left_out))
    if report.merge is not None:
        page.add(Gap(), *_merge(report.merge))
    page.add(Gap(), Line(_DIRECTION, "faint"))
    return page


def _pair(
    pair: Pair, everything: bool, left_out: tuple[str, ...]
) -> list[Heading | Item | Table | Line]:
    word = pair.relation.value
    blocks: list[Heading | Item | Table | Line] = [Heading(f"beside {pair.base}: {word}", 2)]
    details = [_chance(pair.p_value), *pair.notes]
    if pair.compute is not None:
        details.append(f"a training that made this change took at least {pair.compute:.2g} FLOP")
    mark, tone = _MARKS.get(word, "·"), _TONES.get(word, "plain")
    blocks.append(Item(_SENTENCES[word], mark, "", tuple(details), tone))
    said = {f"in the release: {line}" for line in left_out}
    left = [each for each in pair.not_compared if each not in said]
    blocks += [Item(f"not compared: {each}", "?", "", (), "warn") for each in left]
    if any(pair.layers.values()):
        most = max(pair.layers.values())
        blocks.append(
            Line(f"change by layer, at most {most:.2g} of the norm of the base's numbers:")
        )
        blocks.append(Line(_bars(pair.layers, most), indent=4))
    changed = sorted((name, share) for name, share in pair.parts.items() if share)
    if changed:
        rows = tuple((name, f"{share:.1%}") for name, share in changed)
        blocks.append(Table(("part", "numbers changed"), rows))
    blocks += _tensors(pair, everything)
    return blocks


def _chance(p_value: float | None) -> str:
    if p_value is None:
        return "no test against chance could be made"
    shown = f"below {_LEAST_P:.0e}" if p_value < _LEAST_P else f"{p_value:.2g}"
    return f"chance that models which share nothing look so close: {shown}"


def _bars(layers: dict[int, float], most: float) -> str:
    """Return bars from nothing to the most, with the numbers of the first and last layer.

    Each stands for a layer, or, of very many, for the most that a few neighbours changed.
    """
    deepest = max(layers)
    together = deepest // _MOST_BARS + 1
    values: dict[int, float] = {}
    for layer, value in layers.items():
        values[layer // together] = max(value, values.get(layer // together, 0.0))
    last = len(_BARS) - 1
    bars = "".join(
        _BARS[min(int(values[at] / most * last + 0.5), last)] if at in values else " "
        for at in range(deepest // together + 1)
    )
    return f"0 {bars} {deepest}"


def _tensors(pair: Pair, everything: bool) -> list[Heading | Item | Table | Line]:
    beside = [each for each in pair.tensors if each.base is not None]
    counts = Counter(each.relation.value for each in beside)
    told = ", ".join(f"{count:,} {word}" for word, count in sorted(counts.items()))
    blocks: list[Heading | Item | Table | Line] = [Line(f"tensors: {told}")] if told else []
    shown = pair.tensors if everything else _most_changed(pair)
    if shown:
        columns = ("tensor", "relation", "change", "cosine", "rank")
        blocks.append(Table(columns, tuple(_row(each) for each in shown)))
    if len(beside) < len(pair.tensors):
        alone = _count(len(pair.tensors) - len(beside))
        blocks.append(Line(f"without a counterpart in the base: {alone}"))
    rest = len(pair.tensors) - len(shown)
    if rest > 0:
        blocks.append(Line(f"{rest:,} more: --all", "faint"))
    if pair.absent:
        absent = _count(len(pair.absent))
        blocks.append(Line(f"of the base without a counterpart in the release: {absent}"))
    return blocks


def _count(tensors: int) -> str:
    return "1 tensor" if tensors == 1 else f"{tensors:,} tensors"


def _most_changed(pair: Pair) -> tuple[TensorChange, ...]:
    moved = [each for each in pair.tensors if each.change]
    moved.sort(key=lambda each: (-(each.change or 0.0), each.name))
    return tuple(moved[:_MOST_TENSORS])


def _row(each: TensorChange) -> tuple[str, ...]:
    return (
        _shortened(each.name),
        each.relation.value,
        "" if each.change is None else f"{each.change:.2g}",
        "" if each.cosine is None else f"{each.cosine:.4f}",
        "" if each.rank is None else str(each.rank),
    )


def _shortened(name: str) -> str:
    """Return a name, a long one without its middle: the layer and the part stand at the ends."""
    if len(name) <= _LONGEST_NAME:
        return name
    front = _LONGEST_NAME // 3
    return f"{name[:front]}…{name[front + 1 - _LONGEST_NAME :]}"


def _merge(merge: Merge) -> list[Heading | Item | Table | Line]:
    rows = tuple((name, f"{share:.3f}") for name, share in merge.weights.items())
    left = (
        f"the mixture leaves {merge.residual:.1%} of the distance to the nearest base unexplained"
    )
    blocks: list[Heading | Item | Table | Line] = [
        Heading("a mixture of the bases", 2),
        Table(("base", "share"), rows),
        Line(left),
    ]
    if merge.note:
        blocks.append(Line(merge.note, "faint"))
    if merge.layers:
        blocks.append(Line("the shares differ from layer to layer: --format json"))
    return blocks
