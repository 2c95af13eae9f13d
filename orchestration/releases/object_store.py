"""Releases in object storage, for readers who don't share this disk: `FREEFLOAT_PUBLISH_URL`.

A release is uploaded file by file, its manifest after all others, and `current.json` after that, so that whoever reads
`current.json`, or goes by the manifests, never finds half of one. An upload harms no release on this disk: what goes wrong is
kept for `status`, and the next refresh uploads what is missing.
"""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from ingestion.files.replace import replace_file
from orchestration.releases.release import (
    MANIFEST,
    WAREHOUSE,
    Release,
    ReleaseError,
    current_if_readable,
    is_release_id,
    iso_utc,
    list_releases,
)

#: What says which release is current; written last.
CURRENT = "current.json"
#: What the last upload left, under the data folder: for `status`.
RECORD = Path("build", "object_store.json")
#: How long one request may take, and how long a request may be tried again: a store that hangs ends a refresh late, not never.
REQUEST_SECONDS, RETRY_SECONDS, RETRIES = 60, 60, 3
#: The variables whose values no message may show.
_SECRETS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
_LONGEST_REASON = 300


def mirror(data_dir: Path, url: str, *, max_bytes: int) -> str | None:
    """Brings object storage to what this disk has, and keeps what came of it for `status`; the reason if it could not.

    `url` is `s3://bucket/prefix` or `file:///folder`; who may write there is said by AWS_ACCESS_KEY_ID and the other
    variables of AWS in the environment. The oldest releases there are removed until the rest takes at most `max_bytes`.
    """
    release = current_if_readable(data_dir)
    if release is None:
        return None
    reason = None
    try:
        _mirror(_open(url), release, list_releases(data_dir), max_bytes)
    except (BaseError, OSError, ReleaseError, ValueError) as error:
        reason = f"{url} does not hold release {release.release_id}: {_in_words(error)}; the next refresh uploads what is missing"
    record = {"url": url, "release_id": release.release_id, "at": iso_utc(datetime.now(UTC)), "error": reason}
    try:
        replace_file(data_dir / RECORD, lambda temporary: temporary.write_text(json.dumps(record), encoding="utf-8"))
    except OSError as error:
        return reason or f"{data_dir / RECORD} can't be written: {error}"
    return reason


def _open(url: str) -> ObjectStore:
    """The store of a url. Raises BaseError, or ValueError for one that no store has."""
    retries: Any = {"max_retries": RETRIES, "retry_timeout": timedelta(seconds=RETRY_SECONDS)}
    if url.startswith("file://"):
        return from_url(url, mkdir=True)
    client: Any = {"connect_timeout": "10s", "timeout": f"{REQUEST_SECONDS}s"}
    # options that are given take the place of the environment's
    client["allow_http"] = os.environ.get("AWS_ALLOW_HTTP", "").lower() == "true"
    return from_url(url, client_options=client, retry_config=retries)


def _mirror(store: ObjectStore, release: Release, here: list[Release], max_bytes: int) -> None:
    """Uploads the current release and what is newer than all in the store, says which is current, removes the oldest."""
    there = _sizes(store)
    whole = {release_id for release_id, files in there.items() if MANIFEST in files}
    newest = max(whole, default="")
    for kept in here:
        # an older one that is gone there was removed to make room
        if kept.release_id not in whole and (kept.release_id > newest or kept.release_id == release.release_id):
            there[kept.release_id] = _upload(store, kept)
    _say_current(store, release)
    _prune(store, there, release.release_id, max_bytes)


def _sizes(store: ObjectStore) -> dict[str, dict[str, int]]:
    """The files of each release in the store, by its id: their paths below the release's folder, and their bytes."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for batch in obstore.list(store, prefix="releases"):
        for file in batch:
            _, _, rest = file["path"].partition("releases/")
            release_id, _, name = rest.partition("/")
            if is_release_id(release_id):
                found[release_id][name] = file["size"]
    return dict(found)


def _upload(store: ObjectStore, release: Release) -> dict[str, int]:
    """Uploads a release, its manifest last; the bytes of each file."""
    files = sorted(path for path in release.folder.rglob("*") if path.is_file())
    files.sort(key=lambda path: path == release.folder / MANIFEST)
    sizes = {}
    for path in files:
        name = path.relative_to(release.folder).as_posix()
        # from the disk, part by part: a warehouse need not fit into memory
        obstore.put(store, f"releases/{release.release_id}/{name}", path)
        sizes[name] = path.stat().st_size
    return sizes


def _say_current(store: ObjectStore, release: Release) -> None:
    """Writes which release is current, unless the store says so already."""
    folder = f"releases/{release.release_id}"
    says = {
        "release_id": release.release_id,
        "as_of": release.as_of.isoformat() if release.as_of else None,
        "created_at": iso_utc(release.created_at),
        "manifest": f"{folder}/{MANIFEST}",
        "warehouse": f"{folder}/{WAREHOUSE}",
        "warehouse_sha256": release.manifest["warehouse"]["sha256"],
        "parquet": f"{folder}/parquet/",
    }
    text = (json.dumps(says, indent=2) + "\n").encode()
    try:
        if obstore.get(store, CURRENT).bytes().to_bytes() == text:
            return
    except FileNotFoundError:
        pass
    obstore.put(store, CURRENT, text)


def _prune(store: ObjectStore, there: dict[str, dict[str, int]], current: str, max_bytes: int) -> None:
    """Removes the oldest releases until the rest fits, and what an upload that was killed left of older ones."""
    total = sum(sum(files.values()) for files in there.values())
    for release_id in sorted(there):
        is_left_over = MANIFEST not in there[release_id] and release_id < current
        if release_id == current or not (is_left_over or total > max_bytes):
            continue
        _remove(store, release_id, there[release_id])
        total -= sum(there[release_id].values())


def _remove(store: ObjectStore, release_id: str, names: Iterable[str]) -> None:
    """Removes a release, its manifest first, so that nobody takes what is left for a whole one."""
    for name in sorted(names, key=lambda name: name != MANIFEST):
        obstore.delete(store, f"releases/{release_id}/{name}")


def _in_words(error: Exception) -> str:
    """The first line of what went wrong, without what only this machine may know."""
    text = re.sub(r"\s+", " ", str(error).partition("\n\n")[0]).strip()
    for name in _SECRETS:
        if secret := os.environ.get(name):
            text = text.replace(secret, "***")
    return text if len(text) <= _LONGEST_REASON else f"{text[:_LONGEST_REASON]} ..."
