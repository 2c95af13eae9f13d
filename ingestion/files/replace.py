"""Replacing a file so that a reader, a kill or a loss of power leaves the old one or the new one, whole."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

_ENDING = ".tmp"


def replace_file(path: Path, write: Callable[[Path], object]) -> None:
    """Has `write` write a temporary file beside `path`, then renames it to `path`; makes the folder if need be.

    The file's bytes are on the disk before its name, and the name before this returns. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}{_ENDING}")
    try:
        write(temporary)
        sync(temporary)
        os.replace(temporary, path)
        sync(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Sees a file's bytes, or a folder's names, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep_temporary(folder: Path) -> None:
    """Removes the temporary files that a killed process left anywhere under `folder`. No other may be writing there."""
    for path in folder.rglob(f".*{_ENDING}"):
        path.unlink(missing_ok=True)
