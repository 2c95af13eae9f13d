"""Several files of a folder made one, so that a kill or a loss of power leaves the several or, once it is mended, the one."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from ingestion.files.replace import replace_file, sync

#: What is to be done once the one file is written whole: its name, the name that it gets, and the files whose place it takes.
_JOURNAL = ".merge.json"
_ENDING = ".merging"


def merge_files(target: Path, parts: Sequence[Path], write: Callable[[Path], object]) -> None:
    """Has `write` write what `parts` hold into one file, which then is `target`, and removes them.

    All are of one folder; `target` may be one of the parts. Raises OSError.
    """
    whole = target.with_name(f".{target.name}{_ENDING}")
    write(whole)
    sync(whole)
    record = {"whole": whole.name, "target": target.name, "parts": [part.name for part in parts if part != target]}
    replace_file(target.with_name(_JOURNAL), lambda temporary: temporary.write_text(json.dumps(record), encoding="utf-8"))
    finish_merge(target.parent)


def finish_merge(folder: Path) -> None:
    """Ends a merge that was cut short in the folder: to be called before anything reads there. Raises OSError."""
    journal = folder / _JOURNAL
    if journal.exists():
        record = json.loads(journal.read_text(encoding="utf-8"))
        if (folder / record["whole"]).exists():
            (folder / record["whole"]).replace(folder / record["target"])
        for name in record["parts"]:
            (folder / name).unlink(missing_ok=True)
        sync(folder)
        journal.unlink()
    for left in folder.glob(f".*{_ENDING}"):
        left.unlink(missing_ok=True)
