"""Weighbridge weighs an open AI model release: what it owes, to whom, since when, and why."""

__version__ = "0.1.0"
