"""Reading Excel workbooks (.xlsx) as strictly as CSV files: the sheet that holds the table, each cell as the text that it shows.

A workbook is a ZIP of XML: what it unpacks to is bounded before it is opened, and no part of it may define entities. Formulas are
not computed; the value that was saved with one is read. What can't be told apart is refused, never repaired.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ingestion.files.cell_text import printable
from ingestion.files.csv import MAX_BYTES, MAX_COLUMNS, MAX_LINES, RawRow, RefusedFile, check_header
from ingestion.files.shown_cells import UnclearCell, shown

#: How the name of one ends.
WORKBOOK = ".xlsx"
#: What a workbook may unpack to: some 250,000 rows of seven cells, which take a minute.
MAX_UNPACKED = MAX_BYTES
_MAX_PARTS = 2_000
_ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z0-9:]{1,30})")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_SAVE_ANEW = "save it anew as .xlsx, or the table as CSV UTF-8"


def read_workbook(
    path: Path, label: str, sheet: str, required: Sequence[str], optional: Sequence[str], *, open_ended: bool = False
) -> list[RawRow]:
    """The rows of the sheet that is called `sheet` (capitals don't count), else of the first, below the header in its first row.

    Columns are as in `read_csv`; a row's number is that of the sheet. A row with a cell that does not plainly say something comes
    back with its `fault` and the column. Raises RefusedFile: too large, packed too densely, encrypted, broken, merged cells,
    no such header, a header twice, nothing below it.
    """
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise RefusedFile(label, f"is {size:,} bytes; at most {MAX_BYTES:,} are read: split it into several files")
    content = path.read_bytes()
    _check_parts(content, label)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return list(_rows(content, label, sheet, required, optional, open_ended))
    except RefusedFile:
        raise
    except Exception as error:  # whatever a broken file makes of the library that opens it
        raise RefusedFile(label, f"is no workbook that can be read ({type(error).__name__}); {_SAVE_ANEW}") from None


def _check_parts(content: bytes, label: str) -> None:
    """Refuses what is no ZIP of XML, or unpacks to too much. Nothing more than what its directory says is ever unpacked."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise RefusedFile(label, f"is an old Excel workbook, or has a password; {_SAVE_ANEW}")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > _MAX_PARTS:
                raise RefusedFile(label, f"has {len(parts):,} parts; at most {_MAX_PARTS:,} are read")
            if (unpacked := sum(part.file_size for part in parts)) > MAX_UNPACKED:
                words = (
                    f"unpacks to {unpacked:,} bytes; at most {MAX_UNPACKED:,} are read: split it, or save the table as CSV UTF-8"
                )
                raise RefusedFile(label, words)
            for part in parts:
                # whatever a part is called, another can lead to it; without NULs UTF-16 reads like UTF-8
                if _ENTITIES.search(archive.read(part).replace(b"\x00", b"")):
                    words = f"has a part that no spreadsheet writes ({printable(part.filename)[:60]}); {_SAVE_ANEW}"
                    raise RefusedFile(label, words)
    except RefusedFile:
        raise
    except Exception as error:  # cut short, encrypted, packed in a way that is not known, sums that don't agree
        raise RefusedFile(label, f"is no workbook that can be read ({type(error).__name__}); {_SAVE_ANEW}") from None


def _rows(
    content: bytes, label: str, sheet: str, required: Sequence[str], optional: Sequence[str], open_ended: bool
) -> Iterator[RawRow]:
    table = _sheet(content, sheet, with_values=True)
    part = _part(content, table)
    if merged := _MERGED.search(part):
        raise RefusedFile(
            label, f"has merged cells ({merged[1].decode()}) in its sheet {table.title!r}; part them, each with its value"
        )
    # a program that writes formulas without computing them leaves cells that look empty
    formulas = _cells(_sheet(content, sheet, with_values=False), label) if _FORMULA.search(part) else None
    header: list[str] = []
    found = 0
    for number, cells in _cells(table, label):
        written = next(formulas)[1] if formulas else ()
        if not header:
            header = [str(cell.value).strip() if cell.value is not None else "" for cell in cells]
            while header and not header[-1]:
                header.pop()
            if header:
                check_header(label, header, required, optional, open_ended)
            continue
        row = _row(label, number, header, cells, written)
        if row.fault or any(cell.strip() for cell in row.cells.values()):
            found += 1
            yield row
    if not header:
        raise RefusedFile(label, f"has nothing in its sheet {table.title!r}; it needs the header and rows")
    if not found:
        raise RefusedFile(label, "has a header and no rows; fill it in, or remove it")


def _row(label: str, number: int, header: list[str], cells: Sequence[Any], written: Sequence[Any]) -> RawRow:
    texts: dict[str, str] = {}
    for place, cell in enumerate(cells):
        name = header[place] if place < len(header) else ""
        try:
            if cell.value is None and place < len(written) and written[place].data_type == "f":
                raise UnclearCell(
                    "is a formula that was never computed; open the workbook in a spreadsheet and save it, or write the value"
                )
            # the format is looked up only where it decides: most cells are text
            is_plain = cell.value is None or (cell.data_type != "e" and isinstance(cell.value, str))
            text = cell.value or "" if is_plain else shown(cell.value, cell.number_format, cell.data_type == "e")
        except UnclearCell as error:
            return RawRow(label, number, {}, str(error), name or f"no. {place + 1}", printable(str(cell.value or ""))[:60])
        if place < len(header):
            texts[name] = text
        elif text.strip():
            return RawRow(label, number, {}, f"has a cell beyond the header, in column {place + 1}: {printable(text)[:60]!r}")
    rest = dict.fromkeys(header[len(cells) :], "")
    if [text.strip() for text in texts.values()] == header:
        return RawRow(label, number, {}, "is the header again; remove it")
    return RawRow(label, number, texts | rest)


def _sheet(content: bytes, name: str, with_values: bool) -> Any:
    """The sheet that holds the table, opened row by row."""
    # a fifth of a second to import, and most inboxes hold no workbook
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=with_values, keep_links=False)
    named = [one for one in book.worksheets if one.title.strip().lower() == name]
    return named[0] if named else book.worksheets[0]


def _part(content: bytes, sheet: Any) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(sheet._worksheet_path.lstrip("/"))


def _cells(sheet: Any, label: str) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The cells of each row, with its number. What a sheet says of its own size is not believed."""
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.rows, 1):
        if number > MAX_LINES:
            raise RefusedFile(label, f"has more than {MAX_LINES:,} rows; split it into several files")
        if len(cells) > MAX_COLUMNS:
            raise RefusedFile(label, f"has {len(cells):,} columns (row {number:,}); at most {MAX_COLUMNS:,} are read")
        yield number, cells
