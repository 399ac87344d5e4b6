"""Bit planes: the law over Arrow record batches, 64 rows a step (the extra `survey`)."""

from weighbridge.reason.planes.kernel import ROWS, Kernel
from weighbridge.reason.planes.verdicts import Planes, Verdicts

__all__ = ["ROWS", "Kernel", "Planes", "Verdicts"]
