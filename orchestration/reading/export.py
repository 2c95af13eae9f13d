"""`freefloat export`: marts of the current release as one workbook, a sheet each, and a sheet of the documents behind them."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from orchestration.reading.connection import QueryError, connect, records
from orchestration.reading.query import batches, run_told
from orchestration.reading.text import sink
from orchestration.reading.workbook import open_book

#: The sheet of sources; no mart has that name.
SOURCES = "sources"
_MARTS = "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' ORDER BY 1"
#: The columns of a mart that name documents, also at the end of a name.
_DOCUMENT_COLUMNS = """
    SELECT column_name FROM duckdb_columns() WHERE schema_name = 'main' AND table_name = ? AND column_name LIKE '%document_id'
    ORDER BY column_index
"""
_DOCUMENTS = """
    SELECT
        named.document_id, documents.title, documents.producer, documents.document_type, documents.published_on, documents.url,
        documents.licence
    FROM ({named}) AS named LEFT JOIN dim_document AS documents ON named.document_id = documents.document_id
    WHERE named.document_id IS NOT NULL ORDER BY ALL
"""
_SOURCE_COLUMNS = (
    "sheet",
    "document_id",
    "title",
    "producer",
    "document_type",
    "published_on",
    "url",
    "licence",
    "release_id",
    "as_of",
)


def run_export(data_dir: Path, marts: Sequence[str], to: Path) -> list[str]:
    """Writes the marts (all whose names begin with `mart_` if none are named) to the workbook `to`; returns their names.

    Raises NoRelease if there is no release yet and QueryError for everything that the caller can put right.
    """
    if to.suffix.lower() != ".xlsx":
        raise QueryError(f"{to}: only workbooks are exported: name a file that ends in .xlsx")
    with connect(data_dir) as connection:
        known = [name for (name,) in connection.execute(_MARTS).fetchall()]
        chosen = list(dict.fromkeys(marts)) or [name for name in known if name.startswith("mart_")]
        for name in chosen:
            if name not in known:
                close = difflib.get_close_matches(name, known, n=5, cutoff=0.5) or known
                raise QueryError(f"there is no mart {name}; close to it: {', '.join(close)}")

        def write() -> None:
            (release,) = records(connection, "SELECT release_id, as_of FROM dim_release")
            with sink(to) as stream, open_book(stream) as book:
                for name in chosen:
                    cursor = connection.execute(f'FROM "{name}"')
                    book.add(name, [column[0] for column in cursor.description or []], batches(cursor))
                rows = [(name, *row, *release.values()) for name in chosen for row in _documents(connection, name)]
                book.add(SOURCES, _SOURCE_COLUMNS, [rows])

        run_told(connection, write, to)
    return chosen


def _documents(connection: duckdb.DuckDBPyConnection, mart: str) -> list[tuple[Any, ...]]:
    """The documents that a mart names, each once; one row without a document if it names none."""
    columns = [name for (name,) in connection.execute(_DOCUMENT_COLUMNS, [mart]).fetchall()]
    named = " UNION ".join(f'SELECT "{column}" AS document_id FROM "{mart}"' for column in columns)
    rows = connection.execute(_DOCUMENTS.format(named=named)).fetchall() if columns else []
    return rows or [(None,) * 7]
