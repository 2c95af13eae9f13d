"""Reading CSV files strictly: what is not plainly a table of the expected columns is refused by name, never repaired."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

MAX_BYTES = 256 * 1024 * 1024
_MAX_FIELD = 1_000_000


class RefusedFile(ValueError):
    """A file that is broken as a whole: `file` and a `reason` that says what to do."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file, self.reason = file, reason


@dataclass(frozen=True)
class RawRow:
    """One row as the source has it: `file` as users know it, `number` the line on which the row ends."""

    file: str
    number: int
    cells: dict[str, str]
    fault: str | None = None  # why the row can't be read as a row at all


def csv_paths(folder: Path, inside: Path) -> Iterator[Path]:
    """The CSV files of a folder, by name; a link that leads out of `inside` is refused."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() != ".csv" or path.name.startswith("."):
            continue
        yield path


def check_inside(path: Path, inside: Path, label: str) -> None:
    """Raises RefusedFile if `path` leads out of the folder `inside` (a symbolic link), or is no regular file."""
    if not path.resolve().is_relative_to(inside.resolve()):
        raise RefusedFile(label, "is a link that leads out of its folder; copy the file itself into the folder")
    if not path.is_file():
        raise RefusedFile(label, "is not a regular file")


def read_csv(
    path: Path, label: str, required: Sequence[str], optional: Sequence[str], *, open_ended: bool = False
) -> list[RawRow]:
    """The rows of a CSV file (UTF-8, comma, header first), each cell as text.

    `required` columns must all be there, `optional` ones may be; any other column is refused unless `open_ended`.
    A row with the wrong number of cells comes back with its `fault`; the other rows are not lost.

    Raises RefusedFile: too large, not UTF-8, NUL bytes, empty, no such header, a header twice, broken quotes.
    """
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise RefusedFile(label, f"is {size:,} bytes; at most {MAX_BYTES:,} are read")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedFile(label, f"is not UTF-8 (byte {error.start:,}); save it as CSV UTF-8") from None
    if "\x00" in text:
        raise RefusedFile(label, "holds NUL bytes; save it as CSV UTF-8")
    if not text.strip():
        raise RefusedFile(label, "is empty; it needs at least the header")
    csv.field_size_limit(_MAX_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader)]
        _check_header(label, header, required, optional, open_ended)
        rows = []
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(header):
                fault = f"has {len(cells)} cells, the header has {len(header)}; quote a cell that holds a comma"
                rows.append(RawRow(label, reader.line_num, dict(zip(header, cells, strict=False)), fault))
            elif len(cells) < len(header):
                fault = f"has {len(cells)} cells, the header has {len(header)}; keep the commas of empty cells"
                rows.append(RawRow(label, reader.line_num, dict(zip(header, cells, strict=False)), fault))
            else:
                rows.append(RawRow(label, reader.line_num, dict(zip(header, cells, strict=True))))
    except csv.Error as error:
        raise RefusedFile(label, f"line {reader.line_num}: {error}; check the quotes of that line") from None
    return rows


def _check_header(label: str, header: list[str], required: Sequence[str], optional: Sequence[str], open_ended: bool) -> None:
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise RefusedFile(label, f"has a column twice: {', '.join(twice)}")
    missing = [name for name in required if name not in header]
    if missing:
        hint = "; is the delimiter a comma?" if len(header) == 1 and len(required) > 1 else ""
        raise RefusedFile(label, f"lacks the column {', '.join(missing)} (its header: {', '.join(header)[:200]}){hint}")
    unknown = [name for name in header if name not in required and name not in optional]
    if unknown and not open_ended:
        raise RefusedFile(label, f"has a column that is not known: {', '.join(unknown)[:200]}; remove or rename it")
