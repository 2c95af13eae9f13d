"""How long releases are kept, and whether a reader holds one open."""

from __future__ import annotations

import fcntl
import os
import shutil
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

from ingestion.files.digest import file_sha256
from ingestion.files.replace import sync
from orchestration.releases.log import record_change, settle_log
from orchestration.releases.release import (
    WAREHOUSE,
    Release,
    ReleaseError,
    current,
    files_of,
    linked_release,
    list_releases,
    wal_files,
)


@dataclass(frozen=True)
class Pruned:
    """What a prune removed, and what it would have removed but for a reader that holds it open; oldest first."""

    removed: list[Release]
    held: list[Release]


def prune(data_dir: Path, *, keep: int | None = None, max_bytes: int | None = None, now: Release | None = None) -> Pruned:
    """Removes the oldest releases: all but the `keep` newest, and those without which the rest fit in `max_bytes`.

    The current release (`now`, where the caller has it already) stays, and so does one that a reader holds open; both count.
    Raises ReleaseError if one can't be removed, of which no half is left then, or if the current one can't be read.
    """
    if keep is not None and keep < 1:
        raise ReleaseError(f"can't keep {keep} releases: keep 1 or more")
    now = now or linked_release(data_dir) or current(data_dir)
    settle_log(data_dir, now)
    kept = list_releases(data_dir)
    files = {release.release_id: files_of(release) for release in kept}
    pruned = Pruned([], [])
    for index, release in enumerate(kept):
        is_surplus = keep is not None and index < len(kept) - keep
        # a file that several releases share is one on the disk
        total = sum(dict(one for shared in files.values() for one in shared.items()).values())
        is_too_much = max_bytes is not None and total > max_bytes
        if not (is_surplus or is_too_much) or (now and release.release_id == now.release_id):
            continue
        try:
            is_removed = _remove(data_dir, release)
        except OSError as error:
            raise ReleaseError(f"release {release.release_id} is not removed: {error}") from error
        if is_removed:
            del files[release.release_id]
            record_change(data_dir, "prune", release.release_id)
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


def client_warnings(data_dir: Path, release: Release | None) -> list[str]:
    """What a client does or did to the current release's file, in words: it holds it open for writing, left its log beside it,
    or has changed it. `release` is the one that the file should hold; None where there is none, or it can't be told."""
    path, warnings = data_dir / WAREHOUSE, []
    if not path.exists():
        return []
    try:
        if is_held(path, for_writing=True):
            warnings.append(
                f"a client holds {path} open for writing and locks readers out: open it read-only, or mount the folder read-only"
            )
        warnings += [
            f"{log} is what a client wrote, and readers see it in the release: end that client and delete the file"
            for log in wal_files(path)
            if log.exists()
        ]
        if release is None:
            return [*warnings, f"{path} is none of the releases kept, or can't be read: nothing is compared with it"]
        stated, found = release.manifest["warehouse"]["sha256"], file_sha256(path)
    except (OSError, KeyError, ReleaseError) as error:
        return [*warnings, f"{path} can't be compared with the manifest of its release: {error}"]
    if stated != found:
        warnings.append(
            f"{path} has changed since release {release.release_id} was published (sha256 {found}, in its manifest {stated}): "
            "publish anew with `freefloat refresh`, or roll back to another release"
        )
    return warnings


def is_held(warehouse: Path, *, for_writing: bool = False) -> bool:
    """True if another process has the file open with DuckDB, which takes a lock on each file that it opens.

    With `for_writing` readers don't count. A release and `warehouse.duckdb` are one file under two names: whoever opened the
    latter holds the release too.
    """
    # a lock to read conflicts only with one to write
    wanted = fcntl.F_RDLCK if for_writing else fcntl.F_WRLCK
    # l_type, l_whence, l_start, l_len, l_pid of the whole file, in the order of Linux or of macOS
    fields, layout = (wanted, os.SEEK_SET, 0, 0, 0), "hhqqi"
    if sys.platform == "darwin":
        fields, layout = (0, 0, 0, wanted, os.SEEK_SET), "qqihh"
    try:
        with warehouse.open("rb") as file:
            answer = struct.unpack(layout, fcntl.fcntl(file, fcntl.F_GETLK, struct.pack(layout, *fields)))
    except FileNotFoundError:
        return False
    return answer[0 if sys.platform != "darwin" else 3] != fcntl.F_UNLCK
