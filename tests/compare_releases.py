"""Tells whether two warehouses hold the same: every table of `main` and `landed`, its columns, types, comments and rows.

    python -m tests.compare_releases A/warehouse.duckdb B/warehouse.duckdb [--except TABLE ...]

Left out are what is never the same in two builds: instants (when a row was retrieved, when a release was made) and release ids.
Rows are compared as multisets over the columns that both have, numbers exactly. Prints one line per table that differs, with some
of its rows; exit code 1 if any does.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb

SHOWN_ROWS = 3
SCHEMAS = ("main", "landed")


def differences(
    first: Path,
    second: Path,
    excepted: frozenset[str] = frozenset(),
    *,
    relative: float = 0,
    say: Callable[[str], object] = lambda line: None,
) -> tuple[int, int, list[str]]:
    """(tables compared, rows compared, one text per difference) of two DuckDB files.

    Two doubles are equal if they differ by at most `relative` of the greater one. `say` is told of each table that is equal.
    """
    with duckdb.connect() as connection:
        for name, path in (("a", first), ("b", second)):
            literal = str(path).replace("'", "''")
            connection.execute(f"attach '{literal}' as {name} (read_only)")
        tables = {name: _tables(connection, name) for name in ("a", "b")}
        found = [f"{table}: only in {name}" for name, other in (("a", "b"), ("b", "a")) for table in tables[name] - tables[other]]
        common = sorted(tables["a"] & tables["b"] - excepted)
        rows = 0
        for table in common:
            (count,) = connection.execute(f"select count(*) from a.{table}").fetchall()[0]
            rows += count
            in_table = _table_differences(connection, table, relative)
            found += in_table
            if not in_table:
                say(f"{table}: {count:,} rows, equal")
    return len(common), rows, sorted(found)


def _tables(connection: duckdb.DuckDBPyConnection, name: str) -> set[str]:
    sql = "select schema_name || '.' || table_name from duckdb_tables() where database_name = ? and schema_name in ?"
    return {table for (table,) in connection.execute(sql, [name, SCHEMAS]).fetchall()}


def _columns(connection: duckdb.DuckDBPyConnection, name: str, table: str) -> list[tuple[str, str, str | None]]:
    schema, _, bare = table.partition(".")
    sql = """select column_name, data_type, comment from duckdb_columns()
        where database_name = ? and schema_name = ? and table_name = ? order by column_index"""
    return connection.execute(sql, [name, schema, bare]).fetchall()


def _table_differences(connection: duckdb.DuckDBPyConnection, table: str, relative: float) -> list[str]:
    columns = {name: _columns(connection, name, table) for name in ("a", "b")}
    found = []
    if columns["a"] != columns["b"]:
        apart = sorted(map(str, set(columns["a"]) ^ set(columns["b"]))) or ["the order of the columns"]
        found.append(f"{table}: columns differ: {'; '.join(apart)}")
    in_both = {name for name, _, _ in columns["a"]} & {name for name, _, _ in columns["b"]}
    compared = {
        f'"{name}"': dtype
        for name, dtype, _ in columns["a"]
        if name in in_both and not dtype.startswith("TIMESTAMP") and name != "release_id"
    }
    if not compared:
        return found
    if relative:
        return found + _rows_apart(connection, table, compared, relative)
    chosen = ", ".join(compared)
    for one, other in (("a", "b"), ("b", "a")):
        sql = f"select {chosen} from {one}.{table} except all select {chosen} from {other}.{table}"
        result = connection.execute(sql)
        missing = result.fetchall()
        if missing:
            shown = "\n    ".join(str(row) for row in missing[:SHOWN_ROWS])
            found.append(f"{table}: {len(missing)} row(s) only in {one}\n    {shown}")
    return found


def _rows_apart(connection: duckdb.DuckDBPyConnection, table: str, compared: dict[str, str], relative: float) -> list[str]:
    """The rows that differ once both are put in the order of their other columns, then of their doubles."""
    doubles = [name for name, dtype in compared.items() if dtype == "DOUBLE"]
    others = [name for name in compared if name not in doubles]
    order = ", ".join(others + doubles)
    same = [f"(a.{name} is not distinct from b.{name})" for name in others]
    same += [
        f"(a.{name} is not distinct from b.{name}"
        f" or coalesce(abs(a.{name} - b.{name}) <= {relative} * greatest(abs(a.{name}), abs(b.{name})), false))"
        for name in doubles
    ]
    sides = [f"(select *, row_number() over (order by {order}) as place from {side}.{table}) as {side}" for side in ("a", "b")]
    joined = f"from {sides[0]} full join {sides[1]} using (place) where not coalesce({' and '.join(same)}, false)"
    chosen = ", ".join(f"{side}.{name}" for name in compared for side in ("a", "b"))
    apart = connection.execute(f"select {chosen} {joined} order by place").fetchall()
    if not apart:
        return []
    shown = [
        "; ".join(
            f"{name} {row[2 * at]!r} and {row[2 * at + 1]!r}"
            for at, name in enumerate(compared)
            if row[2 * at] != row[2 * at + 1]
        )
        for row in apart[:SHOWN_ROWS]
    ]
    return ["\n    ".join([f"{table}: {len(apart)} row(s) differ", *shown])]


def main() -> int:
    """Compares two files named on the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("--except", nargs="*", default=[], dest="excepted", help="tables, as schema.table")
    arguments = parser.parse_args()
    tables, rows, found = differences(arguments.first, arguments.second, frozenset(arguments.excepted))
    for text in found:
        print(text)
    print(f"{tables} tables, {rows:,} rows compared; {len(found)} difference(s)")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
