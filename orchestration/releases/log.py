"""The log of what was published, rolled back to and pruned."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from ingestion.files.replace import sync
from orchestration.releases.release import NEXT_WAREHOUSE, NotDurable, Release, iso_utc

LOG = "log.jsonl"


def settle_log(data_dir: Path, now: Release | None) -> None:
    """Records what was done without a record, by a process that was killed or on a disk that was full.

    `now` is the current release; None where there is none, or where a damaged file doesn't say. Raises NotDurable.
    """
    entries = read_log(data_dir)
    made_current = [entry["release_id"] for entry in entries if entry["action"] != "prune"]
    pruned = {entry["release_id"] for entry in entries if entry["action"] == "prune"}
    for release_id in dict.fromkeys(made_current):
        if release_id not in pruned and not (data_dir / "releases" / release_id).exists():
            record_change(data_dir, "prune", release_id)
    if now and made_current[-1:] != [now.release_id]:
        record_change(data_dir, "rollback" if now.release_id in made_current else "publish", now.release_id)


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


def record_change(data_dir: Path, action: str, release_id: str) -> None:
    """Sees to the disk what was just done and appends it to `releases/log.jsonl`.

    What can't be appended, since the disk is full, the next change appends (`settle_log`). Raises NotDurable.
    """
    log = data_dir / "releases" / LOG
    # when this was written down, which is not the instant of a refresh
    entry = {"at": iso_utc(datetime.now(UTC)), "action": action, "release_id": release_id}
    try:
        # a rename between two links to one file does nothing and leaves both names (a rollback to the current release)
        (data_dir / NEXT_WAREHOUSE).unlink(missing_ok=True)
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
