"""Names of tables and columns in an attached DuckDB file, and text as SQL."""

from __future__ import annotations

from typing import Any

import duckdb

#: What a release holds of the build database; every other schema is the build's own.
PUBLISHED_SCHEMAS = ("main", "landed")


def published_relations(connection: duckdb.DuckDBPyConnection, catalog: str) -> list[tuple[str, str, str | None]]:
    """Schema, name and comment of each published table and view of a catalog, marts first, by name."""
    return connection.execute(
        f"""
        SELECT schema_name, table_name, comment FROM duckdb_tables()
        WHERE database_name = {literal(catalog)} AND schema_name IN {PUBLISHED_SCHEMAS} AND NOT internal
        UNION ALL
        SELECT schema_name, view_name, comment FROM duckdb_views()
        WHERE database_name = {literal(catalog)} AND schema_name IN {PUBLISHED_SCHEMAS} AND NOT internal
        ORDER BY schema_name DESC, 2
        """
    ).fetchall()


def columns_of(connection: duckdb.DuckDBPyConnection, catalog: str) -> dict[tuple[str, str], dict[str, str]]:
    """The columns of every table of a catalog, in order, with their types."""
    columns: dict[tuple[str, str], dict[str, str]] = {}
    found = connection.execute(
        f"""
        SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns()
        WHERE database_name = {literal(catalog)} AND NOT internal
        ORDER BY column_index
        """
    ).fetchall()
    for schema, table, column, type_ in found:
        columns.setdefault((schema, table), {})[column] = type_
    return columns


def single_value(connection: duckdb.DuckDBPyConnection, sql: str) -> Any:
    return connection.execute(sql).fetchall()[0][0]


def published_name(schema: str, table: str) -> str:
    return table if schema == "main" else f"{schema}.{table}"


def quoted(*parts: str) -> str:
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def literal(value: object) -> str:
    """A text or path as an SQL literal, used in place of a parameter: binding one imports pandas, which takes 2 s."""
    return "'" + str(value).replace("'", "''") + "'"
