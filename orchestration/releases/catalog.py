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
    """(schema, table) -> column -> DuckDB type, of every table of a catalog, the columns in order."""
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


def comments_of(connection: duckdb.DuckDBPyConnection, catalog: str) -> dict[tuple[str, str, str | None], str | None]:
    """(schema, table, column) -> comment of each published table and view of a catalog, column None, and of its columns."""
    comments: dict[tuple[str, str, str | None], str | None] = {
        (schema, table, None): comment for schema, table, comment in published_relations(connection, catalog)
    }
    columns = connection.execute(
        f"""
        SELECT schema_name, table_name, column_name, comment FROM duckdb_columns()
        WHERE database_name = {literal(catalog)} AND schema_name IN {PUBLISHED_SCHEMAS} AND NOT internal
        """
    ).fetchall()
    return comments | {(schema, table, column): comment for schema, table, column, comment in columns}


def single_value(connection: duckdb.DuckDBPyConnection, sql: str) -> Any:
    """The first value of the first row of a query. Raises IndexError if it has no row."""
    return connection.execute(sql).fetchall()[0][0]


def published_name(schema: str, table: str) -> str:
    """How a table of a release is named in manifests and files: a mart by its name alone, others as `landed.<name>`."""
    return table if schema == "main" else f"{schema}.{table}"


def quoted(*parts: str) -> str:
    """A name as SQL, each part in quotation marks: `quoted("main", "a b")` is `"main"."a b"`."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def literal(value: object) -> str:
    """A text or path as an SQL literal, used in place of a parameter: binding one imports pandas, which takes 2 s."""
    return "'" + str(value).replace("'", "''") + "'"
