"""Scanners, one kind of content each; see ``hazards/scan.py``."""
