"""Publishing: a build database becomes a release, whole or not at all."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb

from ingestion.files.digest import file_sha256
from ingestion.files.replace import replace_file, sync
from orchestration.releases.log import read_log, record_change, settle_log
from orchestration.releases.pointer import link_next, replace_current
from orchestration.releases.release import (
    MANIFEST,
    NEXT_WAREHOUSE,
    STORAGE_VERSION,
    WAREHOUSE,
    Release,
    ReleaseError,
    ReleaseRow,
    checked_release_id,
    current_if_readable,
    iso_utc,
    list_releases,
)
from orchestration.releases.warehouse_file import ReleaseContext, write_warehouse

#: The packages whose versions a manifest states.
_VERSIONED_PACKAGES = ("freefloat", "duckdb", "polars", "pandera", "dbt-core", "dbt-duckdb", "dagster")
#: The folders under build/ in which a publish or prune works: one that is killed leaves them.
_PRIVATE_FOLDERS = ("publish-*", "prune-*")


def publish(build_database: Path, context: ReleaseContext, *, last: Release | None = None) -> Release:
    """Makes the marts (schema `main`) and landed tables (schema `landed`) of a build database the current release.

    The build database must be closed by its writer and hold one row in `main.dim_release` (release_id, as_of,
    created_at). `last` is the current release, where the caller has opened it already.

    Raises NotDurable if it is published and the disk did not confirm it, and ReleaseError if any step fails; the last release
    then stands as it was. A publish that is killed leaves only what the next one sweeps away.
    """
    data_dir, release_id = context.data_dir, checked_release_id(context.release_id)
    folder = data_dir / "build" / f"publish-{release_id}"
    target = data_dir / "releases" / release_id
    if target.exists():
        raise ReleaseError(f"release {release_id} exists already in {target}: publish under a new release id")
    last = last or current_if_readable(data_dir)
    try:
        settle_log(data_dir, last)
        sweep_leftovers(data_dir)
        folder.mkdir(parents=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        tables, row = write_warehouse(build_database, folder, context, last)
        if row.release_id != release_id:
            raise ReleaseError(
                f"main.dim_release in {build_database} says {row.release_id}, not {release_id}: "
                "build with the release id that is to be published"
            )
        seal(folder)
        write_manifest(folder, _manifest(folder, tables, row, context, last))
        move_into_releases(folder, target)
        link_next(data_dir, target / WAREHOUSE)
        replace_current(data_dir)
    except Exception as error:
        discard(data_dir, folder, target)
        if isinstance(error, OSError | duckdb.Error):
            raise ReleaseError(f"release {release_id} is not published: {error}; the last release stands") from error
        raise
    record_change(data_dir, "publish", release_id)
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
    (data_dir / NEXT_WAREHOUSE).unlink(missing_ok=True)


def seal(folder: Path) -> None:
    """Makes every file in `folder` read-only and sees files and folders to the disk."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file() and path.stat().st_nlink > 1:
            # a file of the last release, which is sealed
            continue
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


def discard(data_dir: Path, folder: Path, target: Path) -> None:
    """Removes what a publish that failed has made so far; what can't be removed now is swept by the next publish."""
    with suppress(OSError):
        if target.exists():
            os.rename(target, folder)
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        (data_dir / NEXT_WAREHOUSE).unlink(missing_ok=True)


def _manifest(
    folder: Path, tables: dict[str, dict[str, Any]], row: ReleaseRow, context: ReleaseContext, last: Release | None
) -> dict[str, Any]:
    warehouse = folder / WAREHOUSE
    return {
        "release_id": row.release_id,
        "created_at": iso_utc(row.created_at),
        "as_of": row.as_of.isoformat() if row.as_of else None,
        "previous_release_id": last.release_id if last else None,
        "allow_quarantine": context.allow_quarantine,
        "versions": _versions() | context.versions,
        "warehouse": {
            "sha256": file_sha256(warehouse),
            "bytes": warehouse.stat().st_size,
            "storage_version": STORAGE_VERSION,
        },
        "tables": tables,
        "documents": context.documents,
        "checks": context.checks,
        "quarantined": context.quarantined,
        "stale_sources": context.stale_sources,
    }


def _versions() -> dict[str, str]:
    versions = {"python": platform.python_version()}
    for package in _VERSIONED_PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions
