"""What a release is: its folder, its manifest, its id, which one is current."""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from orchestration.releases.catalog import quoted

#: Older clients, from this version on, can open a release.
STORAGE_VERSION = "v1.2.0"
#: The DuckDB file of a release; of this name in the data folder it is the current one.
WAREHOUSE = "warehouse.duckdb"
#: What says what is in a release; written last, so that a folder without it is none.
MANIFEST = "manifest.json"
#: The file that is about to become the current release.
NEXT_WAREHOUSE = f".{WAREHOUSE}.next"
_RELEASE_ID = re.compile(r"\d{8}T\d{9}Z")


class ReleaseError(Exception):
    """A release that can't be published, found or read; the message says which, why and what to do."""


class NotDurable(ReleaseError):
    """A change that is done, and that the disk did not confirm: it may not outlast a loss of power."""


class NoRelease(ReleaseError):
    """The data folder has no release yet."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(f"{data_dir} has no release yet: run `freefloat refresh`")


@dataclass(frozen=True)
class Release:
    """One release: `created_at` is UTC, `as_of` the day whose knowledge it holds (None if it doesn't say)."""

    release_id: str
    folder: Path
    as_of: date | None
    created_at: datetime

    @property
    def warehouse(self) -> Path:
        """The release's own DuckDB file."""
        return self.folder / WAREHOUSE

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What `manifest.json` says. Raises ReleaseError if it can't be read, as when the folder is gone."""
        path = self.folder / MANIFEST
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ReleaseError(f"{path} can't be read: {error}; publish anew with `freefloat refresh`") from error


def release_id_of(started_at: datetime) -> str:
    """The id of the release whose refresh started at an instant in UTC: to the millisecond, such as 20261124T001122345Z.

    Release ids sort by time.
    """
    return f"{started_at:%Y%m%dT%H%M%S}{started_at.microsecond // 1000:03d}Z"


@dataclass(frozen=True)
class ReleaseRow:
    """The one row of `main.dim_release`."""

    release_id: str
    as_of: date | None
    created_at: datetime


def current(data_dir: Path) -> Release | None:
    """The release that `warehouse.duckdb` holds, None without that file. Raises ReleaseError if it can't be read."""
    warehouse = data_dir / WAREHOUSE
    if not warehouse.exists():
        return None
    try:
        # a view in a file from elsewhere must read nothing else
        with duckdb.connect(warehouse, read_only=True, config={"enable_external_access": "false"}) as connection:
            row = read_release_row(connection, warehouse.stem, str(warehouse))
        checked_release_id(row.release_id)
    except duckdb.Error as error:
        raise ReleaseError(
            f"{warehouse} can't be read: {error}; bring a kept release back with `freefloat releases rollback ID`"
        ) from error
    return Release(row.release_id, data_dir / "releases" / row.release_id, row.as_of, row.created_at)


def linked_release(data_dir: Path) -> Release | None:
    """The kept release whose file `warehouse.duckdb` is, by its link: nothing is opened, so that it holds whatever a client does.

    None where there is none, or where the file is a copy.
    """
    try:
        linked = (data_dir / WAREHOUSE).stat()
    except OSError:
        return None
    for release in list_releases(data_dir):
        with suppress(OSError):
            if os.path.samestat(linked, release.warehouse.stat()):
                return release
    return None


def current_if_readable(data_dir: Path) -> Release | None:
    """The current release; None without one, and where its file is a copy that is damaged or held: nothing of the last release
    may stand in the way of the next one."""
    try:
        return linked_release(data_dir) or current(data_dir)
    except ReleaseError:
        return None


def list_releases(data_dir: Path) -> list[Release]:
    """The releases kept, oldest first. A folder without a manifest of its own name is none."""
    releases = []
    for folder in sorted((data_dir / "releases").glob("*")):
        try:
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            if not is_release_id(folder.name) or manifest["release_id"] != folder.name:
                continue
            as_of = date.fromisoformat(manifest["as_of"]) if manifest["as_of"] else None
            releases.append(Release(folder.name, folder, as_of, datetime.fromisoformat(manifest["created_at"])))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return releases


def size(release: Release) -> int:
    """The bytes of a release's files."""
    return sum(files_of(release).values())


def files_of(release: Release) -> dict[tuple[int, int], int]:
    """The files of a release, each by what it is whatever its name (device and inode), with its bytes: releases share some."""
    found = [path.stat() for path in release.folder.rglob("*") if path.is_file()]
    return {(one.st_dev, one.st_ino): one.st_size for one in found}


def kept_release(data_dir: Path, release_id: str) -> Release:
    """The release of that id. Raises ReleaseError if it is no release id, or none that is kept."""
    checked_release_id(release_id)
    releases = {release.release_id: release for release in list_releases(data_dir)}
    if release_id not in releases:
        known = ", ".join(releases) or "none"
        raise ReleaseError(f"no release {release_id} in {data_dir / 'releases'}; kept: {known}")
    return releases[release_id]


def is_release_id(text: str) -> bool:
    """Whether a text has the form of a release id."""
    return _RELEASE_ID.fullmatch(text) is not None


def checked_release_id(release_id: str) -> str:
    """The id itself: it becomes a path, so nothing else than an id may pass. Raises ReleaseError for anything else."""
    if not is_release_id(release_id):
        raise ReleaseError(
            f"{release_id!r} is no release id, which looks like 20261124T001122345Z: see `freefloat releases list`"
        )
    return release_id


def read_release_row(connection: duckdb.DuckDBPyConnection, catalog: str, file: str) -> ReleaseRow:
    """The one row of `main.dim_release` in an attached catalog; `file` is what messages call it.

    Raises ReleaseError if there is no such table, or not one row with an id and an instant.
    """
    try:
        rows = connection.execute(
            f"SELECT release_id, as_of::DATE, epoch_us(created_at) FROM {quoted(catalog, 'main', 'dim_release')}"
        ).fetchall()
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise ReleaseError(f"{file} is no release: {error}") from error
    if len(rows) != 1 or None in (rows[0][0], rows[0][2]):
        raise ReleaseError(f"main.dim_release in {file} must be one row with release_id and created_at, not {rows}")
    release_id, as_of, microseconds = rows[0]
    return ReleaseRow(release_id, as_of, datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds))


def wal_files(database: Path) -> list[Path]:
    """The write-ahead logs that DuckDB may keep beside a database file."""
    return [database.with_name(database.name + ending) for ending in (".wal", ".wal.checkpoint", ".wal.recovery")]


def iso_utc(instant: datetime) -> str:
    """An aware instant in UTC as ISO 8601 with a Z, such as 2026-11-24T00:11:22.345678Z."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
