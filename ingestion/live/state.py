"""What a live source has been asked for and since when it fails: `build/feeds/<its document>.json`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from ingestion.dataset import Folders
from ingestion.files.replace import replace_file
from ingestion.live.source import LiveSource, NotConfigured, Stale, Window, all_sources


class State:
    """The record of a source, by subject; written after every answer, so that a refresh that is killed goes on from it.

    A subject's record holds `asked_from_on` and `asked_to_on` (days, ISO), `answered_at` (instant, UTC, ISO), and of what
    went wrong last `failed_at` and `reason`, or `not_configured`: the setting without which it is not asked about. A file
    that is missing or damaged is an empty record: what it said is asked for again.
    """

    def __init__(self, source: LiveSource, folders: Folders) -> None:
        self.source = source
        self.path = folders.data / "build" / "feeds" / f"{source.document_id}.json"
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
        record = self._without_fault(subject)
        if window:
            before = self.asked(subject)
            first_on = min(window.first_on, before[0]) if before else window.first_on
            record |= {"asked_from_on": str(first_on), "asked_to_on": str(window.last_on)}
        self._write(subject, record | {"answered_at": _iso(now)})

    def failed(self, subject: str, reason: str, now: datetime) -> None:
        """Records why there was no answer that can be used."""
        self._write(subject, self._without_fault(subject) | {"failed_at": _iso(now), "reason": reason})

    def not_configured(self, subject: str, setting: str) -> None:
        """Records that the subject is not asked about as long as a setting is not set."""
        self._write(subject, self._without_fault(subject) | {"not_configured": setting})

    def _without_fault(self, subject: str) -> dict[str, Any]:
        faults = ("failed_at", "reason", "not_configured")
        return {name: value for name, value in self.subjects.get(subject, {}).items() if name not in faults}

    def _write(self, subject: str, record: dict[str, Any]) -> None:
        self.subjects[subject] = record
        text = json.dumps(self.subjects, indent=2, ensure_ascii=False)
        replace_file(self.path, lambda temporary: temporary.write_text(text, encoding="utf-8"))

    def stale(self) -> list[Stale]:
        """The subjects whose last answer failed; the source as a whole where all that are asked about did."""
        failing = {name: record for name, record in self.subjects.items() if record.get("reason")}
        asked = [name for name, record in self.subjects.items() if not record.get("not_configured")]
        document_id = self.source.document_id
        if len(failing) > 1 and len(failing) == len(asked):
            since = [record["answered_at"] for record in failing.values() if record.get("answered_at")]
            reasons = list(dict.fromkeys(record["reason"] for record in failing.values()))
            return [Stale(document_id, max(since, default=None), _all_of(reasons))]
        return [Stale(f"{document_id} {name}", record.get("answered_at"), record["reason"]) for name, record in failing.items()]

    def missing_settings(self) -> list[NotConfigured]:
        """The subjects that are not asked about because a setting is not set."""
        return [
            NotConfigured(f"{self.source.name} {name}", record.get("answered_at"), record["not_configured"])
            for name, record in self.subjects.items()
            if record.get("not_configured")
        ]


def stale_sources(folders: Folders) -> list[Stale]:
    """Every live source, or subject of one, whose last answer failed."""
    return [stale for source in all_sources().values() for stale in State(source, folders).stale()]


def not_configured_sources(folders: Folders) -> list[NotConfigured]:
    """Every subject of a live source that the last live refresh did not ask about because a setting is not set."""
    return [missing for source in all_sources().values() for missing in State(source, folders).missing_settings()]


def _all_of(reasons: list[str]) -> str:
    """The first two reasons in words, and how many more there are."""
    if len(reasons) < 2:
        return "".join(reasons)
    others = len(reasons) - 1
    return f"{reasons[0]} (and {others} other reason{'s' if others > 1 else ''}, such as: {reasons[1]})"


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
