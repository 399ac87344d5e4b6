"""Facts, law and a date make an assessment: the one flow."""

from weighbridge.assess.assess import Request, assess
from weighbridge.assess.assessment import Assessment

__all__ = ["Assessment", "Request", "assess"]
