"""The arithmetic of a comparison on PyTorch: the same sums, on a GPU where there is one."""

from __future__ import annotations

from typing import Any

import numpy as np

from weighbridge.release.lineage.decode import Floats, Raw, bf16_to_floats
from weighbridge.release.lineage.engine import Sums, is_usable, sum_slowly
from weighbridge.text.errors import InputError

INSTALL = "pip install torch"


class TorchEngine:
    """Sums on one device of PyTorch; products in single precision are added up in double."""

    block = 1 << 23

    def __init__(self, device: str) -> None:
        """Begin on ``device``, ``cuda`` or ``cpu``.

        Raises :class:`InputError` where PyTorch or the device is absent.
        """
        try:
            import torch
        except ImportError:
            raise InputError(
                f"the device `{device}` needs PyTorch, which is not installed", help=INSTALL
            ) from None
        self._torch: Any = torch
        try:
            self._device = torch.device(device)
            torch.zeros(1, device=self._device)
        except (RuntimeError, AssertionError, NotImplementedError):
            raise InputError(
                f"PyTorch finds no device `{device}`", help="leave `--device` out to use the CPU"
            ) from None

    def halves(self, mine: Raw, other: Raw) -> Sums:
        """Return the sums of two blocks of little-endian bfloat16."""
        torch = self._torch
        a, b = self._moved(mine.view(np.int16)), self._moved(other.view(np.int16))
        changed = torch.count_nonzero(a != b)
        wide = [each.view(torch.bfloat16).to(torch.float32) for each in (a, b)]
        found = self._sums(wide[0], wide[1], changed)
        return found or sum_slowly(bf16_to_floats(mine), bf16_to_floats(other), int(changed))

    def floats(self, mine: Floats, other: Floats) -> Sums:
        """Return the sums of two blocks of numbers."""
        torch = self._torch
        a, b = self._moved(mine), self._moved(other)
        changed = torch.count_nonzero(a.view(torch.int32) != b.view(torch.int32))
        found = self._sums(a, b, changed)
        return found or sum_slowly(mine, other, int(changed))

    def _moved(self, numbers: Any) -> Any:
        return self._torch.from_numpy(np.ascontiguousarray(numbers)).to(self._device)

    def _sums(self, a: Any, b: Any, changed: Any) -> Sums | None:
        """Return the sums, ``None`` where single precision runs over or under."""
        torch, double = self._torch, self._torch.float64
        d = a - b
        sums = [torch.sum(x * y, dtype=double) for x, y in ((b, b), (b, d), (d, d))]
        zeros = torch.count_nonzero((a == 0) & (b != 0))
        counts = [each.to(double) for each in (changed, zeros, torch.count_nonzero(b))]
        bb, bd, dd, many, new, full = torch.stack([*sums, *counts]).tolist()
        fine = (is_usable(bb) or not full) and (is_usable(dd) or not many)
        return Sums(a.numel(), int(many), int(new), bb, bd, dd) if fine else None
