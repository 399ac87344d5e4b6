"""Bit planes: the law over Arrow record batches, 64 rows a step (the extra `survey`).

Importing it without NumPy or PyArrow raises :class:`~weighbridge.text.errors.InputError` with the
line that installs them.
"""

from weighbridge.text.errors import InputError

try:
    import numpy as _numpy  # noqa: F401
    import pyarrow as _pyarrow  # noqa: F401
except ImportError as _error:
    raise InputError(
        f"a table needs `{_error.name}`, which is not installed",
        help="pip install 'weighbridge[survey]'",
    ) from None

from weighbridge.reason.planes.kernel import ROWS, Kernel
from weighbridge.reason.planes.verdicts import Planes, Verdicts

__all__ = ["ROWS", "Kernel", "Planes", "Verdicts"]
