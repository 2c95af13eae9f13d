"""`freefloat query`: one SQL statement on the current release, its result as a table, CSV, JSON, Parquet or a workbook."""

from __future__ import annotations

import difflib
import json
import re
import shutil
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import duckdb

from ingestion.files.cell_text import printable
from orchestration.reading.connection import _READS_ONLY, QueryError, connect, execute
from orchestration.reading.text import aligned, json_text, printable_cells, sink, text, width
from orchestration.reading.workbook import open_book
from orchestration.releases.release import WAREHOUSE

_UNKNOWN_TABLE = re.compile(r'Table with name "?([^"\s]+)"? does not exist')


_NUMBERS = re.compile(r"(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|U?INTEGER|BIGNUM|FLOAT|DOUBLE|DECIMAL.*)")


_BATCH_ROWS = 10_000


#: A table is held in memory whole, since its columns are as wide as their widest value; every other format is not.
_TABLE_ROWS = 500_000


def run_query(data_dir: Path, sql: str, format_: str = "table", output: Path | None = None) -> None:
    """Runs one statement on the current release and writes its result to `output`, or to standard output.

    Raises NoRelease if there is no release yet and QueryError for everything that the caller can put right.
    """
    if format_ in _NO_TEXT and output is None and sys.stdout.isatty():
        raise QueryError(f"{_NO_TEXT[format_]} is no text to show on a terminal: name a file with --output, or pipe it on")
    with connect(data_dir) as connection:

        def answer() -> None:
            execute(connection, sql)
            with sink(output) as stream:
                _WRITERS[format_](connection, stream, output is None and sys.stdout.isatty())

        run_told(connection, answer, output)


def run_told(connection: duckdb.DuckDBPyConnection, work: Callable[[], None], output: Path | None) -> None:
    """Does work on the connection that Ctrl-C stops; what fails in it is told in words.

    Raises QueryError for everything that the caller can put right.
    """
    try:
        _interruptible(connection, work)
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

    widths = [max(map(width, column)) for column in zip(*printable_cells(names, rows), strict=True)]
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
    stream.write(csv_text([_columns(cursor)[0]]).encode())
    for rows in batches(cursor):
        stream.write(csv_text(rows).encode())


def _write_json(cursor: duckdb.DuckDBPyConnection, stream: BinaryIO, on_terminal: bool) -> None:
    keys = [json.dumps(name, ensure_ascii=False) for name in _distinct(_columns(cursor)[0], "JSON")]
    stream.write(b"[")
    separator = "\n"
    for rows in batches(cursor):
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


def _write_xlsx(cursor: duckdb.DuckDBPyConnection, stream: BinaryIO, on_terminal: bool) -> None:
    with open_book(stream) as book:
        book.add("result", _columns(cursor)[0], batches(cursor))


_WRITERS = {"table": _write_table, "csv": _write_csv, "json": _write_json, "parquet": _write_parquet, "xlsx": _write_xlsx}
#: Formats that are no text, by what they are called.
_NO_TEXT = {"parquet": "Parquet", "xlsx": "A workbook"}


def _columns(cursor: duckdb.DuckDBPyConnection) -> tuple[list[str], list[bool]]:
    """The names of the result's columns, and whether each holds numbers."""
    description = cursor.description or []
    return [column[0] for column in description], [bool(_NUMBERS.fullmatch(str(column[1]))) for column in description]


def _distinct(names: list[str], format_: str) -> list[str]:
    for name in names:
        if names.count(name) > 1:
            raise QueryError(f"two columns are called {name!r}, which {format_} can't hold: name each one with AS")
    return names


def batches(cursor: duckdb.DuckDBPyConnection) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a result, some at a time."""
    while rows := cursor.fetchmany(_BATCH_ROWS):
        yield rows


def csv_text(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as lines of CSV; the names of the columns are a row like any other."""
    lines = [",".join("" if value is None else _csv_cell(text(value)) for value in row) for row in rows]
    # the line of a single column without a value would be empty, and readers pass over empty lines
    return "".join((line or '""') + "\n" for line in lines)


def _csv_cell(cell: str) -> str:
    # an empty text is quoted, so that it differs from no value
    if cell == "" or cell != cell.strip() or any(letter in cell for letter in ',"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def _records(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Each row as a block of `column  value` lines, for results wider than the terminal."""
    header, *body = printable_cells(names, rows)
    wide = max(map(width, header))
    lines = []
    for number, row in enumerate(body, 1):
        lines.append(f"--- row {number} ---\n")
        lines += [f"{name}{' ' * (wide - width(name))}  {cell}\n" for name, cell in zip(header, row, strict=True)]
    return "".join(lines)
