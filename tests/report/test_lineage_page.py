"""The page of a comparison of weights: what it says in words, and what it leaves out."""

from __future__ import annotations

from weighbridge.release.lineage.relations import Pair, Relation, TensorChange
from weighbridge.report.lineage_page import lineage_page
from weighbridge.report.text import to_text

_LONG = "unet.down_blocks.1.attentions.0.transformer_blocks.{at}.attn1.to_q.weight"


class Report:
    """What the page asks of a report; the report itself stands on NumPy."""

    def __init__(self, *pairs: Pair, left_out: tuple[str, ...] = (), tensors: int = 1) -> None:
        self.name, self.parameters, self.merge = "model", 1000, None
        self.pairs, self.left_out, self.tensors = pairs, left_out, tensors


def page(*pairs: Pair, left_out: tuple[str, ...] = ()) -> str:
    return to_text(lineage_page(Report(*pairs, left_out=left_out)), width=100)  # type: ignore[arg-type]


def changed(name: str, change: float, base: str | None = "b") -> TensorChange:
    return TensorChange(name, base, Relation.FINE_TUNED, change=change)


def test_one_tensor_is_one() -> None:
    assert page().startswith("model: 1 tensor, 1,000 parameters\n")


def test_layers_far_apart_take_no_more_room_than_others() -> None:
    pair = Pair("base", Relation.FINE_TUNED, 0.0, layers={0: 0.1, 999_999_999: 0.2})
    assert "\n    0 ▅" + " " * 62 + "█ 999999999\n" in page(pair)


def test_of_many_layers_each_bar_is_the_most_of_a_few() -> None:
    layers = {at: 0.5 if at == 99 else 0.25 for at in range(100)}
    shown = page(Pair("base", Relation.FINE_TUNED, 0.0, layers=layers))
    assert "change by layer, at most 0.5 of the norm of the base's numbers:\n" in shown
    assert "\n    0 " + "▅" * 49 + "█ 99\n" in shown


def test_what_has_no_counterpart_is_not_counted_as_undecided() -> None:
    alone = TensorChange("new", None, Relation.UNDECIDED, note="in the release alone")
    pair = Pair("base", Relation.FINE_TUNED, 0.0, (changed("w", 0.1), alone), ("x", "y"))
    lines = page(pair).splitlines()
    assert "tensors: 1 fine-tuned" in lines
    assert "without a counterpart in the base: 1 tensor" in lines
    assert "of the base without a counterpart in the release: 2 tensors" in lines


def test_long_names_keep_the_layer_and_the_part() -> None:
    pair = Pair("base", Relation.FINE_TUNED, 0.0, (changed(_LONG.format(at=3), 0.1),))
    assert "unet.down_blocks.1.a….transformer_blocks.3.attn1.to_q.weight" in page(pair)


def test_what_is_not_read_is_said_once() -> None:
    pair = Pair("base", Relation.FINE_TUNED, 0.0, not_compared=("in the release: a shard", "other"))
    shown = page(pair, left_out=("a shard",))
    assert shown.count("a shard") == 1
    assert "not compared: other" in shown
