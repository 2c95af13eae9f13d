"""Queries: one SQL statement on the current release, read-only, and its result as a table, CSV, JSON or Parquet.

A query reads the release and nothing else: no file, no address, no extension, no setting. CSV and JSON are UTF-8;
dates are ISO, instants ISO in UTC, decimals keep every digit, bytes are hexadecimal. CSV writes no value as nothing and
an empty text as `""`; JSON has no NaN and no infinity and gets null for them.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import shutil
import sys
import threading
import unicodedata
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import Any, BinaryIO

import duckdb

from orchestration.releases import WAREHOUSE, NoRelease

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    # no file, no address, and no variable of this program that is called like a table
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    # nothing is spilled beside the release: a query stops at what DuckDB allows itself, four fifths of the memory
    "temp_directory": "",
}
_READS_ONLY = (
    "a query only reads the release: one SELECT (or FROM, WITH, VALUES, DESCRIBE, SHOW, SUMMARIZE, PIVOT), no more; "
    f"for anything else, copy {WAREHOUSE} and open the copy"
)
#: Functions that a SELECT may call and that change the process (with file access off, logging to a file ends it), and
#: those that run a text as SQL, whose calls can't be seen here.
_FORBIDDEN_FUNCTIONS = frozenset(
    ("enable_logging", "disable_logging", "truncate_duckdb_logs", "write_log", "enable_profiling", "disable_profiling")
    + ("enable_profile", "disable_profile", "checkpoint", "force_checkpoint", "query", "json_execute_serialized_sql")
)
_UNKNOWN_TABLE = re.compile(r'Table with name "?([^"\s]+)"? does not exist')
_NUMBERS = re.compile(r"(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|U?INTEGER|BIGNUM|FLOAT|DOUBLE|DECIMAL.*)")
_BATCH_ROWS = 10_000
#: A table is held in memory whole, since its columns are as wide as their widest value; every other format is not.
_TABLE_ROWS = 500_000


class QueryError(Exception):
    """A query that can't be run or its result not written; the message is for the person who wrote it."""


def run_query(data_dir: Path, sql: str, format_: str = "table", output: Path | None = None) -> None:
    """Runs one statement on the current release and writes its result to `output`, or to standard output.

    Raises NoRelease if there is no release yet and QueryError for everything that the caller can put right.
    """
    if format_ == "parquet" and output is None and sys.stdout.isatty():
        raise QueryError("Parquet is no text to show on a terminal: name a file with --output, or pipe it on")
    with connect(data_dir) as connection:

        def answer() -> None:
            execute(connection, sql)
            with sink(output) as stream:
                _WRITERS[format_](connection, stream, output is None and sys.stdout.isatty())

        try:
            _interruptible(connection, answer)
        except duckdb.Error as error:
            raise QueryError(_in_words(connection, error)) from error
        except BrokenPipeError:
            raise
        except OSError as error:
            raise QueryError(f"{output or 'standard output'}: the result can't be written: {error.strerror}") from error


def _interruptible(connection: duckdb.DuckDBPyConnection, work: Callable[[], None]) -> None:
    """Does the work in another thread: DuckDB does not look for Ctrl-C, which only this thread hears, while it works."""
    failed: list[BaseException] = []

    def do() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)

    worker = threading.Thread(target=do, name="freefloat query")
    worker.start()
    try:
        worker.join()
    except KeyboardInterrupt:
        connection.interrupt()
        worker.join()
        raise
    if failed:
        # taken out of the list: an error that this frame holds would hold this frame, and the open result, until some later time
        raise failed.pop()


def connect(data_dir: Path) -> duckdb.DuckDBPyConnection:
    """A connection to the current release that can only read it, with UTC as its time zone.

    Raises NoRelease if there is none, QueryError if its file can't be opened.
    """
    warehouse = data_dir / WAREHOUSE
    if not warehouse.exists():
        raise NoRelease(data_dir)
    try:
        connection = duckdb.connect(warehouse, read_only=True, config=_CONFIG)
        # the time zone is no start-up option, so the settings are locked here and not above
        connection.execute("SET TimeZone = 'UTC'; SET lock_configuration = true")
    except duckdb.Error as error:
        raise QueryError(f"{warehouse} can't be opened: {error}") from error
    return connection


def execute(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Runs the one statement in `sql`, its result left on the connection. Raises QueryError if it does more than read.

    Turning file access off is not enough: DuckDB still lets COPY write over the files of the database that it has open.
    """
    try:
        called = _called(sql)
    except UnicodeEncodeError:
        raise QueryError("the SQL is not UTF-8") from None
    # parsed by the locked connection: some statements read a file while they are parsed
    statements = connection.extract_statements(sql)
    # PIVOT without a list of values becomes a temporary type and a SELECT; a helper of DuckDB's own has no text
    helpers = [one for one in statements if one.type == duckdb.StatementType.CREATE and not one.query]
    selects = [one for one in statements if one.type == duckdb.StatementType.SELECT]
    if not statements:
        raise QueryError('there is no SQL to run; for example: freefloat query "SHOW TABLES"')
    if len(selects) != 1 or len(helpers) + 1 != len(statements):
        raise QueryError(_READS_ONLY)
    if forbidden := sorted(called & _FORBIDDEN_FUNCTIONS):
        raise QueryError(f"{forbidden[0]}() can't be called: {_READS_ONLY}")
    for statement in statements:
        connection.execute(statement)


def _called(sql: str) -> set[str]:
    """The words before an opening bracket, in small letters: the functions that are called are among them.

    Read as DuckDB reads them, whatever comments and quotes are around them. Raises UnicodeEncodeError.
    """
    encoded = sql.encode()
    starts = [start for start, _ in duckdb.tokenize(sql)]
    tokens = [encoded[start:end].decode(errors="replace").lower() for start, end in pairwise([*starts, len(encoded)])]
    return {word for token, after in pairwise(tokens) if after.startswith("(") for word in re.findall(r"\w+", token)}


def _in_words(connection: duckdb.DuckDBPyConnection, error: duckdb.Error) -> str:
    message = str(error).strip()
    if isinstance(error, duckdb.OutOfMemoryException):
        # DuckDB's own advice is to change settings, which a query can't
        first = message.splitlines()[0]
        return f"{first}: select less, or copy {WAREHOUSE} and open the copy with DuckDB, which then spills to the disk"
    if isinstance(error, duckdb.PermissionException):
        return f"{message}\n{_READS_ONLY}"
    if unknown := _UNKNOWN_TABLE.search(message):
        connection.execute("SELECT schema_name, table_name FROM duckdb_tables() ORDER BY schema_name DESC, table_name")
        names = {(table if schema == "main" else f"{schema}.{table}"): table for schema, table in connection.fetchall()}
        bare = unknown[1].rpartition(".")[2]
        close = set(difflib.get_close_matches(bare, names.values(), n=5, cutoff=0.5))
        listed = [name for name, table in names.items() if table in close]
        hint = "tables with a name close to it" if listed else "tables"
        return f"there is no table {unknown[1]}; {hint}: {', '.join(listed or names)}"
    return message


def _write_table(cursor: duckdb.DuckDBPyConnection, stream: BinaryIO, on_terminal: bool) -> None:
    names, is_number = _columns(cursor)
    found = cursor.fetchmany(_TABLE_ROWS + 1)
    if len(found) > _TABLE_ROWS:
        raise QueryError(f"more than {_TABLE_ROWS:,} rows are no table to read: add a LIMIT, or write --format csv")
    rows = [["NULL" if value is None else text(value) for value in row] for row in found]
    count = f"({len(rows):,} row{'' if len(rows) == 1 else 's'})\n"
    if not on_terminal:
        stream.write((aligned(names, rows, is_number) + count).encode())
        return
    # rich costs a fifth of the start-up time, and only a terminal needs it
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    widths = [max(map(width, column)) for column in zip(*_printable(names, rows), strict=True)]
    if sum(widths) + 3 * len(widths) + 1 > shutil.get_terminal_size().columns:
        stream.write((_records(names, rows) + count).encode())
        return
    table = Table()
    for name, right in zip(names, is_number, strict=True):
        table.add_column(Text(printable(name)), justify="right" if right else "left", no_wrap=True)
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    console = Console()
    with console.capture() as capture:
        console.print(table)
    stream.write((capture.get() + count).encode())


def _write_csv(cursor: duckdb.DuckDBPyConnection, stream: BinaryIO, on_terminal: bool) -> None:
    stream.write((",".join(_csv_cell(name) for name in _columns(cursor)[0]) + "\n").encode())
    for rows in _batches(cursor):
        lines = [",".join("" if value is None else _csv_cell(text(value)) for value in row) for row in rows]
        # the line of a single column without a value would be empty, and readers pass over empty lines
        stream.write("".join((line or '""') + "\n" for line in lines).encode())


def _write_json(cursor: duckdb.DuckDBPyConnection, stream: BinaryIO, on_terminal: bool) -> None:
    keys = [json.dumps(name, ensure_ascii=False) for name in _distinct(_columns(cursor)[0], "JSON")]
    stream.write(b"[")
    separator = "\n"
    for rows in _batches(cursor):
        lines = [
            "{" + ", ".join(f"{key}: {json_text(value)}" for key, value in zip(keys, row, strict=True)) + "}" for row in rows
        ]
        stream.write((separator + ",\n".join(lines)).encode())
        separator = ",\n"
    stream.write(b"\n]\n")


def _write_parquet(cursor: duckdb.DuckDBPyConnection, stream: BinaryIO, on_terminal: bool) -> None:
    _distinct(_columns(cursor)[0], "Parquet")
    # half a second to import, and no other format needs it
    import pyarrow
    import pyarrow.parquet

    reader = cursor.to_arrow_reader(_BATCH_ROWS * 10)
    try:
        with pyarrow.parquet.ParquetWriter(stream, reader.schema, compression="zstd") as writer:
            for batch in reader:
                writer.write_batch(batch)
    except pyarrow.ArrowException as error:
        raise QueryError(f"the result can't be written as Parquet: {error}; cast that column, to VARCHAR for example") from error


_WRITERS = {"table": _write_table, "csv": _write_csv, "json": _write_json, "parquet": _write_parquet}


def _columns(cursor: duckdb.DuckDBPyConnection) -> tuple[list[str], list[bool]]:
    """The names of the result's columns, and whether each holds numbers."""
    description = cursor.description or []
    return [column[0] for column in description], [bool(_NUMBERS.fullmatch(str(column[1]))) for column in description]


def _distinct(names: list[str], format_: str) -> list[str]:
    for name in names:
        if names.count(name) > 1:
            raise QueryError(f"two columns are called {name!r}, which {format_} can't hold: name each one with AS")
    return names


def _batches(cursor: duckdb.DuckDBPyConnection) -> Iterator[list[tuple[Any, ...]]]:
    while rows := cursor.fetchmany(_BATCH_ROWS):
        yield rows


def records(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """The rows of a query of our own, as records by column name. Raises duckdb.Error."""
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


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


def _csv_cell(cell: str) -> str:
    # an empty text is quoted, so that it differs from no value
    if cell == "" or cell != cell.strip() or any(letter in cell for letter in ',"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def printable(cell: str) -> str:
    """The text without control characters: data must not move a terminal's cursor nor break a line."""
    return "".join(
        letter.encode("unicode_escape").decode() if unicodedata.category(letter) == "Cc" else letter for letter in cell
    )


def width(cell: str) -> int:
    """The number of columns that a text takes in a terminal: a Chinese character takes two."""
    if cell.isascii():
        return len(cell)
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in cell
    )


def aligned(names: Sequence[str], rows: Sequence[Sequence[str]], is_number: Sequence[bool]) -> str:
    """Rows as plain text in columns, numbers to the right, each line with its end."""
    header, *body = _printable(names, rows)
    widths = [max(map(width, column)) for column in zip(header, *body, strict=True)]
    lines = []
    for row in (header, ["-" * wide for wide in widths], *body):
        cells = []
        for cell, wide, right in zip(row, widths, is_number, strict=True):
            padding = " " * (wide - width(cell))
            cells.append(padding + cell if right else cell + padding)
        lines.append("  ".join(cells).rstrip() + "\n")
    return "".join(lines)


def _records(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Each row as a block of `column  value` lines, for results wider than the terminal."""
    header, *body = _printable(names, rows)
    wide = max(map(width, header))
    lines = []
    for number, row in enumerate(body, 1):
        lines.append(f"--- row {number} ---\n")
        lines += [f"{name}{' ' * (wide - width(name))}  {cell}\n" for name, cell in zip(header, row, strict=True)]
    return "".join(lines)


def _printable(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[list[str]]:
    return [[printable(cell) for cell in row] for row in (names, *rows)]
