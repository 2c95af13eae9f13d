"""The refresh lock: one refresh (or rollback, or prune) at a time in a data folder."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path


class RefreshBusy(Exception):
    """Another process holds the lock; `pid` and `since` (UTC, ISO) are None if it has only just taken it."""

    def __init__(self, path: Path, pid: int | None, since: str | None) -> None:
        holder = f"by process {pid} since {since}" if pid else "by another process that has just started"
        super().__init__(f"{path} is held {holder}: one refresh at a time; wait for it to end, or end that process")
        self.pid = pid
        self.since = since


@contextmanager
def refresh_lock(data_dir: Path) -> Generator[None]:
    """Holds `build/refresh.lock` while the block runs.

    The kernel holds the lock for the process, so that the lock of a dead process is free; the file itself stays
    (removing it would let two processes lock two files of one name). Raises RefreshBusy if it is held, OSError if it
    can't be made.
    """
    path = data_dir / "build" / "refresh.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefreshBusy(path, *_holder(file.read())) from None
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        file.truncate()
        file.write(json.dumps({"pid": os.getpid(), "started_at": now}))
        file.flush()
        try:
            yield
        finally:
            file.seek(0)
            file.truncate()


def _holder(text: str) -> tuple[int | None, str | None]:
    try:
        holder = json.loads(text)
        return holder["pid"], holder["started_at"]
    except (ValueError, KeyError, TypeError):
        return None, None
