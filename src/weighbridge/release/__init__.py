"""A release folder becomes facts and findings; nothing in it is imported, unpickled or run."""

from weighbridge.release.folder import Entry, FileText, Folder
from weighbridge.release.observations import Observations
from weighbridge.release.reader import Release, read_release

__all__ = ["Entry", "FileText", "Folder", "Observations", "Release", "read_release"]
