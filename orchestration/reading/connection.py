"""A connection to the current release that can only read it, and the check that a statement does no more."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from orchestration.releases.release import WAREHOUSE, NoRelease

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


class QueryError(Exception):
    """A query that can't be run or its result not written; the message is for the person who wrote it."""


def connect(data_dir: Path, *, is_small: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection to the current release that can only read it, with UTC as its time zone.

    One whose queries are all small (`is_small`) has one thread: several would wait for each other.
    Raises NoRelease if there is none, QueryError if its file can't be opened.
    """
    warehouse = data_dir / WAREHOUSE
    if not warehouse.exists():
        raise NoRelease(data_dir)
    try:
        connection = duckdb.connect(warehouse, read_only=True, config=_CONFIG | ({"threads": "1"} if is_small else {}))
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


def records(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """The rows of a query of our own, as records by column name. Raises duckdb.Error."""
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
