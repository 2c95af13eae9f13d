"""The DuckDB file of a release: what of the last one's file has changed is written, the rest is a copy of it."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from ingestion.files.digest import file_sha256
from orchestration.releases.catalog import (
    PUBLISHED_SCHEMAS,
    columns_of,
    comments_of,
    literal,
    published_name,
    published_relations,
    quoted,
    single_value,
)
from orchestration.releases.parquet_files import export_parquet
from orchestration.releases.release import (
    STORAGE_VERSION,
    WAREHOUSE,
    Release,
    ReleaseError,
    ReleaseRow,
    read_release_row,
    wal_files,
)
from orchestration.releases.unchanged import Content, Update, as_in, told_of

#: Up to this many bytes of a build database one thread writes a release: several would take twice the processor's time to wait
#: for each other.
_SMALL_BYTES = 256_000_000
#: The blocks of such a release, a quarter of DuckDB's own: a hundred small tables take less than half the room in them. Clients
#: of DuckDB read them from 1.2 on, as they do STORAGE_VERSION.
_SMALL_BLOCK_BYTES = 65_536
#: How many statements are given to DuckDB in one text, which takes half the time of as many texts.
_AT_ONCE = 100
#: What becomes of a type of the build, where it is another.
_PUBLISHED_TYPES = {"TIMESTAMP WITH TIME ZONE": "TIMESTAMP"}


@dataclass(frozen=True, kw_only=True)
class ReleaseContext:
    """What the manifest says beside what the build database holds.

    `release_id` is decided before the build (`release_id_of`), since the build's `main.dim_release` holds it.
    `versions` adds to the package versions; `documents` are records; `checks` are records with `name` and `status`;
    `quarantined` maps a dataset to its rows in quarantine; `stale_sources` are records of sources with an old landing.
    `comments` maps (schema, table, column) to what the release says of it; column None is the table.
    `contents` maps (schema, table) to what tells its rows.
    With `is_full` no table is taken from the last release's DuckDB file, whatever tells its rows.
    """

    data_dir: Path
    release_id: str
    versions: dict[str, str] = field(default_factory=dict)
    documents: list[dict[str, Any]] = field(default_factory=list)
    checks: list[dict[str, Any]] = field(default_factory=list)
    quarantined: dict[str, int] = field(default_factory=dict)
    stale_sources: list[dict[str, Any]] = field(default_factory=list)
    allow_quarantine: bool = False
    comments: Mapping[tuple[str, str, str | None], str] = field(default_factory=dict)
    contents: Mapping[tuple[str, str], Content] = field(default_factory=dict)
    is_full: bool = False


def write_warehouse(
    build_database: Path, folder: Path, context: ReleaseContext, last: Release | None
) -> tuple[dict[str, dict[str, Any]], ReleaseRow]:
    """Writes `warehouse.duckdb` and `parquet/` into `folder`; returns what the manifest says of each table, and dim_release.

    The file begins as a copy of the last release's where that has tables that are the same in this one, or were before rows of
    their last days changed: DuckDB writes the others, and these rows.
    """
    warehouse = folder / WAREHOUSE
    # a stored view names its catalog, which is the file's base name: attach the build under that name, whatever it is
    build = build_database.stem
    release = f"{build}_release"
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        if build_database.stat().st_size <= _SMALL_BYTES:
            connection.execute(f"SET threads = 1; SET default_block_size = {_SMALL_BLOCK_BYTES}")
        connection.execute(f"ATTACH {literal(build_database)} AS {quoted(build)} (READ_ONLY)")
        connection.execute(f"USE {quoted(build)}")
        row = read_release_row(connection, build, str(build_database))
        same, updated = (set(), {}) if context.is_full else _tables_of(last, connection, build, context.contents)
        if not (last and (same or updated) and _copied(last, warehouse)):
            same, updated = set(), {}
        connection.execute(f"ATTACH {literal(warehouse)} AS {quoted(release)} (STORAGE_VERSION {literal(STORAGE_VERSION)})")
        updated = {name: update for name, update in updated.items() if _is_of_few_rows(connection, release, name, update)}
        stay = same | updated.keys()
        # one transaction: each commit of its own would wait for the disk
        connection.execute("BEGIN")
        if stay:
            drop_tables(connection, release, stay)
            # or what they took stays in the file beside what is written anew
            connection.execute(f"COMMIT; CHECKPOINT {quoted(release)}; BEGIN")
        for name, update in updated.items():
            update_table(connection, build, release, name, update)
        copy_tables(connection, build, release, stay)
        set_comments(connection, release, context.comments)
        connection.execute("COMMIT")
        connection.execute(f"CHECKPOINT {quoted(release)}")
        tables = export_parquet(connection, release, folder / "parquet", context.contents, last)
        connection.execute(f"DETACH {quoted(release)}")
    for beside in wal_files(warehouse):
        if beside.exists():
            raise ReleaseError(f"{beside} is left after the checkpoint: the release would be incomplete")
    return tables, row


def _tables_of(
    last: Release | None, connection: duckdb.DuckDBPyConnection, build: str, contents: Mapping[tuple[str, str], Content]
) -> tuple[set[tuple[str, str]], dict[tuple[str, str], Update]]:
    """Schema and name of each table of catalog `build` that is the same in the last release, and of each that is but for an
    update, with that.
    """
    same, updated = set(), {}
    for (schema, table), columns in columns_of(connection, build).items():
        published = {name: _PUBLISHED_TYPES.get(type_, type_) for name, type_ in columns.items()}
        name, content = published_name(schema, table), contents.get((schema, table))
        if content is None:
            continue
        if as_in(last, name, told_of(content.rows, published)):
            same.add((schema, table))
        elif content.update and as_in(last, name, told_of(content.update.before, published)):
            updated[schema, table] = content.update
    return same, updated


def _copied(last: Release, warehouse: Path) -> bool:
    """Copies the last release's file to `warehouse`; False, and there is none, if it is not as it was published."""
    try:
        # the bytes without their mode: this file is written to
        shutil.copyfile(last.warehouse, warehouse)
        if file_sha256(warehouse) == last.manifest["warehouse"]["sha256"]:
            return True
    except (OSError, ReleaseError):
        # a full disk too: what is written instead will say so
        pass
    warehouse.unlink(missing_ok=True)
    return False


def drop_tables(connection: duckdb.DuckDBPyConnection, release: str, but: Collection[tuple[str, str]]) -> None:
    """Drops every table of catalog `release` but those of these schemas and names."""
    for schema, table, _ in published_relations(connection, release):
        if (schema, table) not in but:
            connection.execute(f"DROP TABLE {quoted(release, schema, table)}")


def copy_tables(connection: duckdb.DuckDBPyConnection, build: str, release: str, but: Collection[tuple[str, str]] = ()) -> None:
    """Copies every published table and view of catalog `build` but these into `release` as a table, rows in the same order.

    Instants become TIMESTAMP in UTC: a Python client can't fetch a TIMESTAMP WITH TIME ZONE without pytz, which
    `pip install duckdb` doesn't bring.
    """
    for schema in PUBLISHED_SCHEMAS:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(release, schema)}")
    columns = columns_of(connection, build)
    for schema, table, _ in published_relations(connection, build):
        if (schema, table) not in but:
            rows = f"SELECT {_as_published(columns[schema, table])} FROM {quoted(build, schema, table)}"
            connection.execute(f"CREATE TABLE {quoted(release, schema, table)} AS {rows}")


def update_table(connection: duckdb.DuckDBPyConnection, build: str, release: str, name: tuple[str, str], update: Update) -> None:
    """Puts the rows of a table of catalog `build` that an update names in the place of those in `release`."""
    target = quoted(release, *name)
    if update.first_day:
        changed = _is_updated(update)
        connection.execute(f"DELETE FROM {target} WHERE {changed}")
    else:
        newest = single_value(connection, f"SELECT max(retrieved_at) FROM {target}")
        # instants of a build have a time zone, those of a release are in UTC
        changed = f"retrieved_at > CAST({literal(f'{newest}+00')} AS TIMESTAMPTZ)" if newest else "true"
    selected = _as_published(columns_of(connection, build)[name])
    connection.execute(f"INSERT INTO {target} SELECT {selected} FROM {quoted(build, *name)} WHERE {changed}")


def _is_updated(update: Update) -> str:
    """The condition by which rows of before an update, and of after it, are those that it replaced."""
    return f"trading_date >= CAST({literal(update.first_day)} AS DATE)"


def _is_of_few_rows(connection: duckdb.DuckDBPyConnection, release: str, name: tuple[str, str], update: Update) -> bool:
    """Whether an update replaces less than a quarter of a table: more would cost as much as the whole, and leave its room."""
    if not update.first_day:
        return True
    counts = f"SELECT 4 * count(*) FILTER (WHERE {_is_updated(update)}) < count(*) FROM {quoted(release, *name)}"
    return single_value(connection, counts)


def _as_published(columns: Mapping[str, str]) -> str:
    """The columns of a table of the build, name -> type, in SQL, as a release has them."""
    return ", ".join(
        f"{quoted(name)} AT TIME ZONE 'UTC' AS {quoted(name)}" if type_ in _PUBLISHED_TYPES else quoted(name)
        for name, type_ in columns.items()
    )


def set_comments(
    connection: duckdb.DuckDBPyConnection, release: str, comments: Mapping[tuple[str, str, str | None], str]
) -> None:
    """Gives each table and column of `release` its comment, or none."""
    statements = []
    for (schema, table, column), has in comments_of(connection, release).items():
        comment = comments.get((schema, table, column))
        if comment != has:
            what = f"TABLE {quoted(release, schema, table)}"
            if column is not None:
                what = f"COLUMN {quoted(release, schema, table, column)}"
            statements.append(f"COMMENT ON {what} IS {literal(comment) if comment else 'NULL'}")
    for first in range(0, len(statements), _AT_ONCE):
        connection.execute("; ".join(statements[first : first + _AT_ONCE]))
