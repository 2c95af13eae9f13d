"""Reading CSV files strictly: what is not plainly a table of the expected columns is refused by name, never repaired."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingestion.files.cell_text import look_alike, printable, unclear, unsafe

#: What is read of one file: every row is held in memory, at about 1 KB.
MAX_BYTES = 64 * 1024 * 1024
MAX_LINES = 500_000
_MAX_FIELD = 1_000_000
MAX_COLUMNS = 1_000

#: What a file is that begins so, where that is no CSV in UTF-8.
_OTHER_KINDS = (
    (b"PK\x03\x04", "is an Excel workbook or another ZIP"),
    (b"\xd0\xcf\x11\xe0", "is an old Excel workbook"),
    (b"\x1f\x8b", "is packed with gzip"),
    (b"%PDF", "is a PDF"),
    (b"\xff\xfe", "is not UTF-8 but UTF-16"),
    (b"\xfe\xff", "is not UTF-8 but UTF-16"),
)


class RefusedFile(ValueError):
    """A file that is broken as a whole: `file` and a `reason` that says what to do."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file, self.reason = file, reason


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as the source has it: `file` as users know it, `number` the line on which the row ends."""

    file: str
    number: int
    cells: dict[str, str]
    fault: str | None = None  # why the row can't be read as a row at all
    fault_column: str | None = None  # the column and the value of the one cell that is to blame, if it is one
    fault_value: str | None = None


def check_inside(path: Path, inside: Path, label: str) -> None:
    """Raises RefusedFile if `path` leads out of the folder `inside` (a symbolic link), or is no regular file."""
    try:
        is_inside = path.resolve().is_relative_to(inside.resolve())
    except (OSError, RuntimeError):  # links that lead to one another
        is_inside = False
    if not is_inside:
        raise RefusedFile(label, "is a link that leads out of its folder, or nowhere; copy the file itself into the folder")
    if not path.is_file():
        raise RefusedFile(label, "is not a regular file; remove it, or put the file itself in its place")


def read_csv(
    path: Path, label: str, required: Sequence[str], optional: Sequence[str], *, open_ended: bool = False
) -> list[RawRow]:
    """The rows of a CSV file (UTF-8, comma, header first), each cell as text.

    `required` columns must all be there, `optional` ones may be; any other column is refused unless `open_ended`.
    A row that can't be read as one (the wrong number of cells, the header again, a cell that has swallowed other rows)
    comes back with its `fault`; the other rows are not lost.

    Raises RefusedFile: too large, not UTF-8, NUL bytes, empty, nothing after the header, no such header, a header twice,
    broken quotes.
    """
    text = _text(path, label)
    csv.field_size_limit(_MAX_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[RawRow] = []
    header: list[str] | None = None
    header_line = 0
    starts_at = 1  # the line on which the record begins that is being read
    try:
        for cells in reader:
            starts_at, first_line = reader.line_num + 1, starts_at
            if header is None:
                if len(cells) > MAX_COLUMNS:
                    raise RefusedFile(label, f"has {len(cells):,} columns; at most {MAX_COLUMNS:,} are read")
                header = [name.strip() for name in cells]
                check_header(label, header, required, optional, open_ended)
                header_line = reader.line_num
            elif any(cell.strip() for cell in cells):
                fault = _fault(cells, header, first_line, reader.line_num)
                rows.append(RawRow(label, reader.line_num, dict(zip(header, cells, strict=False)), fault))
    except csv.Error as error:
        raise RefusedFile(label, f"line {starts_at}: {error}; check the quotes from that line on") from None
    # lines that were emptied say that there are no rows; a file that ends with its header was cut off
    if not rows and reader.line_num == header_line:
        raise RefusedFile(label, "has a header and no rows; fill it in, or remove it")
    return rows


def _text(path: Path, label: str) -> str:
    """The file as text, without a byte order mark. Raises RefusedFile."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise RefusedFile(label, f"is {size:,} bytes; at most {MAX_BYTES:,} are read: split it into several files")
    content = path.read_bytes()
    for beginning, words in _OTHER_KINDS:
        if content.startswith(beginning):
            raise RefusedFile(label, f"{words}; save the table as CSV UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise RefusedFile(label, f"is not UTF-8 (line {line:,}, byte {error.start:,}); save it as CSV UTF-8") from None
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise RefusedFile(label, f"holds NUL bytes (line {line:,}); save it as CSV UTF-8")
    if not text.strip():
        raise RefusedFile(label, "is empty; it needs the header and rows")
    if max(text.count("\n"), text.count("\r")) > MAX_LINES:
        raise RefusedFile(label, f"has more than {MAX_LINES:,} lines; split it into several files")
    return text


def _fault(cells: list[str], header: list[str], first_line: int, last_line: int) -> str | None:
    """Why a record is no row of the table, or None."""
    if len(cells) > len(header):
        return f"has {len(cells)} cells, the header has {len(header)}; quote a cell that holds a comma"
    if len(cells) < len(header):
        return f"has {len(cells)} cells, the header has {len(header)}; keep the commas of empty cells"
    if cells[0].strip() == header[0] and [cell.strip() for cell in cells] == header:
        return "is the header again; remove it"
    if first_line == last_line:
        return None
    for place, (name, cell) in enumerate(zip(header, cells, strict=True)):
        # a quote that is not closed takes in all up to the next one: the rest of its row, and what begins another
        lines = cell.splitlines()
        if len(lines) < 2 or lines[0].count(",") < len(header) - 1 - place or lines[-1].count(",") < place:
            continue
        # in the first and the last column one of the two says nothing: there, commas of prose have a space after them
        telling = [lines[-1]] * (place == len(header) - 1) + [lines[0]] * (place == 0)
        if not any(", " in line for line in telling):
            return f"begins on line {first_line} and holds other rows in its cell {name}; close the quote of that cell"
    return None


def check_header(label: str, header: list[str], required: Sequence[str], optional: Sequence[str], open_ended: bool) -> None:
    """Refuses a header with a column twice, without one that is required, or with one that is not known. Raises RefusedFile."""
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise RefusedFile(label, f"has a column twice: {_listed(twice)}; remove or rename one")
    missing = [name for name in required if name not in header]
    if missing:
        hint = "; is the delimiter a comma?" if len(header) == 1 and len(required) > 1 else ""
        raise RefusedFile(label, f"lacks the column {', '.join(missing)} (its header: {_listed(header)}){hint}")
    unknown = [name for name in header if name not in required and name not in optional]
    if unknown and not open_ended:
        raise RefusedFile(label, f"has a column that is not known: {_listed(unknown)}; remove or rename it")
    for name in unknown:
        reason = ("has no name" if not name else None) or unsafe(name) or unclear(name) or look_alike(name)
        if reason:
            raise RefusedFile(label, f"has a column {printable(name)[:60]!r} that {reason}")


def _listed(names: Sequence[str]) -> str:
    return printable(", ".join(names))[:200]
