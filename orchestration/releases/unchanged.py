"""Which tables of a release are those of the last one: the same rows and columns, written by the same code."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from ingestion.files.digest import file_sha256
from orchestration.releases.release import Release, ReleaseError

#: The modules that decide how the files of a release are written.
_WRITERS = ("parquet_files.py", "warehouse_file.py", "catalog.py", "unchanged.py")


@dataclass(frozen=True)
class Update:
    """By which rows a table differs from what it was: those from `first_day` (of its column `trading_date`) on took the place
    of others; without a day, rows were added that were retrieved after all others. `before` is the text that told its rows.
    """

    before: str
    first_day: str


@dataclass(frozen=True)
class Content:
    """What tells a table's rows: two tables that share the text `rows` have the same ones."""

    rows: str
    update: Update | None = None


def told_of(rows: str | None, columns: dict[str, str]) -> dict[str, Any]:
    """What the manifest says of a table that tells it in two releases: its columns, and what tells its rows and its writer.

    `rows` is the text of a `Content`; None, and so what tells the rows, if nothing does.
    """
    content = None
    if rows is not None:
        content = hashlib.sha256(f"{rows} duckdb {duckdb.__version__} {how_files_are_written()}".encode()).hexdigest()
    return {"columns": columns, "content": content}


@cache
def how_files_are_written() -> str:
    """The digest of the code that writes them."""
    return " ".join(file_sha256(Path(__file__).with_name(name)) for name in _WRITERS)


def as_in(last: Release | None, name: str, told: dict[str, Any]) -> dict[str, Any] | None:
    """What the last release's manifest says of a table that is the same there; None if it isn't, or nothing tells."""
    try:
        before = last.manifest["tables"].get(name) if last else None
    except ReleaseError:
        return None
    if not before or told["content"] is None or before.get("content") != told["content"]:
        return None
    # in their order, which a comparison of dictionaries leaves out
    return before if list(before["columns"].items()) == list(told["columns"].items()) else None
