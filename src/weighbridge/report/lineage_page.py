"""Weights beside those of others as a page: the whole first, then parts, layers and tensors."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from weighbridge.report.blocks import Gap, Heading, Item, Line, Page, Table, cut

if TYPE_CHECKING:
    from weighbridge.release.lineage.relations import Merge, Pair, TensorChange
    from weighbridge.release.lineage.whole import LineageReport

_SENTENCES = {
    "identical": "every number is the same",
    "renamed": "every number is the same, under other names or in another order",
    "permuted": "the same numbers, up to the order or the scale of hidden units",
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
    "undecided": "what was measured fits more than one answer",
}
_MARKS = {"unrelated": "✗", "undecided": "?"}
_TONES = {"unrelated": "warn", "undecided": "warn"}
_BARS = "▁▂▃▄▅▆▇█"
_MOST_TENSORS = 12
_LEAST_P = 1e-99
_DIRECTION = "weights tell what is shared and what differs, not who made which first"


def lineage_page(report: LineageReport, *, everything: bool = False) -> Page:
    """Return the page of a lineage report; ``everything`` lists every tensor."""
    page = Page()
    size = f"{report.tensors:,} tensors, {report.parameters:,} parameters"
    page.add(Heading(f"{report.name}: {size}", 1))
    page.add(*(Line(f"not read: {each}", "warn") for each in report.left_out))
    for pair in report.pairs:
        page.add(Gap(), *_pair(pair, everything))
    if report.merge is not None:
        page.add(Gap(), *_merge(report.merge))
    page.add(Gap(), Line(_DIRECTION, "faint"))
    return page


def _pair(pair: Pair, everything: bool) -> list[Heading | Item | Table | Line]:
    word = pair.relation.value
    blocks: list[Heading | Item | Table | Line] = [Heading(f"beside {pair.base}: {word}", 2)]
    details = [_chance(pair.p_value), *pair.notes]
    if pair.compute is not None:
        details.append(f"a training that made this change took at least {pair.compute:.2g} FLOP")
    mark, tone = _MARKS.get(word, "·"), _TONES.get(word, "plain")
    blocks.append(Item(_SENTENCES[word], mark, "", tuple(details), tone))
    blocks += [Item(f"not compared: {each}", "?", "", (), "warn") for each in pair.not_compared]
    if any(pair.layers.values()):
        blocks.append(Line(f"change by layer  {_bars(pair.layers)}"))
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


def _bars(layers: dict[int, float]) -> str:
    """Return a bar for each layer from nothing to the most, with both ends named."""
    values = [layers.get(at) for at in range(max(layers) + 1)]
    most = max(layers.values())
    last = len(_BARS) - 1
    bars = "".join(
        " " if value is None else _BARS[min(int(value / most * last + 0.5), last)]
        for value in values
    )
    return f"0 {bars} {len(values) - 1}  (the highest is {most:.2g} of the base's length)"


def _tensors(pair: Pair, everything: bool) -> list[Heading | Item | Table | Line]:
    counts = Counter(each.relation.value for each in pair.tensors)
    told = ", ".join(f"{count:,} {word}" for word, count in sorted(counts.items()))
    blocks: list[Heading | Item | Table | Line] = [Line(f"tensors: {told}")] if told else []
    shown = pair.tensors if everything else _most_changed(pair)
    if shown:
        columns = ("tensor", "relation", "change", "cosine", "rank")
        blocks.append(Table(columns, tuple(_row(each) for each in shown)))
    rest = len(pair.tensors) - len(shown)
    if rest > 0:
        blocks.append(Line(f"{rest:,} more tensors: --all", "faint"))
    if pair.absent:
        names = ", ".join(pair.absent[:3])
        blocks.append(Line(f"of the base only: {len(pair.absent):,} tensors, {names}", "faint"))
    return blocks


def _most_changed(pair: Pair) -> tuple[TensorChange, ...]:
    moved = [each for each in pair.tensors if each.change]
    moved.sort(key=lambda each: (-(each.change or 0.0), each.name))
    return tuple(moved[:_MOST_TENSORS])


def _row(each: TensorChange) -> tuple[str, ...]:
    return (
        cut(each.name, 48),
        each.relation.value,
        "" if each.change is None else f"{each.change:.2g}",
        "" if each.cosine is None else f"{each.cosine:.4f}",
        "" if each.rank is None else str(each.rank),
    )


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
