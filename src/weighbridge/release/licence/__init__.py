"""Licences: which one a text is, what it grants and limits, and whether the card agrees.

Texts are recognised by hashes of runs of five words; no licence text is shipped. Names of
licences are formats here, not law: what follows from a condition is said by rules elsewhere.
"""

from weighbridge.release.licence.reader import licence_report, read_licence
from weighbridge.release.licence.report import Answered, FoundLicence, LicenceReport

__all__ = ["Answered", "FoundLicence", "LicenceReport", "licence_report", "read_licence"]
