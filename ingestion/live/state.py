"""What a live source has been asked for and since when it fails: `build/feeds/<source>.json`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from ingestion.dataset import Folders
from ingestion.files.replace import replace_file
from ingestion.live.feed import Feed, Stale, Window


class State:
    """What a feed has been asked for and since when it fails, a subject each; written after every answer."""

    def __init__(self, feed: Feed, folders: Folders) -> None:
        self.feed = feed
        self.path = folders.data / "build" / "feeds" / f"{feed.source}.json"
        try:
            self.subjects: dict[str, dict[str, Any]] = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self.subjects = {}

    def asked(self, subject: str) -> tuple[date, date] | None:
        """The first and last of the days that the subject has been asked about without a gap; None if never."""
        record = self.subjects.get(subject, {})
        if "asked_from_on" not in record or "asked_to_on" not in record:
            return None
        return date.fromisoformat(record["asked_from_on"]), date.fromisoformat(record["asked_to_on"])

    def keep(self, names: Iterable[str]) -> None:
        """Forgets subjects that are not asked about any more."""
        kept = set(names)
        self.subjects = {name: record for name, record in self.subjects.items() if name in kept}

    def answered(self, subject: str, window: Window | None, now: datetime) -> None:
        """Records an answer; days asked for on demand (no window) may leave a gap, so they don't count as asked."""
        record = {name: value for name, value in self.subjects.get(subject, {}).items() if name.startswith("asked_")}
        if window:
            before = self.asked(subject)
            first_on = min(window.first_on, before[0]) if before else window.first_on
            record = {"asked_from_on": str(first_on), "asked_to_on": str(window.last_on)}
        self.subjects[subject] = record | {"answered_at": _iso(now)}
        self._write()

    def failed(self, subject: str, reason: str, now: datetime) -> None:
        self.subjects[subject] = self.subjects.get(subject, {}) | {"failed_at": _iso(now), "reason": reason}
        self._write()

    def _write(self) -> None:
        text = json.dumps(self.subjects, indent=2, ensure_ascii=False)
        replace_file(self.path, lambda temporary: temporary.write_text(text, encoding="utf-8"))

    def stale(self) -> list[Stale]:
        """The subjects whose last answer failed; the source as a whole where all of them did."""
        failing = {name: record for name, record in self.subjects.items() if record.get("reason")}
        if len(failing) > 1 and len(failing) == len(self.subjects):
            since = [record["answered_at"] for record in failing.values() if record.get("answered_at")]
            reasons = list(dict.fromkeys(record["reason"] for record in failing.values()))
            return [Stale(self.feed.source, max(since, default=None), _all_of(reasons))]
        return [
            Stale(f"{self.feed.source} {name}", record.get("answered_at"), record["reason"]) for name, record in failing.items()
        ]


def _all_of(reasons: list[str]) -> str:
    """The first two reasons in words, and how many more there are."""
    if len(reasons) < 2:
        return "".join(reasons)
    others = len(reasons) - 1
    return f"{reasons[0]} (and {others} other reason{'s' if others > 1 else ''}, such as: {reasons[1]})"


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
