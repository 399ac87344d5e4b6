"""Digests of files and of a whole release: every byte, in one pass, on two threads."""

from weighbridge.release.digests.hashing import FileDigests, Wanted, digest_files
from weighbridge.release.digests.manifest import Manifest, manifest_of
from weighbridge.release.digests.whole import ReleaseDigests, digest_path

__all__ = [
    "FileDigests",
    "Manifest",
    "ReleaseDigests",
    "Wanted",
    "digest_files",
    "digest_path",
    "manifest_of",
]
