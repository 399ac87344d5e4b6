"""The least that opens markets, and the smallest change that flips a verdict."""

from weighbridge.plan.result import Plan, make_plan

__all__ = ["Plan", "make_plan"]
