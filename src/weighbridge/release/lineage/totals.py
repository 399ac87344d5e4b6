"""What the changes of single tensors add up to: by part of the model, and by layer."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field

from weighbridge.release.lineage.relations import TensorChange
from weighbridge.release.lineage.statistics import Numbers
from weighbridge.release.lineage.verdict import Measured


@dataclass(slots=True)
class Totals:
    """Sums over tensors.

    changes:  by the name of the tensor
    measured: the same, for the judgement of the whole
    odd:      tensors with numbers that are infinite or not a number
    """

    changes: dict[str, TensorChange] = field(default_factory=dict)
    measured: list[Measured] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    _changed: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _numbers: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _moved: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    _size: dict[int, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, change: TensorChange, numbers: Numbers, matrix: bool) -> None:
        """Add one tensor."""
        self.changes[change.name] = change
        self.measured.append(Measured(change, matrix))
        if numbers.sums.odd:
            self.odd.append(change.name)
        self._changed[change.part] += numbers.changed * numbers.n
        self._numbers[change.part] += numbers.n
        if change.layer is not None:
            self._moved[change.layer] += numbers.dd
            self._size[change.layer] += numbers.bb

    @property
    def parts(self) -> dict[str, float]:
        """Share of the numbers that differ, by part."""
        return {part: self._changed[part] / many for part, many in self._numbers.items() if many}

    @property
    def layers(self) -> dict[int, float]:
        """Relative change, by layer of the release."""
        return {at: math.sqrt(self._moved[at] / size) for at, size in self._size.items() if size}
