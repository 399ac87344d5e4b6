"""The relation of one tensor to its counterpart: which word its numbers bear out.

The sums over all numbers say how much changed. How it changed is told by a sample of at most
some hundred rows; each test of it stands in a file of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from weighbridge.release.lineage import rounding
from weighbridge.release.lineage.decode import Floats
from weighbridge.release.lineage.noise import noise_of
from weighbridge.release.lineage.pruned import STARTS, zeros_of
from weighbridge.release.lineage.quantised import (
    Steps,
    sizes_of_groups,
    steps_of,
    steps_under_rounding,
)
from weighbridge.release.lineage.rank import Rank, rank_of
from weighbridge.release.lineage.relations import Relation, TensorChange
from weighbridge.release.lineage.scaled import Scaled, scaled
from weighbridge.release.lineage.sides import Sides
from weighbridge.release.lineage.statistics import Numbers

CLOSE = 0.9
"""Cosine from which only training from the base's own numbers is known to come.

Measured: full fine-tunes 0.96 and above; same initialisation, other data 0.67.
"""
CHANCE_DEVIATIONS = 6.0
"""Standard deviations of the cosine of two unrelated tensors, 1/sqrt(n), that chance may take."""
FAR = 0.05
"""Cosine below which tensors are unrelated whatever their size: habits of training give as much."""
FEW = 0.01
"""Share of changed numbers up to which a change is sparse."""
MANY, MOST_OF_FEW = 128, 0.1
"""As many numbers of a small tensor are few too, up to a tenth of it."""
ONE_STEP = 2.0**-6
"""Sparse changes smaller than this part of a typical number are single steps of bfloat16."""
SAME_SCALED = 1 - 5e-5
"""Cosine from which tensors are the same up to scales: rounding to bfloat16 leaves 1 - 2e-6."""
COMMON = 0.5
"""A mean as large, beside the spread, is a habit of such tensors and says nothing of descent."""
ROWS, COLUMNS = 144, 1024
"""The sample by which a change is judged: enough for a rank of 64 under rounding."""
FINEST = 0.002
"""Relative change below which no quantiser to 8 bits or fewer stays; they leave 0.005 and more."""
_LEAST_STEPS = 256
_DEEP_ROWS, _DEEP_COLUMNS = 448, 2048
_MOST_NUMBERS = ROWS * COLUMNS


@dataclass(frozen=True, slots=True)
class _Word:
    relation: Relation
    note: str = ""
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class _Look:
    """What the tests are given: the sums, and a sample of the numbers that is finite."""

    numbers: Numbers
    a: Floats
    b: Floats
    d: Floats
    formats: tuple[str, str]
    cosine: float | None
    fitted: Scaled | None
    rounding: float
    _kept: dict[str, list[int]] = field(default_factory=dict)

    @property
    def own_sizes(self) -> list[int]:
        """Sizes of groups of the release that may share a step."""
        if "sizes" not in self._kept:
            held = self.numbers.sides.r.decoder
            found = sizes_of_groups(self.a, held.dtype, held.block, self.formats[0])
            self._kept["sizes"] = found
        return self._kept["sizes"]


def relation_of(
    numbers: Numbers, *, part: str = "", layer: int | None = None, base_layer: int | None = None
) -> TensorChange:
    """Return the change of one tensor with the word for it."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        word = _word(numbers)
    notes = [word.note]
    if numbers.sums.odd:
        notes.append(f"{numbers.sums.odd:,} numbers are infinite or not a number")
    relation = word.relation
    if numbers.sides.cut and relation not in _BEYOND_SIZE:
        shapes = [f"{high:,} x {wide:,}" for high, wide in (_shape(numbers.sides))]
        notes.insert(0, f"{shapes[0]} beside {shapes[1]}; the common part is {relation.value}")
        relation = Relation.RESIZED
    return TensorChange(
        numbers.sides.r.name,
        numbers.sides.b.name,
        relation,
        part,
        layer,
        base_layer,
        numbers.n,
        numbers.cosine,
        numbers.change,
        numbers.changed,
        word.rank,
        "; ".join(note for note in notes if note),
    )


_BEYOND_SIZE = (Relation.UNRELATED, Relation.UNDECIDED)


def _shape(sides: Sides) -> tuple[tuple[int, int], tuple[int, int]]:
    return sides.r.matrix, sides.b.matrix


def _word(numbers: Numbers) -> _Word:
    if not numbers.n:
        return _Word(Relation.UNDECIDED, "there are no numbers to compare")
    if numbers.sums.odd > numbers.n // 2:
        return _Word(Relation.UNDECIDED)
    if numbers.same_values:
        return _same(numbers)
    look = _look(numbers)
    for test in _TESTS:
        word = test(look)
        if word:
            return word
    return _by_cosine(look)


def _same(numbers: Numbers) -> _Word:
    r, b = numbers.sides.r.decoder.dtype, numbers.sides.b.decoder.dtype
    note = ""
    if numbers.n > 1:
        some = sample_of(numbers.sides)[1]
        if some.size and float(some.min()) == float(some.max()):
            note = "all numbers are one number in both, which says nothing of descent"
    return _Word(Relation.IDENTICAL if r == b else Relation.CAST, note)


def sample_of(sides: Sides, rows: int = ROWS, columns: int = COLUMNS) -> tuple[Floats, Floats]:
    """Return a sample of both, rows by columns; more rows where there are few columns."""
    high, wide = sides.shape
    columns = min(max(columns, rows * columns // max(high, 1)), wide)
    most = min(max(rows, rows * columns // max(wide, 1)), 4 * rows)
    return sides.sample(most, columns)


def _look(numbers: Numbers) -> _Look:
    sides = numbers.sides
    a, b = sample_of(sides)
    if numbers.sums.odd:
        a, b = _finite(a, b)
    formats = (_plain(sides.r.decoder.dtype), _plain(sides.b.decoder.dtype))
    d = a - b
    cosine = _telling_cosine(numbers, a, b)
    moved = rounding.energy(a, b, *formats)
    return _Look(numbers, a, b, d, formats, cosine, scaled(a, b), moved)


def _finite(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    fine = np.isfinite(a) & np.isfinite(b)
    return np.where(fine, a, np.float32(0)), np.where(fine, b, np.float32(0))


def _plain(dtype: str) -> str:
    """Return the format whose rounding a number shows: packed formats scale in half precision."""
    return dtype if rounding.is_float(dtype) else "F32"


def _telling_cosine(numbers: Numbers, a: Floats, b: Floats) -> float | None:
    """Return the cosine, without the mean where numbers like these have one in every model."""
    if not b.size or numbers.cosine is None:
        return numbers.cosine
    if abs(float(b.mean())) < COMMON * float(b.std()):
        return numbers.cosine
    x, y = a.astype(np.float64), b.astype(np.float64)
    x, y = x - x.mean(), y - y.mean()
    norms = float(np.sqrt((x * x).sum() * (y * y).sum()))
    return float((x * y).sum()) / norms if norms > 0 else None


def _cast(look: _Look) -> _Word | None:
    r, b = (each.decoder.dtype for each in (look.numbers.sides.r, look.numbers.sides.b))
    if not (rounding.is_float(r) and rounding.is_float(b)):
        return None
    if r == b:
        through = rounding.went_through(look.a, look.b) if look.numbers.changed > FEW else None
        if through is None or (look.a == look.b).all():
            return None
        return _Word(Relation.CAST, f"rounded to {through} and stored as {r}")
    if not rounding.is_rounded(look.a, look.b, r, b):
        return None
    missed = rounding.all_misses(look.numbers.sides.blocks(_MOST_NUMBERS), r, b)
    if not missed:
        return _Word(Relation.CAST, f"{b} in the base, {r} here")
    if missed <= FEW * look.numbers.n:
        return _Word(Relation.SPARSE, f"{missed:,} numbers changed beside the cast to {r}")
    return None


def _pruned(look: _Look) -> _Word | None:
    numbers = look.numbers
    if numbers.zeroed < STARTS and numbers.sums.zeros < numbers.sums.changed:
        return None
    if not numbers.aa > 0:
        return _Word(Relation.PRUNED, "all numbers are zero")
    share = f"{numbers.zeroed:.4g} of the numbers newly zero"
    zeros = zeros_of(look.a, look.b)
    pattern = f", {zeros.pattern}" if zeros.pattern else ""
    if numbers.sums.changed == numbers.sums.zeros:
        if numbers.sums.zeros < MANY and not zeros.pattern:
            return _Word(Relation.SPARSE, f"{numbers.sums.zeros:,} numbers set to zero")
        return _Word(Relation.PRUNED, f"{share}{pattern}; the others unchanged")
    if zeros.kept < CLOSE or look.a.size == 0:
        return None
    if _own_steps(look):  # the lowest step of a coarse format is zero
        return None
    return _Word(Relation.PRUNED, f"{share}{pattern}; the others changed by {zeros.moved:.3g}")


def _sparse(look: _Look) -> _Word | None:
    numbers = look.numbers
    if numbers.changed > FEW and not (
        numbers.sums.changed <= MANY and numbers.changed <= MOST_OF_FEW
    ):
        return None
    if rounding.is_float(look.numbers.sides.r.decoder.dtype) and look.formats[0] != "F32":
        size = math.sqrt(numbers.dd / numbers.sums.changed) if numbers.sums.changed else 0.0
        typical = math.sqrt(numbers.bb / numbers.n)
        if size < ONE_STEP * typical and numbers.sums.changed > 256:
            note = "each change is about one step of the stored format"
            return _Word(Relation.FINE_TUNED, note)
    return _Word(Relation.SPARSE, f"{numbers.sums.changed:,} numbers changed")


def _quantised(look: _Look) -> _Word | None:
    sides = look.numbers.sides
    change = look.numbers.change
    if look.cosine is None or look.cosine < 0.5 or look.a.size < _LEAST_STEPS:
        return None
    if change is None or change < FINEST:
        return None
    pairs = ((look.a, look.b, sides.r, look.formats), (look.b, look.a, sides.b, look.formats[::-1]))
    for coarse, fine, held, formats in pairs:
        dtype, block = held.decoder.dtype, held.decoder.block
        if held is sides.r:
            sizes = look.own_sizes
        else:
            sizes = sizes_of_groups(coarse, dtype, block, formats[0])
        steps = steps_of(coarse, fine, dtype, sizes, formats)
        if steps is None:
            continue
        note = str(steps)
        if not steps.exact:
            note += "; a change smaller than the steps would not be seen"
        if held is sides.b:
            note += "; the base is the coarser one"
        return _Word(Relation.QUANTISED, note)
    hidden = steps_under_rounding(look.a, look.b, look.formats)
    return _Word(Relation.QUANTISED, str(hidden)) if hidden else None


def _own_steps(look: _Look) -> Steps | None:
    """Return the steps on which the numbers of the release lie, whatever the base is."""
    held = look.numbers.sides.r.decoder
    if look.a.size < _LEAST_STEPS:
        return None
    return steps_of(look.a, look.a, held.dtype, look.own_sizes, look.formats[:1] * 2)


def _blank(look: _Look) -> _Word | None:
    """Return the word where one side is one number throughout, so that nothing can be told."""
    return _by_cosine(look) if look.cosine is None else None


def _scaled(look: _Look) -> _Word | None:
    """Return the word where scales explain the difference, alone or with steps."""
    fitted = look.fitted
    if look.cosine is None or look.a.size < _LEAST_STEPS:
        return None
    if fitted and fitted.left < 0.05 and fitted.cosine >= CLOSE:
        held = look.numbers.sides.r.decoder
        steps = steps_of(look.a, look.b * fitted.each, held.dtype, look.own_sizes, look.formats)
        if steps:
            return _Word(Relation.QUANTISED, f"{steps}, up to {fitted}")
        if fitted.cosine >= SAME_SCALED:
            return _Word(Relation.PERMUTED, f"the same up to {fitted}")
    if (look.numbers.change or 0.0) < FINEST or look.cosine < 0.5 or len(look.a) < 2:
        return None
    across = scaled(look.a, look.b, columns=True)
    if across and across.left < 0.05 and across.cosine >= SAME_SCALED:
        return _Word(Relation.PERMUTED, "the same up to a scale of each column")
    return None


def _low_rank(look: _Look) -> _Word | None:
    if min(look.a.shape) < 3:
        return None
    d = look.d
    found = rank_of(d, look.rounding)
    larger = min(look.numbers.sides.shape) > min(d.shape)
    if larger and (found.maybe or (found.rank is not None and found.hidden)):
        found = _deeper(look.numbers) or found
    if found.rank is not None:
        return _Word(Relation.LOW_RANK, "", found.rank)
    word = _noise(look, d, found) or _low_rank_beside_scale(look)
    if word is None and found.hidden and look.cosine is not None and look.cosine >= CLOSE:
        word = _Word(Relation.FINE_TUNED, "the change is as small as rounding")
    return word


def _deeper(numbers: Numbers) -> Rank | None:
    """Return the rank by a larger sample; it settles a rank that rounding blurs."""
    a, b = sample_of(numbers.sides, _DEEP_ROWS, _DEEP_COLUMNS)
    if numbers.sums.odd:
        a, b = _finite(a, b)
    sides = numbers.sides
    formats = (_plain(sides.r.decoder.dtype), _plain(sides.b.decoder.dtype))
    deep = rank_of(a - b, rounding.energy(a, b, *formats))
    return deep if deep.rank is not None else None


def _low_rank_beside_scale(look: _Look) -> _Word | None:
    """Return the word where a scale of each row stands beside a low-rank change, as in DoRA."""
    fitted = look.fitted
    if fitted is None or fitted.left > 0.8 or fitted.one or fitted.cosine < CLOSE:
        return None
    d = look.a - look.b * fitted.each
    left = float(np.vdot(d, d))
    found = rank_of(d, look.rounding + left / look.a.shape[1])
    if found.rank is None:
        return None
    return _Word(Relation.LOW_RANK, "beside a scale of each row", found.rank)


def _noise(look: _Look, d: Floats, found: Rank) -> _Word | None:
    law = noise_of(d, found.top, look.rounding)
    if law is None or look.cosine is None or look.cosine < 0.3:
        return None
    spread = float(np.sqrt(np.mean(d.astype(np.float64) ** 2)))
    return _Word(Relation.RELATED, f"the change is {law} noise of {spread:.3g}")


def _by_cosine(look: _Look) -> _Word:
    cosine, n = look.cosine, look.numbers.n
    if cosine is None:
        blank = "the base" if look.numbers.bb <= 0 else "one of the two"
        return _Word(Relation.UNDECIDED, f"{blank} is one number or zero throughout")
    if cosine >= CLOSE:
        notes = [_still_rows(look)]
        steps = _own_steps(look) if (look.numbers.change or 0.0) >= FINEST else None
        if steps:
            notes.append(f"and quantised: {steps}")
        return _Word(Relation.FINE_TUNED, "; ".join(note for note in notes if note))
    if abs(cosine) < max(FAR, CHANCE_DEVIATIONS / math.sqrt(n)):
        if n < (CHANCE_DEVIATIONS / 0.3) ** 2:
            return _Word(Relation.UNDECIDED, "too few numbers to tell")
        return _Word(Relation.UNRELATED)
    if cosine < 0:
        return _Word(Relation.UNDECIDED)
    return _Word(Relation.UNDECIDED, "as close as a shared initialisation may leave them")


def _still_rows(look: _Look) -> str:
    rows = len(look.a)
    still = int((look.a == look.b).all(axis=1).sum())
    return f"{still:,} of {rows:,} sampled rows unchanged" if 0 < still < rows else ""


_TESTS: tuple[Callable[[_Look], _Word | None], ...] = (
    _cast,
    _pruned,
    _sparse,
    _blank,
    _quantised,
    _scaled,
    _low_rank,
)
