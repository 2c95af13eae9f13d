"""Workbooks made for the tests: by the library that a spreadsheet's users write with, and part by part for what none writes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook


def workbook(
    path: Path, rows: Sequence[Sequence[object]], sheet: str = "Sheet1", change: Callable[[Any], None] | None = None
) -> Path:
    """A workbook of one sheet with these rows; `change` is given the sheet before it is saved."""
    book = Workbook()
    table = book.active
    assert table is not None
    table.title = sheet
    for row in rows:
        table.append(list(row))
    if change:
        change(table)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def with_part(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """The same workbook with one part changed, or added if it isn't there."""
    packed = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            new.writestr(one, change(old.read(one)) if one == name else old.read(one))
        if name not in old.namelist():
            new.writestr(name, change(b""))
    path.write_bytes(packed.getvalue())
    return path
