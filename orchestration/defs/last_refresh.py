"""What became of the last refresh, for `freefloat status`: `build/last_refresh.json`, from the events of its Dagster run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from ingestion.files.replace import replace_file
from ingestion.live.state import not_configured_sources, stale_sources
from orchestration.defs.build_record import built_and_kept
from orchestration.defs.refresh_context import CONTEXT_KEY
from orchestration.defs.release_asset import RELEASE_KEY
from orchestration.defs.site_asset import SITE_KEY
from orchestration.run import folders_of
from orchestration.settings import Settings


def record_run(settings: Settings, instance: dg.DagsterInstance, run_id: str) -> dict[str, Any]:
    """Writes and returns the record of a run that ended."""
    record = read_run(settings, instance, run_id)
    write(settings, record)
    return record


def read_run(settings: Settings, instance: dg.DagsterInstance, run_id: str) -> dict[str, Any]:
    """The record of a run that ended: outcome, release, errors in words, refused files, removed releases, pages."""
    events = [entry.dagster_event for entry in instance.all_logs(run_id) if entry.dagster_event]
    stats = instance.get_run_stats(run_id)
    release, site = _materialized(events, RELEASE_KEY), _materialized(events, SITE_KEY)
    context = _materialized(events, CONTEXT_KEY)
    return {
        "run_id": run_id,
        "started_at": context.get("started_at") or _instant(stats.start_time),
        # Dagster's word on when the run ended, else when this is written
        "ended_at": _instant(stats.end_time) or datetime.now(UTC).isoformat(timespec="seconds"),
        "as_of": context.get("as_of"),
        "outcome": "published" if release else "failed",
        "release_id": release.get("release_id"),
        "error": None if release else "\n".join(_errors(events)) or "the run was interrupted",
        "refused": [refused for check in _contract_checks(events) for refused in check.metadata["refused_files"].value],
        "faults": [fault for check in _contract_checks(events) for fault in check.metadata["faults"].value],
        "stale_sources": [vars(stale) for stale in stale_sources(folders_of(settings))],
        "not_configured": [vars(missing) for missing in not_configured_sources(folders_of(settings))],
        "removed_releases": release.get("removed_releases", []),
        "site": site.get("path"),
        "models": built_and_kept(settings.build_dir / "kept.json", release["release_id"]) if release else {},
        "warnings": [*release.get("warnings", []), *site.get("warnings", [])],
    }


def write(settings: Settings, record: dict[str, Any]) -> None:
    """Replaces the record in one rename."""
    text = json.dumps(record, indent=2, ensure_ascii=False)
    replace_file(settings.build_dir / "last_refresh.json", lambda temporary: temporary.write_text(text, encoding="utf-8"))


def _materialized(events: list[dg.DagsterEvent], key: dg.AssetKey) -> dict[str, Any]:
    for event in events:
        if event.is_step_materialization and event.asset_key == key:
            metadata = event.step_materialization_data.materialization.metadata
            return {name: value.value for name, value in metadata.items()}
    return {}


def _contract_checks(events: list[dg.DagsterEvent]) -> Iterator[Any]:
    for event in events:
        if event.event_type_value == "ASSET_CHECK_EVALUATION":
            check = event.asset_check_evaluation_data
            if check.check_name == "contract" and not check.passed:
                yield check


def _blocking_checks(events: list[dg.DagsterEvent]) -> Iterator[Any]:
    return (check for check in _contract_checks(events) if check.severity == dg.AssetCheckSeverity.ERROR)


def _errors(events: list[dg.DagsterEvent]) -> Iterator[str]:
    """What went wrong, in words for people: the faults of contracts first, then each failure's own message."""
    for check in _blocking_checks(events):
        yield from check.metadata["faults"].value
    steps = [event for event in events if event.event_type_value == "STEP_FAILURE"]
    for event in steps:
        data = event.step_failure_data
        if data.user_failure_data:
            yield data.user_failure_data.description or ""
        elif data.error and data.error.cls_name != "DagsterAssetCheckFailedError":
            yield f"{event.step_key}: {_cause(data.error)}"
    for event in events:
        # a run can fail before any step of it
        if event.event_type_value == "PIPELINE_FAILURE" and not steps and event.job_failure_data.error:
            yield _cause(event.job_failure_data.error)


def _cause(error: Any) -> str:
    while error.cause:
        error = error.cause
    return error.message.strip()


def _instant(seconds: float | None) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds") if seconds else None
