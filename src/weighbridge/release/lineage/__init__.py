"""From which models a release was made: what its files declare, and what its weights show.

``declared.py`` reads words; the rest compares numbers and needs NumPy, so it is imported late.
"""

import os

# Linear algebra on several threads adds up in an order that depends on the machine, and on
# matrices as small as ours its threads wait longer than they work: measured, a comparison takes
# 2.7 times the processor time. It has to be said before NumPy is imported.
for _name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(_name, "1")
