"""Releases: publishing a build database, and the releases kept.

A release is a folder `releases/<release_id>/` with `warehouse.duckdb`, `parquet/` and `manifest.json` (written last: a
folder without it is no release). `warehouse.duckdb` in the data folder is the current release's file once more, under
a path that never changes; which release is current is what `main.dim_release` inside that file says, nothing else.

Whoever publishes, rolls back or prunes holds the refresh lock. Nothing here knows Dagster or dbt.

After a loss of power no name leads to bytes that did not reach the disk: files are synced before the folder that names
them, the manifest after all that it names, and the release before the rename that makes it current.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import json
import os
import platform
import re
import shutil
import struct
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from ingestion.files import replace_file, sync

#: Older clients, from this version on, can open a release.
STORAGE_VERSION = "v1.2.0"
#: What a release holds of the build database; every other schema is the build's own.
PUBLISHED_SCHEMAS = ("main", "landed")
WAREHOUSE = "warehouse.duckdb"
MANIFEST = "manifest.json"
LOG = "log.jsonl"
#: The marts whose verdicts, headline figures and documents are compared from release to release.
RECONCILIATION, HEADLINES, DOCUMENTS = "fct_reconciliation", "mart_headline", "dim_document"

_RELEASE_ID = re.compile(r"\d{8}T\d{9}Z")
_VERSIONED_PACKAGES = ("freefloat", "duckdb", "polars", "pandera", "dbt-core", "dbt-duckdb", "dagster")
_NEXT = f".{WAREHOUSE}.next"
_PRIVATE_FOLDERS = ("publish-*", "prune-*")


class ReleaseError(Exception):
    """A release that can't be published, found or read; the message says which, why and what to do."""


class NotDurable(ReleaseError):
    """A change that is done, and that the disk did not confirm: it may not outlast a loss of power."""


class NoRelease(ReleaseError):
    """The data folder has no release yet."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(f"{data_dir} has no release yet: run `freefloat refresh`")


@dataclass(frozen=True, kw_only=True)
class ReleaseContext:
    """What the manifest says beside what the build database holds.

    `release_id` is decided before the build (`new_release_id`), since the build's `main.dim_release` holds it.
    `versions` adds to the package versions; `documents` are records; `checks` are records with `name` and `status`;
    `quarantined` maps a dataset to its rows in quarantine; `stale_sources` are records of sources with an old landing.
    `comments` maps (schema, table, column) to a comment for what the build has none on; column None is the table.
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


@dataclass(frozen=True)
class Release:
    """One release: `created_at` is UTC, `as_of` the day whose knowledge it holds (None if it doesn't say)."""

    release_id: str
    folder: Path
    as_of: date | None
    created_at: datetime

    @property
    def warehouse(self) -> Path:
        return self.folder / WAREHOUSE

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What `manifest.json` says. Raises ReleaseError if it can't be read, as when the folder is gone."""
        path = self.folder / MANIFEST
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ReleaseError(f"{path} can't be read: {error}; publish anew with `freefloat refresh`") from error


@dataclass(frozen=True)
class TableDiff:
    """How a table that is in both releases differs. Rows are compared, with their number, over the shared columns."""

    rows_a: int
    rows_b: int
    rows_only_in_a: int
    rows_only_in_b: int
    columns_added: list[str]
    columns_removed: list[str]
    columns_retyped: dict[str, tuple[str, str]]

    @property
    def is_same(self) -> bool:
        return not (
            self.rows_only_in_a or self.rows_only_in_b or self.columns_added or self.columns_removed or self.columns_retyped
        )


@dataclass(frozen=True)
class VerdictChange:
    """A printed figure whose verdict differs between two releases; None where a release doesn't have the figure."""

    figure_id: str
    basis: str
    verdict_a: str | None
    verdict_b: str | None


@dataclass(frozen=True)
class HeadlineChange:
    """A headline figure that differs between two releases; None where a release doesn't have it."""

    headline: str
    subject: str
    unit: str
    value_a: float | None
    value_b: float | None


@dataclass(frozen=True)
class ReleaseDiff:
    """What release `b` changes against release `a`; `tables` are those in both, `dim_release` left out."""

    a: Release
    b: Release
    documents_added: list[str]
    documents_removed: list[str]
    tables_added: list[str]
    tables_removed: list[str]
    tables: dict[str, TableDiff]
    headlines: list[HeadlineChange]
    verdicts: list[VerdictChange]


def new_release_id() -> str:
    """This instant in UTC to the millisecond, such as 20261124T001122345Z; release ids sort by time."""
    now = datetime.now(UTC)
    return f"{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03d}Z"


def publish(build_database: Path, context: ReleaseContext) -> Release:
    """Makes the marts (schema `main`) and landed tables (schema `landed`) of a build database the current release.

    The build database must be closed by its writer and hold one row in `main.dim_release` (release_id, as_of,
    created_at). Raises NotDurable if it is published and the disk did not confirm it, and ReleaseError if any step fails;
    the last release then stands as it was. A publish that is killed leaves only what the next one sweeps away.
    """
    data_dir, release_id = context.data_dir, _checked_id(context.release_id)
    folder = data_dir / "build" / f"publish-{release_id}"
    target = data_dir / "releases" / release_id
    if target.exists():
        raise ReleaseError(f"release {release_id} exists already in {target}: publish under a new release id")
    try:
        settle_log(data_dir)
        sweep_leftovers(data_dir)
        folder.mkdir(parents=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        tables, row = write_warehouse(build_database, folder, context.comments)
        if row.release_id != release_id:
            raise ReleaseError(
                f"main.dim_release in {build_database} says {row.release_id}, not {release_id}: "
                "build with the release id that is to be published"
            )
        seal(folder)
        write_manifest(folder, _manifest(folder, tables, row, context))
        move_into_releases(folder, target)
        link_next(data_dir, target / WAREHOUSE)
        replace_current(data_dir)
    except Exception as error:
        discard(data_dir, folder, target)
        if isinstance(error, OSError | duckdb.Error):
            raise ReleaseError(f"release {release_id} is not published: {error}; the last release stands") from error
        raise
    _record(data_dir, "publish", release_id)
    return Release(release_id, target, row.as_of, row.created_at)


def sweep_leftovers(data_dir: Path) -> None:
    """Removes what killed publishes and prunes left: private folders under build/, the link not yet made current, and
    whole releases that were never current, which the log, once settled, does not name."""
    logged = {entry["release_id"] for entry in read_log(data_dir)}
    for release in list_releases(data_dir):
        if logged and release.release_id > max(logged):
            condemned = data_dir / "build" / f"publish-{release.release_id}"
            condemned.parent.mkdir(parents=True, exist_ok=True)
            os.rename(release.folder, condemned)
    for pattern in _PRIVATE_FOLDERS:
        for folder in (data_dir / "build").glob(pattern):
            shutil.rmtree(folder)
    (data_dir / _NEXT).unlink(missing_ok=True)


@dataclass(frozen=True)
class _ReleaseRow:
    """The one row of `main.dim_release`."""

    release_id: str
    as_of: date | None
    created_at: datetime


def write_warehouse(
    build_database: Path, folder: Path, comments: Mapping[tuple[str, str, str | None], str]
) -> tuple[dict[str, dict[str, Any]], _ReleaseRow]:
    """Writes `warehouse.duckdb` and `parquet/` into `folder`; returns each table's rows and columns, and dim_release."""
    warehouse = folder / WAREHOUSE
    # a stored view names its catalog, which is the file's base name: attach the build under that name, whatever it is
    build = build_database.stem
    release = f"{build}_release"
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"ATTACH {literal(build_database)} AS {_name(build)} (READ_ONLY)")
        connection.execute(f"USE {_name(build)}")
        row = _release_row(connection, build, str(build_database))
        connection.execute(f"ATTACH {literal(warehouse)} AS {_name(release)} (STORAGE_VERSION {literal(STORAGE_VERSION)})")
        # one transaction: each commit of its own would wait for the disk
        connection.execute("BEGIN")
        copy_tables(connection, build, release)
        copy_comments(connection, build, release, comments)
        connection.execute("COMMIT")
        connection.execute(f"CHECKPOINT {_name(release)}")
        tables = export_parquet(connection, release, folder / "parquet")
        connection.execute(f"DETACH {_name(release)}")
    for beside in _wal_files(warehouse):
        if beside.exists():
            raise ReleaseError(f"{beside} is left after the checkpoint: the release would be incomplete")
    return tables, row


def copy_tables(connection: duckdb.DuckDBPyConnection, build: str, release: str) -> None:
    """Copies every published table and view of catalog `build` into `release` as a table, rows in the same order."""
    for schema in PUBLISHED_SCHEMAS:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_name(release, schema)}")
    for schema, table, _ in _relations(connection, build):
        connection.execute(f"CREATE TABLE {_name(release, schema, table)} AS FROM {_name(build, schema, table)}")


def copy_comments(
    connection: duckdb.DuckDBPyConnection, build: str, release: str, others: Mapping[tuple[str, str, str | None], str]
) -> None:
    """Gives tables and columns of `release` their comments in `build`, which a copy loses, else one of `others`."""
    for schema, table, in_build in _relations(connection, build):
        if comment := in_build or others.get((schema, table, None)):
            connection.execute(f"COMMENT ON TABLE {_name(release, schema, table)} IS {literal(comment)}")
    columns = connection.execute(
        f"""
        SELECT schema_name, table_name, column_name, comment FROM duckdb_columns()
        WHERE database_name = {literal(build)} AND schema_name IN {PUBLISHED_SCHEMAS} AND NOT internal
        """
    ).fetchall()
    for schema, table, column, in_build in columns:
        if comment := in_build or others.get((schema, table, column)):
            connection.execute(f"COMMENT ON COLUMN {_name(release, schema, table, column)} IS {literal(comment)}")


def export_parquet(connection: duckdb.DuckDBPyConnection, release: str, folder: Path) -> dict[str, dict[str, Any]]:
    """Writes each table as `<table>.parquet` or `landed.<table>.parquet`; returns the rows and columns of each."""
    folder.mkdir()
    tables: dict[str, dict[str, Any]] = {}
    all_columns = _columns(connection, release)
    for schema, table, _ in _relations(connection, release):
        columns = all_columns[schema, table]
        # Parquet has no 128-bit integer and DuckDB would write a double in its place, losing digits
        selected = ", ".join(
            f"{_name(name)}::DECIMAL(38, 0) AS {_name(name)}" if type_ in ("HUGEINT", "UHUGEINT") else _name(name)
            for name, type_ in columns.items()
        )
        source = _name(release, schema, table)
        name = _published_name(schema, table)
        file = literal(folder / f"{name}.parquet")
        connection.execute(f"COPY (SELECT {selected} FROM {source}) TO {file} (FORMAT parquet, COMPRESSION zstd)")
        tables[name] = {"rows": _one(connection, f"SELECT count(*) FROM {source}"), "columns": columns}
    return tables


def seal(folder: Path) -> None:
    """Makes every file in `folder` read-only and sees files and folders to the disk."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file():
            path.chmod(0o444)
        sync(path)
    sync(folder)


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Writes `manifest.json`, which makes the folder a release: it is whole or it isn't there."""
    text = json.dumps(manifest, indent=2, ensure_ascii=False, default=str) + "\n"

    def write(temporary: Path) -> None:
        temporary.write_text(text, encoding="utf-8")
        temporary.chmod(0o444)

    replace_file(folder / MANIFEST, write)


def move_into_releases(folder: Path, target: Path) -> None:
    """Moves the finished folder to its place among the releases with one rename."""
    os.rename(folder, target)
    sync(target.parent)


def link_next(data_dir: Path, warehouse: Path) -> None:
    """Puts a release's warehouse beside the current one, as a hard link or, where that can't be, as a copy."""
    following = data_dir / _NEXT
    following.unlink(missing_ok=True)
    try:
        os.link(warehouse, following)
    except OSError:
        shutil.copyfile(warehouse, following)
        following.chmod(0o444)
        sync(following)


def replace_current(data_dir: Path) -> None:
    """Makes what `link_next` put beside the current warehouse the current one, with one rename."""
    current_path = data_dir / WAREHOUSE
    # DuckDB would replay a log that an old file left into the new one, silently
    for stale in _wal_files(current_path):
        stale.unlink(missing_ok=True)
    os.replace(data_dir / _NEXT, current_path)


def discard(data_dir: Path, folder: Path, target: Path) -> None:
    """Removes what a publish that failed has made so far; what can't be removed now is swept by the next publish."""
    with suppress(OSError):
        if target.exists():
            os.rename(target, folder)
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        (data_dir / _NEXT).unlink(missing_ok=True)


def _manifest(folder: Path, tables: dict[str, dict[str, Any]], row: _ReleaseRow, context: ReleaseContext) -> dict[str, Any]:
    warehouse = folder / WAREHOUSE
    previous = _previous(context.data_dir)
    return {
        "release_id": row.release_id,
        "created_at": _iso(row.created_at),
        "as_of": row.as_of.isoformat() if row.as_of else None,
        "previous_release_id": previous,
        "allow_quarantine": context.allow_quarantine,
        "versions": _versions() | context.versions,
        "warehouse": {
            "sha256": _sha256(warehouse),
            "bytes": warehouse.stat().st_size,
            "storage_version": STORAGE_VERSION,
        },
        "tables": {name: table | {"sha256": _sha256(folder / "parquet" / f"{name}.parquet")} for name, table in tables.items()},
        "documents": context.documents,
        "checks": context.checks,
        "quarantined": context.quarantined,
        "stale_sources": context.stale_sources,
    }


def _previous(data_dir: Path) -> str | None:
    try:
        release = current(data_dir)
    except ReleaseError:
        # a damaged current file must not stand in the way of the release that repairs it
        return None
    return release.release_id if release else None


def _versions() -> dict[str, str]:
    versions = {"python": platform.python_version()}
    for package in _VERSIONED_PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions


def current(data_dir: Path) -> Release | None:
    """The release that `warehouse.duckdb` holds, None without that file. Raises ReleaseError if it can't be read."""
    warehouse = data_dir / WAREHOUSE
    if not warehouse.exists():
        return None
    try:
        # a view in a file from elsewhere must read nothing else
        with duckdb.connect(warehouse, read_only=True, config={"enable_external_access": "false"}) as connection:
            row = _release_row(connection, warehouse.stem, str(warehouse))
        _checked_id(row.release_id)
    except duckdb.Error as error:
        raise ReleaseError(
            f"{warehouse} can't be read: {error}; bring a kept release back with `freefloat releases rollback ID`"
        ) from error
    return Release(row.release_id, data_dir / "releases" / row.release_id, row.as_of, row.created_at)


def list_releases(data_dir: Path) -> list[Release]:
    """The releases kept, oldest first. A folder without a manifest of its own name is none."""
    releases = []
    for folder in sorted((data_dir / "releases").glob("*")):
        try:
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            if not _RELEASE_ID.fullmatch(folder.name) or manifest["release_id"] != folder.name:
                continue
            as_of = date.fromisoformat(manifest["as_of"]) if manifest["as_of"] else None
            releases.append(Release(folder.name, folder, as_of, datetime.fromisoformat(manifest["created_at"])))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return releases


def rollback(data_dir: Path, release_id: str) -> Release:
    """Makes a kept release current again. Raises ReleaseError if there is none of that id or its file has changed."""
    release = _kept(data_dir, release_id)
    try:
        settle_log(data_dir)
        stated, found = release.manifest["warehouse"]["sha256"], _sha256(release.warehouse)
        if stated != found:
            raise ReleaseError(
                f"{release.warehouse} has changed since it was published (sha256 {found}, in its manifest {stated}): "
                "choose another release"
            )
        link_next(data_dir, release.warehouse)
        replace_current(data_dir)
    except OSError as error:
        with suppress(OSError):
            (data_dir / _NEXT).unlink(missing_ok=True)
        raise ReleaseError(f"release {release_id} is not made current: {error}; the current release stands") from error
    _record(data_dir, "rollback", release_id)
    return release


@dataclass(frozen=True)
class Pruned:
    """What a prune removed, and what it would have removed but for a reader that holds it open; oldest first."""

    removed: list[Release]
    held: list[Release]


def prune(data_dir: Path, *, keep: int | None = None, max_bytes: int | None = None) -> Pruned:
    """Removes the oldest releases: all but the `keep` newest, and those without which the rest fit in `max_bytes`.

    The current release stays, and so does one that a reader holds open; both count. Raises ReleaseError if one can't be
    removed; no half of a release is left then.
    """
    if keep is not None and keep < 1:
        raise ReleaseError(f"can't keep {keep} releases: keep 1 or more")
    settle_log(data_dir)
    now = current(data_dir)
    kept = list_releases(data_dir)
    total = sum(map(size, kept))
    pruned = Pruned([], [])
    for index, release in enumerate(kept):
        is_surplus = keep is not None and index < len(kept) - keep
        is_too_much = max_bytes is not None and total > max_bytes
        if not (is_surplus or is_too_much) or (now and release.release_id == now.release_id):
            continue
        freed = size(release)
        try:
            is_removed = _remove(data_dir, release)
        except OSError as error:
            raise ReleaseError(f"release {release.release_id} is not removed: {error}") from error
        if is_removed:
            total -= freed
            _record(data_dir, "prune", release.release_id)
        (pruned.removed if is_removed else pruned.held).append(release)
    return pruned


def _remove(data_dir: Path, release: Release) -> bool:
    """Removes a release unless a reader holds it open; True if it is gone."""
    if is_held(release.warehouse):
        return False
    # out of sight with one rename first: a prune that is killed half-way leaves no half of a release
    condemned = data_dir / "build" / f"prune-{release.release_id}"
    condemned.parent.mkdir(parents=True, exist_ok=True)
    os.rename(release.folder, condemned)
    if is_held(condemned / WAREHOUSE):
        # a reader opened it in the instant before the rename
        os.rename(condemned, release.folder)
        return False
    shutil.rmtree(condemned)
    sync(release.folder.parent)
    return True


def is_held(warehouse: Path) -> bool:
    """True if another process has the file open with DuckDB, which takes a lock on each file that it opens.

    A release and `warehouse.duckdb` are one file under two names: whoever opened the latter holds the release too.
    """
    # l_type, l_whence, l_start, l_len, l_pid of the whole file, in the order of Linux or of macOS
    fields, layout = (fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0), "hhqqi"
    if sys.platform == "darwin":
        fields, layout = (0, 0, 0, fcntl.F_WRLCK, os.SEEK_SET), "qqihh"
    try:
        with warehouse.open("rb") as file:
            answer = struct.unpack(layout, fcntl.fcntl(file, fcntl.F_GETLK, struct.pack(layout, *fields)))
    except FileNotFoundError:
        return False
    return answer[fields.index(fcntl.F_WRLCK)] != fcntl.F_UNLCK


def size(release: Release) -> int:
    """The bytes of a release's files."""
    return sum(path.stat().st_size for path in release.folder.rglob("*") if path.is_file())


def diff(data_dir: Path, a: str, b: str) -> ReleaseDiff:
    """What release `b` changes against release `a`. Raises ReleaseError if one isn't kept or can't be read."""
    if a == b:
        raise ReleaseError(f"both releases are {a}: give two different ones")
    release_a, release_b = _kept(data_dir, a), _kept(data_dir, b)
    # each release has its own row in dim_release, which is no difference of the data
    tables_a, tables_b = (
        {name: table for name, table in release.manifest["tables"].items() if name != "dim_release"}
        for release in (release_a, release_b)
    )
    shared = [name for name in tables_a if name in tables_b]
    try:
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH {literal(release_a.warehouse)} AS a (READ_ONLY)")
            connection.execute(f"ATTACH {literal(release_b.warehouse)} AS b (READ_ONLY)")
            changes = {name: _table_diff(connection, name, tables_a[name], tables_b[name]) for name in shared}
            has_documents = DOCUMENTS in shared
            added = _documents_only_in(connection, "b", "a") if has_documents else []
            removed = _documents_only_in(connection, "a", "b") if has_documents else []
            headlines = _headline_changes(connection) if HEADLINES in shared else []
            verdicts = _verdict_changes(connection) if RECONCILIATION in shared else []
    except duckdb.Error as error:
        raise ReleaseError(f"releases {a} and {b} can't be compared: {error}") from error
    return ReleaseDiff(
        a=release_a,
        b=release_b,
        documents_added=added,
        documents_removed=removed,
        tables_added=[name for name in tables_b if name not in tables_a],
        tables_removed=[name for name in tables_a if name not in tables_b],
        tables=changes,
        headlines=headlines,
        verdicts=verdicts,
    )


def new_contradictions(data_dir: Path, build_database: Path) -> list[VerdictChange]:
    """The figures that contradict in a build and did not in the current release; none if there is no release to compare with.

    Raises ReleaseError if the current release can't be read.
    """
    release = current(data_dir)
    if not release:
        return []
    try:
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH {literal(data_dir / WAREHOUSE)} AS a (READ_ONLY)")
            connection.execute(f"ATTACH {literal(build_database)} AS b (READ_ONLY)")
            if RECONCILIATION not in {name for _, name, _ in _relations(connection, "a")}:
                return []
            return [change for change in _verdict_changes(connection) if change.verdict_b == "contradicts"]
    except duckdb.Error as error:
        raise ReleaseError(f"the verdicts of release {release.release_id} can't be compared: {error}") from error


def _verdict_changes(connection: duckdb.DuckDBPyConnection) -> list[VerdictChange]:
    """The figures whose verdict differs between the attached databases `a` and `b`."""
    rows = connection.execute(
        f"""
        SELECT figure_id, basis, a.verdict, b.verdict
        FROM a.main.{RECONCILIATION} AS a FULL JOIN b.main.{RECONCILIATION} AS b USING (figure_id, basis)
        WHERE a.verdict IS DISTINCT FROM b.verdict
        ORDER BY figure_id, basis
        """
    ).fetchall()
    return [VerdictChange(*row) for row in rows]


def _headline_changes(connection: duckdb.DuckDBPyConnection) -> list[HeadlineChange]:
    """The headline figures that differ between the attached databases `a` and `b`.

    A figure in another unit is another figure. The last bits of a double, which the order of a sum decides, are no change.
    """
    rows = connection.execute(
        f"""
        SELECT headline, subject, unit, a.value, b.value
        FROM a.main.{HEADLINES} AS a FULL JOIN b.main.{HEADLINES} AS b USING (headline, subject, unit)
        WHERE a.value IS DISTINCT FROM b.value
            AND coalesce(abs(a.value - b.value) > 1e-12 * greatest(abs(a.value), abs(b.value)), true)
        ORDER BY headline, subject, unit
        """
    ).fetchall()
    return [HeadlineChange(*row) for row in rows]


def _documents_only_in(connection: duckdb.DuckDBPyConnection, side: str, other: str) -> list[str]:
    """The documents that one attached database knows and the other does not."""
    ids = [f"SELECT document_id FROM {_name(database, 'main', DOCUMENTS)}" for database in (side, other)]
    return [row[0] for row in connection.execute(f"{ids[0]} EXCEPT {ids[1]} ORDER BY ALL").fetchall()]


def _table_diff(connection: duckdb.DuckDBPyConnection, name: str, a: dict[str, Any], b: dict[str, Any]) -> TableDiff:
    columns_a, columns_b = a["columns"], b["columns"]
    shared = [column for column in columns_a if column in columns_b]
    retyped = {column: (columns_a[column], columns_b[column]) for column in shared if columns_a[column] != columns_b[column]}
    if a["sha256"] == b["sha256"]:
        only_a = only_b = 0
    else:
        try:
            only_a, only_b = _rows_apart(connection, name, shared)
        except (duckdb.BinderException, duckdb.ConversionException):
            # two types that share no values: the column is reported as retyped, the rows are told by the others
            only_a, only_b = _rows_apart(connection, name, [column for column in shared if column not in retyped])
    return TableDiff(
        rows_a=a["rows"],
        rows_b=b["rows"],
        rows_only_in_a=only_a,
        rows_only_in_b=only_b,
        columns_added=[column for column in columns_b if column not in columns_a],
        columns_removed=[column for column in columns_a if column not in columns_b],
        columns_retyped=retyped,
    )


def _rows_apart(connection: duckdb.DuckDBPyConnection, name: str, columns: list[str]) -> tuple[int, int]:
    """Rows only in `a` and only in `b`, a row that is there twice more counting twice."""
    schema, _, table = name.rpartition(".")
    # a table with no column in common still has a number of rows to compare
    selected = ", ".join(_name(column) for column in columns) or "1"
    in_a, in_b = (f"(SELECT {selected} FROM {_name(side, schema or 'main', table)})" for side in ("a", "b"))
    return (
        _one(connection, f"SELECT count(*) FROM ({in_a} EXCEPT ALL {in_b})"),
        _one(connection, f"SELECT count(*) FROM ({in_b} EXCEPT ALL {in_a})"),
    )


def _kept(data_dir: Path, release_id: str) -> Release:
    _checked_id(release_id)
    releases = {release.release_id: release for release in list_releases(data_dir)}
    if release_id not in releases:
        known = ", ".join(releases) or "none"
        raise ReleaseError(f"no release {release_id} in {data_dir / 'releases'}; kept: {known}")
    return releases[release_id]


def _checked_id(release_id: str) -> str:
    """The id itself: it becomes a path, so nothing else than an id may pass."""
    if not _RELEASE_ID.fullmatch(release_id):
        raise ReleaseError(
            f"{release_id!r} is no release id, which looks like 20261124T001122345Z: see `freefloat releases list`"
        )
    return release_id


def settle_log(data_dir: Path) -> None:
    """Records what was done without a record, by a process that was killed or on a disk that was full."""
    entries = read_log(data_dir)
    made_current = [entry["release_id"] for entry in entries if entry["action"] != "prune"]
    pruned = {entry["release_id"] for entry in entries if entry["action"] == "prune"}
    for release_id in dict.fromkeys(made_current):
        if release_id not in pruned and not (data_dir / "releases" / release_id).exists():
            _record(data_dir, "prune", release_id)
    try:
        now = current(data_dir)
    except ReleaseError:
        return  # a damaged file says nothing
    if now and made_current[-1:] != [now.release_id]:
        _record(data_dir, "rollback" if now.release_id in made_current else "publish", now.release_id)


def read_log(data_dir: Path) -> list[dict[str, str]]:
    """What was published, rolled back to and pruned, in order: at (UTC), action, release_id. A torn line is left out."""
    entries = []
    try:
        text = (data_dir / "releases" / LOG).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    for line in text.splitlines():
        with suppress(ValueError):
            entry = json.loads(line)
            if isinstance(entry, dict) and entry.keys() >= {"at", "action", "release_id"}:
                entries.append(entry)
    return entries


def _record(data_dir: Path, action: str, release_id: str) -> None:
    """Sees to the disk what was just done and appends it to `releases/log.jsonl`.

    What can't be appended, since the disk is full, the next change appends (`settle_log`). Raises NotDurable.
    """
    log = data_dir / "releases" / LOG
    entry = {"at": _iso(datetime.now(UTC)), "action": action, "release_id": release_id}
    try:
        # a rename between two links to one file does nothing and leaves both names (a rollback to the current release)
        (data_dir / _NEXT).unlink(missing_ok=True)
        sync(data_dir)
    except OSError as error:
        raise NotDurable(f"{action} of release {release_id} is done but may not outlast a loss of power: {error}") from error
    with suppress(OSError):
        # a line that was cut short must not swallow this one
        is_torn = log.exists() and not log.read_bytes().endswith(b"\n")
        with log.open("a", encoding="utf-8") as file:
            file.write("\n" * is_torn + json.dumps(entry) + "\n")
            file.flush()
            os.fsync(file.fileno())
        sync(log.parent)


def _release_row(connection: duckdb.DuckDBPyConnection, catalog: str, file: str) -> _ReleaseRow:
    try:
        rows = connection.execute(
            f"SELECT release_id, as_of::DATE, epoch_us(created_at) FROM {_name(catalog, 'main', 'dim_release')}"
        ).fetchall()
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise ReleaseError(f"{file} is no release: {error}") from error
    if len(rows) != 1 or None in (rows[0][0], rows[0][2]):
        raise ReleaseError(f"main.dim_release in {file} must be one row with release_id and created_at, not {rows}")
    release_id, as_of, microseconds = rows[0]
    return _ReleaseRow(release_id, as_of, datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds))


def _relations(connection: duckdb.DuckDBPyConnection, catalog: str) -> list[tuple[str, str, str | None]]:
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


def _columns(connection: duckdb.DuckDBPyConnection, catalog: str) -> dict[tuple[str, str], dict[str, str]]:
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


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> Any:
    return connection.execute(sql).fetchall()[0][0]


def _published_name(schema: str, table: str) -> str:
    return table if schema == "main" else f"{schema}.{table}"


def _name(*parts: str) -> str:
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def literal(value: object) -> str:
    """A text or path as an SQL literal, used in place of a parameter: binding one imports pandas, which takes 2 s."""
    return "'" + str(value).replace("'", "''") + "'"


def _wal_files(database: Path) -> list[Path]:
    """The write-ahead logs that DuckDB may keep beside a database file."""
    return [database.with_name(database.name + ending) for ending in (".wal", ".wal.checkpoint", ".wal.recovery")]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
