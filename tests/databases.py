"""DuckDB files in tests, all opened in one DuckDB of the process: each new one takes 12 ms of the processor to begin."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb

from orchestration.releases.catalog import literal, quoted


@cache
def _instance() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@contextmanager
def database(path: Path, *, read_only: bool = False) -> Generator[duckdb.DuckDBPyConnection]:
    """A connection to a file, which is made if there is none, under the name that it has when it is opened by itself.

    The file is closed at the end, and not held by this process. Two of one name can't be open at once.
    """
    name = quoted(path.stem)
    connection = _instance().cursor()
    connection.execute(f"ATTACH {literal(path)} AS {name} ({'READ_ONLY' if read_only else 'READ_WRITE'})")
    try:
        connection.execute(f"USE {name}")
        yield connection
    finally:
        connection.execute(f"USE memory; DETACH {name}")
        connection.close()
