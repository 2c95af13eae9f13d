"""What the project's own files and its packages alone decide, and takes seconds to make: kept for all data folders.

Everything in it is known by what it was made from and written whole, or is not there. What can't be kept or is gone is made
again: nothing fails for the cache's sake, and removing the folder harms nothing.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from ingestion.files.replace import replace_file, sync
from orchestration.project_files import cache_dir

#: How many folders of one kind are kept: the newest, for checkouts and versions that are used in turn.
KEPT = 4


def kept_text(name: str, make: Callable[[], str]) -> str:
    """The text that is kept under this name, which says what it is made from; else what `make` gives, kept from now on."""
    path = cache_dir() / name
    with suppress(OSError, UnicodeDecodeError):
        if text := path.read_text(encoding="utf-8"):
            return text
    text = make()
    with suppress(OSError):
        replace_file(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))
    return text


def take_files(kind: str, key: str, names: Iterable[str], into: Path) -> bool:
    """Copies the files of these names that are kept of a kind under a key into a folder; False if they are not all there.

    Raises OSError only if the folder can't be written.
    """
    folder = cache_dir() / f"{kind}-{key}"
    try:
        files = {name: (folder / name).read_bytes() for name in names}
    except OSError:
        return False
    for name, content in files.items():
        replace_file(into / name, lambda temporary, content=content: temporary.write_bytes(content))
    return True


def keep_files(kind: str, key: str, files: Iterable[Path]) -> None:
    """Keeps copies of files of a kind under a key, and removes the oldest of that kind."""
    folder = cache_dir() / f"{kind}-{key}"
    being_made = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    try:
        being_made.mkdir(parents=True)
        for path in files:
            shutil.copyfile(path, being_made / path.name)
            sync(being_made / path.name)
        # another process may have been first: what it keeps is the same
        os.rename(being_made, folder)
        for old in sorted(folder.parent.glob(f"{kind}-*"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)
    except OSError:
        shutil.rmtree(being_made, ignore_errors=True)
