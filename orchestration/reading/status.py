"""Status: the current release and its tripwires, how fresh each dataset is, what is in quarantine, how the last refresh ended."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from ingestion.files.cell_text import printable
from orchestration.reading.connection import QueryError, connect
from orchestration.reading.doubts import doubts
from orchestration.reading.text import aligned
from orchestration.releases.catalog import literal
from orchestration.releases.keep import client_warnings
from orchestration.releases.release import NoRelease, ReleaseError, current, current_if_readable

#: How many rows of a dataset's quarantine are shown; all of them are in its Parquet file.
FIRST_REASONS = 3
#: How long before the end of an announced calendar its user is told: exchanges announce a year in its last months.
CALENDAR_WARNING_DAYS = 90


def read_status(data_dir: Path) -> dict[str, Any]:
    """The status as plain values for JSON; instants are ISO in UTC.

    `release` is None, with `release_error` saying why, unless a release stands. `tripwires` are its signals with their state,
    none for a release from before there were any. `warnings` tell of calendars that end soon, of what a client does to the
    release's file, and of what of a feed doesn't count. `last_refresh` is what the last refresh wrote about itself, `uploaded`
    what came of the last upload to object storage, each None if there was none. Raises nothing for files that are missing or
    damaged: it reports them.
    """
    release, release_error, tripwires, doubted = None, None, [], []
    try:
        found = current(data_dir)
        if found is None:
            raise NoRelease(data_dir)
        release = {
            "release_id": found.release_id,
            "as_of": found.as_of.isoformat() if found.as_of else None,
            "created_at": _iso(found.created_at),
        }
        tripwires, doubted = _tripwires(data_dir), doubts(data_dir)
    except ReleaseError as error:
        release_error = str(error)
    warnings = client_warnings(data_dir, current_if_readable(data_dir))
    warnings += calendar_warnings(data_dir, datetime.now(UTC).date()) + doubted
    with duckdb.connect() as connection:
        names = {folder.name for room in ("landed", "quarantine") for folder in (data_dir / room).glob("*/")}
        datasets = [_dataset(connection, data_dir, name) for name in sorted(names)]
    return {
        "data_dir": str(data_dir),
        "release": release,
        "release_error": release_error,
        "warnings": warnings,
        "tripwires": tripwires,
        "datasets": datasets,
        "uploaded": _record(data_dir / "build" / "object_store.json"),
        "last_refresh": _record(data_dir / "build" / "last_refresh.json"),
    }


def _tripwires(data_dir: Path) -> list[dict[str, Any]]:
    """The signals of the current release, in their order."""
    columns = ("signal", "state", "measure", "value", "comparison", "threshold", "unit", "evidence", "document_id")
    try:
        with connect(data_dir, is_small=True) as connection:
            rows = connection.execute(
                f"SELECT {', '.join(columns)} FROM main.mart_tripwire ORDER BY document_id, signal_number"
            ).fetchall()
    except (duckdb.Error, QueryError):
        return []
    return [dict(zip(columns, row, strict=True)) for row in rows]


def calendar_warnings(data_dir: Path, today: date) -> list[str]:
    """The exchanges whose announced sessions end within CALENDAR_WARNING_DAYS of `today`, or have ended, in words.

    Nothing before the first landing, or where what is landed can't be read.
    """
    landed = {name: literal(data_dir / "landed" / name / f"{name}.parquet") for name in ("exchanges", "trading_days")}
    warned_to = today + timedelta(days=CALENDAR_WARNING_DAYS)
    try:
        with duckdb.connect() as connection:
            rows = connection.execute(
                "SELECT exchange_mic, any_value(exchange), max(trading_date) AS announced_to "
                f"FROM read_parquet({landed['trading_days']}) AS days "
                f"JOIN read_parquet({landed['exchanges']}) AS exchanges USING (exchange_mic) WHERE NOT is_provisional "
                f"GROUP BY exchange_mic HAVING announced_to <= {literal(warned_to)}::DATE ORDER BY exchange_mic"
            ).fetchall()
    except duckdb.Error:
        return []
    return [
        f"the announced calendar of {exchange} ({mic}) {'ends' if announced_to >= today else 'ended'} on {announced_to}: later "
        "sessions are provisional; write what the exchange announces in inbox/exchange_closures/"
        for mic, exchange, announced_to in rows
    ]


def _dataset(connection: duckdb.DuckDBPyConnection, data_dir: Path, name: str) -> dict[str, Any]:
    """Rows and time of a dataset's last landing, its quarantined rows and first reasons, or why they can't be read."""
    landed = sorted((data_dir / "landed" / name).rglob("*.parquet"))
    quarantined = sorted((data_dir / "quarantine" / name).rglob("*.parquet"))
    dataset: dict[str, Any] = {
        "dataset": name,
        "rows": 0,
        "landed_at": None,
        "quarantined_rows": 0,
        "first_reasons": [],
        "error": None,
    }
    try:
        if landed:
            dataset["landed_at"] = _iso(datetime.fromtimestamp(max(path.stat().st_mtime for path in landed), UTC))
            # the rows are counted in the files' footers, not read
            counted = f"SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata({_list(landed)})"
            dataset["rows"] = connection.execute(counted).fetchall()[0][0]
        if quarantined:
            faults = f"FROM read_parquet({_list(quarantined)}, union_by_name = true)"
            counted = f'SELECT count(*) FROM (SELECT DISTINCT file, "row" {faults})'
            dataset["quarantined_rows"] = connection.execute(counted).fetchall()[0][0]
            keys = ("file", "row", "column", "value", "reason")
            first = f'SELECT file, "row", "column", value, reason {faults} LIMIT {FIRST_REASONS}'
            dataset["first_reasons"] = [dict(zip(keys, fault, strict=True)) for fault in connection.execute(first).fetchall()]
    except (duckdb.Error, OSError) as error:
        dataset["error"] = str(error).strip()
    return dataset


def _list(files: list[Path]) -> str:
    return f"[{', '.join(literal(file) for file in files)}]"


def _record(path: Path) -> dict[str, Any] | None:
    """What a refresh wrote about itself or its upload; None if there was none."""
    try:
        refresh = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(refresh, dict):
            raise ValueError("is no JSON object")
        return refresh
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        return {"outcome": "unknown", "error": f"{path} can't be read: {error}; the next refresh writes it anew"}


def status_text(status: dict[str, Any]) -> str:
    """The status for people."""
    release = status["release"]
    lines = [f"data folder   {status['data_dir']}"]
    if release:
        lines += [
            f"release       {release['release_id']}",
            f"as of         {release['as_of'] or 'not stated'}",
            f"created       {_when(release['created_at'])}",
        ]
    else:
        lines.append(f"release       none: {status['release_error']}")
    lines += [printable(f"warning       {warning}") for warning in status["warnings"]]
    lines += _tripwire_lines(status["tripwires"])
    lines += _refresh_lines(status["last_refresh"] or {}, status["warnings"])
    lines += _upload_lines(status["uploaded"] or {}, release)
    datasets = status["datasets"]
    if datasets:
        cells = [
            [
                one["dataset"],
                f"{one['rows']:,}",
                _when(one["landed_at"]) if one["landed_at"] else "never",
                f"{one['quarantined_rows']:,}",
            ]
            for one in datasets
        ]
        table = aligned(["dataset", "rows", "last landed", "quarantined"], cells, [False, True, False, True])
        lines += ["", *table.splitlines()]
    for one in datasets:
        if one["error"]:
            lines += ["", f"{one['dataset']} can't be read: {printable(one['error'])}"]
        if one["first_reasons"]:
            lines += ["", f"{one['dataset']}, quarantined:"]
            lines += [f"  {_fault(fault)}" for fault in one["first_reasons"]]
    return "\n".join(lines) + "\n"


def _tripwire_lines(tripwires: list[dict[str, Any]]) -> list[str]:
    """How many signals are in which state, and each tripped one with what tripped it."""
    if not tripwires:
        return []
    states = [tripwire["state"] for tripwire in tripwires]
    counts = ", ".join(f"{states.count(state)} {state}" for state in ("tripped", "clear", "no data") if state in states)
    lines = [f"tripwires     {counts}"]
    for tripwire in tripwires:
        if tripwire["state"] == "tripped":
            lines.append(printable(f"  tripped: {tripped_words(tripwire)}"))
    return lines


def tripped_words(tripwire: dict[str, Any]) -> str:
    """A tripped signal in words: what was measured, against which threshold, and what the value rests on."""
    return (
        f"{tripwire['signal']}: {tripwire['measure']} {tripwire['value']:.4g}, tripped if {tripwire['comparison']} "
        f"{tripwire['threshold']:.4g} {tripwire['unit']} ({tripwire['evidence']})"
    )


def _refresh_lines(refresh: dict[str, Any], told: list[str]) -> list[str]:
    """What became of the last refresh; `told` are the warnings that are said already."""
    if not refresh:
        return ["last refresh  none"]
    ended = f", {_when(str(refresh['ended_at']))}" if refresh.get("ended_at") else ""
    lines = [f"last refresh  {refresh.get('outcome', 'unknown')}{ended}"]
    if refresh.get("models"):
        lines.append(f"  {built_words(refresh['models'])}")
    if refresh.get("error"):
        lines += [f"  {printable(line)}" for line in str(refresh["error"]).splitlines()]
    lines += [printable(f"  warning: {warning}") for warning in refresh.get("warnings") or [] if warning not in told]
    for refused in refresh.get("refused") or []:
        lines.append(printable(f"  refused: {refused.get('dataset')}, {refused.get('file')}: {refused.get('reason')}"))
    for stale in refresh.get("stale_sources") or []:
        since = f"since {stale['since']}" if stale.get("since") else "never answered"
        lines.append(printable(f"  stale: {stale.get('source')}, {since}: {stale.get('reason')}"))
    for missing in refresh.get("not_configured") or []:
        since = f"; what is landed is of {missing['since']}" if missing.get("since") else ""
        lines.append(printable(f"  {missing.get('source')}: not configured (set {missing.get('setting')}){since}"))
    return lines


def built_words(counts: dict[str, dict[str, int]]) -> str:
    """How many models and tests a refresh built, and how many of them stayed since nothing that they read has changed."""
    models, tests = counts["model"], counts["test"]
    return f"models: {models['built']} built, {models['kept']} kept; tests: {tests['built']} run, {tests['kept']} kept"


def _upload_lines(uploaded: dict[str, Any], release: dict[str, Any] | None) -> list[str]:
    """Which release object storage has, or why it lacks the current one; nothing without object storage."""
    if not uploaded:
        return []
    if uploaded.get("error"):
        return [printable(f"uploaded      not: {uploaded['error']}")]
    lacks = release and release["release_id"] != uploaded.get("release_id")
    beside = "; it lacks the current release: the next refresh with FREEFLOAT_PUBLISH_URL uploads it" if lacks else ""
    at = _when(str(uploaded.get("at")))
    return [printable(f"uploaded      {uploaded.get('release_id')} to {uploaded.get('url')}, {at}{beside}")]


def _fault(fault: dict[str, Any]) -> str:
    place = f"{fault['file']} row {fault['row']}"
    if fault["column"]:
        place += f", column {fault['column']}"
    value = "" if fault["value"] is None else f"{fault['value']!r} "
    return printable(f"{place}: {value}{fault['reason']}")


def _when(instant: str) -> str:
    """An ISO instant for people, in UTC to the second; as it stands if it isn't one."""
    try:
        return f"{datetime.fromisoformat(instant).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    except ValueError:
        return printable(instant)


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
