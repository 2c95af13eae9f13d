"""The refresh lock: one refresh (or rollback, or prune) at a time in a data folder."""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

#: The locks that this process holds, each with the thread that took it.
_held: dict[Path, int] = {}


class RefreshBusy(Exception):
    """Another process holds the lock; `pid` and `since` (UTC, ISO) are None if it has only just taken it."""

    def __init__(self, path: Path, pid: int | None, since: str | None) -> None:
        self.holder = f"by process {pid} since {since}" if pid else "by another process that has just started"
        super().__init__(f"{path} is held {self.holder}: one refresh at a time; wait for it to end, or end that process")
        self.pid = pid
        self.since = since


@contextmanager
def refresh_lock(data_dir: Path, waiting: Callable[[RefreshBusy], object] | None = None) -> Generator[None]:
    """Holds `build/refresh.lock` while the block runs; a thread that holds it may take it again.

    The kernel holds the lock for the process, so that the lock of a dead process is free; the file itself stays
    (removing it would let two processes lock two files of one name). If it is held, raises RefreshBusy, or, with
    `waiting`, calls that with the RefreshBusy and waits. Raises OSError if the lock can't be made.
    """
    path = (data_dir / "build" / "refresh.lock").absolute()
    if _held.get(path) == threading.get_ident():
        yield
        return
    with _locked_file(path, waiting) as file:
        # when the lock was taken, for whoever waits for it; a refresh has its own instant
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        file.truncate()
        file.write(json.dumps({"pid": os.getpid(), "started_at": now}))
        file.flush()
        _held[path] = threading.get_ident()
        try:
            yield
        finally:
            del _held[path]
            file.seek(0)
            file.truncate()


@contextmanager
def _locked_file(path: Path, waiting: Callable[[RefreshBusy], object] | None) -> Generator[IO[str]]:
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                busy = RefreshBusy(path, *_holder(file.read()))
                if waiting is None:
                    raise busy from None
                waiting(busy)
                fcntl.flock(file, fcntl.LOCK_EX)
                file.seek(0)
            # a file that was removed meanwhile, by hand, locks nothing any more
            if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
                yield file
                return


def _holder(text: str) -> tuple[int | None, str | None]:
    try:
        holder = json.loads(text)
        return holder["pid"], holder["started_at"]
    except (ValueError, KeyError, TypeError):
        return None, None
