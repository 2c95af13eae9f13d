"""Which release is current: `warehouse.duckdb` is replaced by one rename."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from ingestion.files.digest import file_sha256
from ingestion.files.replace import sync
from orchestration.releases.log import record_change, settle_log
from orchestration.releases.release import (
    NEXT_WAREHOUSE,
    WAREHOUSE,
    Release,
    ReleaseError,
    current_if_readable,
    kept_release,
    wal_files,
)


def link_next(data_dir: Path, warehouse: Path) -> None:
    """Puts a release's warehouse beside the current one, as a hard link or, where that can't be, as a copy."""
    following = data_dir / NEXT_WAREHOUSE
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
    for stale in wal_files(current_path):
        stale.unlink(missing_ok=True)
    os.replace(data_dir / NEXT_WAREHOUSE, current_path)


def rollback(data_dir: Path, release_id: str) -> Release:
    """Makes a kept release current again. Raises ReleaseError if there is none of that id or its file has changed."""
    release = kept_release(data_dir, release_id)
    try:
        settle_log(data_dir, current_if_readable(data_dir))
        stated, found = release.manifest["warehouse"]["sha256"], file_sha256(release.warehouse)
        if stated != found:
            raise ReleaseError(
                f"{release.warehouse} has changed since it was published (sha256 {found}, in its manifest {stated}): "
                "choose another release"
            )
        link_next(data_dir, release.warehouse)
        replace_current(data_dir)
    except OSError as error:
        with suppress(OSError):
            (data_dir / NEXT_WAREHOUSE).unlink(missing_ok=True)
        raise ReleaseError(f"release {release_id} is not made current: {error}; the current release stands") from error
    record_change(data_dir, "rollback", release_id)
    return release
