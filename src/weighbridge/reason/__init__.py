"""One meaning, several engines: the reference evaluator, Z3, prose; siblings on one tree."""

from weighbridge.reason.case import Case, Row
from weighbridge.reason.evaluate import Evaluator
from weighbridge.reason.proof import Conclusion, Proof, Verdict

__all__ = ["Case", "Conclusion", "Evaluator", "Proof", "Row", "Verdict"]
