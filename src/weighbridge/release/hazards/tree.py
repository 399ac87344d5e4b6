"""Every regular file below a path, found without following a link out and without opening one.

Unlike the reader of a release this walk leaves nothing aside: a file that is not looked at hides
best. What stands there and is no regular file, or lies beyond a limit, is named with the reason.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from weighbridge.release.folder import shown_name
from weighbridge.text.errors import InputError

MAX_FILES = 1 << 18
MAX_DEPTH = 64
_MAX_NAMES_IN_A_FOLDER = 1 << 18


@dataclass(frozen=True, slots=True, order=True)
class NotOpened:
    """Something below the path that was not opened, and why."""

    path: str
    why: str


@dataclass(slots=True)
class Tree:
    """What stands below a path.

    root:       the folder that paths count from
    files:      the paths of its regular files, with ``/``, sorted
    not_opened: everything else that somebody could take for a file
    """

    root: Path
    files: list[str] = field(default_factory=list)
    not_opened: list[NotOpened] = field(default_factory=list)

    def skip(self, path: str, why: str) -> None:
        """Note what was not opened."""
        self.not_opened.append(NotOpened(path, why))


def list_tree(path: Path) -> Tree:
    """Return every regular file at or below ``path``.

    Raises :class:`InputError` where nothing is there, or where it is neither file nor folder.
    """
    shown = shown_name(str(path))
    try:
        root = path.resolve(strict=True)
        mode = root.stat().st_mode
    except FileNotFoundError:
        raise InputError(f"`{shown}` does not exist") from None
    except (OSError, ValueError, RuntimeError) as error:
        reason = (getattr(error, "strerror", None) or "not a usable path").lower()
        raise InputError(f"`{shown}`: {reason}") from None
    if stat.S_ISREG(mode):
        return Tree(root.parent, [root.name])
    if not stat.S_ISDIR(mode):
        raise InputError(
            f"`{shown}` is neither a file nor a folder", help="a pipe or a device is not opened"
        )
    tree = Tree(root)
    _walk(tree, shown)
    tree.files.sort()
    tree.not_opened.sort()
    return tree


def _walk(tree: Tree, shown: str) -> None:
    """Fill the tree level by level, so that depth never crowds out the top."""
    level = [""]
    for depth in range(MAX_DEPTH + 1):
        below: list[str] = []
        for folder in level:
            if depth == MAX_DEPTH:
                tree.skip(folder, f"a folder more than {MAX_DEPTH} levels deep")
                continue
            try:
                below.extend(_visit(tree, folder))
            except OSError as error:
                if not folder:
                    reason = (error.strerror or "cannot be read").lower()
                    raise InputError(f"`{shown}`: {reason}") from None
                tree.skip(folder, _reason("a folder that cannot be listed", error))
            if len(tree.files) >= MAX_FILES:
                tree.skip(folder or ".", f"more than {MAX_FILES:,} files: the rest was not opened")
                return
        level = below
        if not level:
            return


def _visit(tree: Tree, folder: str) -> list[str]:
    """List one folder's files in the tree and return the folders in it."""
    with os.scandir(tree.root / folder) as found:
        items = sorted(islice(found, _MAX_NAMES_IN_A_FOLDER), key=lambda item: item.name)
        if next(found, None) is not None:
            tree.skip(folder or ".", f"more than {_MAX_NAMES_IN_A_FOLDER:,} names in one folder")
    below = []
    for item in items:
        path = f"{folder}/{item.name}" if folder else item.name
        try:
            if item.is_symlink():
                _link(tree, path)
            elif item.is_dir(follow_symlinks=False):
                below.append(path)
            elif not item.is_file(follow_symlinks=False):
                tree.skip(path, "a pipe, socket or device")
            elif len(tree.files) < MAX_FILES:
                tree.files.append(path)
        except OSError as error:
            tree.skip(path, _reason("cannot be looked at", error))
    return below


def _link(tree: Tree, path: str) -> None:
    """Leave a link aside: what it leads to is listed where it lies, or lies outside."""
    try:
        target = (tree.root / path).resolve(strict=True)
    except (OSError, RuntimeError):
        tree.skip(path, "a link that leads nowhere")
        return
    if not target.is_relative_to(tree.root):
        tree.skip(path, "a link that leaves the folder: it was not followed")


def _reason(what: str, error: OSError) -> str:
    return f"{what}: {(error.strerror or 'input or output error').lower()}"
