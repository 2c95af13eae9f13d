"""Values as text for people and programs: dates, instants, decimals, aligned tables, and where a result is written."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any, BinaryIO

from ingestion.files.cell_text import printable


@contextmanager
def sink(output: Path | None) -> Generator[BinaryIO]:
    """Standard output, or a file that appears under its name only once it is whole."""
    if output is None:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = output.resolve()
    if target.exists() and not target.is_file():
        # a pipe or a device is written to, not replaced
        with target.open("wb") as stream:
            yield stream
        return
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            yield stream
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def text(value: Any) -> str:
    """A value as CSV and tables show it."""
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return _instant(value)
        case date() | time():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case bytes():
            return value.hex()
        case list() | tuple() | dict():
            return json_text(value)
        case _:
            return str(value)


def json_text(value: Any) -> str:
    """A value as JSON. Written by hand since `json` knows no decimal and would make a float of it, losing digits."""
    match value:
        case None:
            return "null"
        case bool() | int() | Decimal():
            return text(value)
        case float():
            return repr(value) if isfinite(value) else "null"
        case list() | tuple():
            return "[" + ", ".join(json_text(item) for item in value) + "]"
        case dict():
            members = (f"{json.dumps(text(key), ensure_ascii=False)}: {json_text(item)}" for key, item in value.items())
            return "{" + ", ".join(members) + "}"
        case _:
            return json.dumps(text(value), ensure_ascii=False)


def _instant(value: datetime) -> str:
    if value.tzinfo is None:
        return value.isoformat()
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def width(cell: str) -> int:
    """The number of columns that a text takes in a terminal: a Chinese character takes two."""
    if cell.isascii():
        return len(cell)
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in cell
    )


def aligned(names: Sequence[str], rows: Sequence[Sequence[str]], is_number: Sequence[bool]) -> str:
    """Rows as plain text in columns, numbers to the right, each line with its end."""
    header, *body = printable_cells(names, rows)
    widths = [max(map(width, column)) for column in zip(header, *body, strict=True)]
    lines = []
    for row in (header, ["-" * wide for wide in widths], *body):
        cells = []
        for cell, wide, right in zip(row, widths, is_number, strict=True):
            padding = " " * (wide - width(cell))
            cells.append(padding + cell if right else cell + padding)
        lines.append("  ".join(cells).rstrip() + "\n")
    return "".join(lines)


def printable_cells(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """A header and rows, what can't be seen spelt out: data must not move a terminal's cursor, turn text or break a line."""
    return [[printable(cell) for cell in row] for row in (names, *rows)]
