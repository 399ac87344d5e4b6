"""Training compute worked out by every method that the facts allow, each as a range.

The flow is ``derive``; each method is a file of its own: ``formula`` by the architecture,
``machines`` by the hardware, ``generated`` for data that models made, ``merges`` for the models
behind a release. The card's own figure is declared, not derived here, and compared with the
others in ``disagreement``.
"""

from weighbridge.release.compute.derive import derive_compute
from weighbridge.release.compute.estimate import Estimate
from weighbridge.release.compute.merges import BaseModel

__all__ = ["BaseModel", "Estimate", "derive_compute"]
