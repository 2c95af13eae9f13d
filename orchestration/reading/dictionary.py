"""The data dictionary: every table and column of the current release with its description, as Markdown."""

from __future__ import annotations

import duckdb

from orchestration.project_files import data_dir
from orchestration.reading.connection import connect
from orchestration.releases.catalog import literal


def dictionary(connection: duckdb.DuckDBPyConnection) -> str:
    """The Markdown of a release's tables, marts first."""
    lines = [
        "# Data dictionary",
        "",
        "Made from the comments of the release. Marts are in schema `main`, landed tables in `landed`.",
    ]
    tables = connection.execute(
        "select schema_name, table_name, comment, estimated_size from duckdb_tables() order by schema_name desc, table_name"
    ).fetchall()
    for schema, table, comment, rows in tables:
        lines += ["", f"## {table if schema == 'main' else f'{schema}.{table}'}", "", f"{comment} ({rows:,} rows)", ""]
        lines += ["| column | type | description |", "| --- | --- | --- |"]
        columns = connection.execute(
            f"select column_name, data_type, comment from duckdb_columns() where schema_name = {literal(schema)} "
            f"and table_name = {literal(table)} order by column_index"
        ).fetchall()
        lines += [f"| `{name}` | {kind} | {words} |" for name, kind, words in columns]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Writes build/data_dictionary.md of the data folder."""
    with connect(data_dir()) as connection:
        text = dictionary(connection)
    path = data_dir() / "build" / "data_dictionary.md"
    path.write_text(text, encoding="utf-8")
    print(path)


if __name__ == "__main__":
    main()
