"""The whole body of law as a site of plain files: provision, rule, prose and tests in one place."""

from __future__ import annotations

from weighbridge.report.site.build import site_files

__all__ = ["site_files"]
