"""The main job as `freefloat refresh` runs it: the Dagster job in this process, with progress for people."""

from __future__ import annotations

import sys
import time
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date
from typing import Any

import dagster as dg
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from orchestration.defs import last_refresh
from orchestration.defs.dbt_runner import DbtError
from orchestration.defs.definitions import definitions_of
from orchestration.defs.landing_assets import CONTRACTS_KEY
from orchestration.defs.sensors import REFRESH_JOB
from orchestration.reading.status import built_words
from orchestration.releases.lock import RefreshBusy
from orchestration.releases.release import kept_release
from orchestration.run import Engine, RefreshRun, start_run
from orchestration.settings import Settings

#: Dagster's own console log says in tracebacks what is said in words here.
_SILENT: dict[str, Any] = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def run_refresh(
    *, live: bool, as_of: date | None, full: bool, allow_quarantine: bool, wait: bool = False, engine: Engine = "duckdb"
) -> int:
    """Land, model, audit, publish. Returns 0 only when a new release stands; says on stderr what went wrong otherwise.

    With `wait` it lets a refresh that runs end first. The settings are read here, and the run made from them is handed to
    every step. Raises SettingsError for a setting that can't be used, and ReleaseError if the release that was published
    can't be read.
    """
    settings = Settings()
    console = Console(stderr=True)

    def say(busy: RefreshBusy) -> None:
        console.print(f"waiting for the refresh that runs, {busy.holder} ...", markup=False, highlight=False, soft_wrap=True)

    try:
        with start_run(
            settings,
            live=live,
            as_of=as_of,
            full=full,
            engine=engine,
            allow_quarantine=allow_quarantine,
            waiting=say if wait else None,
        ) as run:
            return _execute(run, console)
    except RefreshBusy as error:
        words = f"{error} (--wait waits for it)"
    except OSError as error:
        words = f"{settings.data_dir} can't be written: {error}"
    except DbtError as error:
        words = str(error)
    console.print(f"freefloat: {words}", style="red", markup=False, highlight=False, soft_wrap=True)
    return 1


def _execute(run: RefreshRun, console: Console) -> int:
    """Runs the job on a run that has started; returns the exit code."""
    settings, started = run.settings, time.monotonic()
    job = definitions_of(run).resolve_job_def(REFRESH_JOB)
    run_id = str(uuid.uuid4())
    # records in memory: writing Dagster's to disk takes longer than the work (`serve` keeps those of its own runs)
    with dg.DagsterInstance.ephemeral() as instance, _progress(console, instance, run_id, len(job.nodes)):
        try:
            job.execute_in_process(_SILENT, instance=instance, raise_on_error=False, run_id=run_id)
        finally:
            record = last_refresh.read_run(settings, instance, run_id)
            try:
                last_refresh.write(settings, record)
            except OSError as error:
                not_written = f"what became of this refresh can't be written for `freefloat status`: {error}"
                console.print(f"freefloat: {not_written}", style="red", markup=False, highlight=False, soft_wrap=True)
    if record["outcome"] != "published":
        console.print("freefloat: the refresh failed; the last release stands as it was", style="red", highlight=False)
        console.print(record["error"], markup=False, highlight=False, soft_wrap=True)
        return 1
    _print_release(settings, record, time.monotonic() - started)
    return 0


def _print_release(settings: Settings, record: dict[str, Any], seconds: float) -> None:
    """Says on standard output what the release holds and what it lacks; `seconds` is how long the refresh took."""
    release = kept_release(settings.data_dir, record["release_id"])
    manifest = release.manifest
    print(f"release {release.release_id}  as of {release.as_of}  in {seconds:.1f} s")
    marts = {name: table["rows"] for name, table in manifest["tables"].items() if "." not in name}
    width = max(map(len, marts))
    for name, rows in marts.items():
        print(f"  {name:<{width}}  {rows:>7,} rows")
    landed = [table["rows"] for name, table in manifest["tables"].items() if name.startswith("landed.")]
    print(f"  and {len(landed)} landed tables with {sum(landed):,} rows, in schema landed")
    if counts := record["models"]:
        print(f"  {built_words(counts)}")
    for fault in record["faults"]:
        print(f"  left out: {fault}")
    for refused in record["refused"]:
        print(f"  left out: {refused['file']}: {refused['reason']}")
    for warning in record["warnings"]:
        print(f"  warning: {warning}")
    for removed in record["removed_releases"]:
        print(f"  removed: release {removed}, so that the releases fit in {settings.releases_max_gb:g} GB")
    for stale in record["stale_sources"]:
        since = f"since {stale['since']}" if stale["since"] else "never answered"
        print(f"  stale: {stale['source']}, {since}: {stale['reason']}")
    print(f"open it: {settings.warehouse_path}")
    if record["site"]:
        print(f"look at it: {record['site']}")


@contextmanager
def _progress(console: Console, instance: dg.DagsterInstance, run_id: str, steps: int) -> Generator[None]:
    """A bar on a terminal; elsewhere a plain line when landing, modelling and publishing begin."""
    if console.is_terminal:
        columns = (SpinnerColumn(), TextColumn("{task.description:<44}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("starting", total=steps)

            def show(event: Any) -> None:
                if event.dagster_event and event.dagster_event.event_type_value == "STEP_START":
                    bar.update(task, description=_words(event.dagster_event.step_key))
                elif event.dagster_event and event.dagster_event.event_type_value in ("STEP_SUCCESS", "STEP_FAILURE"):
                    bar.advance(task)

            instance.add_event_listener(run_id, show)
            yield
    else:
        said: set[str] = set()

        def say(event: Any) -> None:
            if event.dagster_event and event.dagster_event.event_type_value == "STEP_START":
                stage = _words(event.dagster_event.step_key).split()[0]
                if stage not in said:
                    said.add(stage)
                    print(f"{stage} ...", file=sys.stderr, flush=True)

        instance.add_event_listener(run_id, say)
        yield


def _words(step: str) -> str:
    if step == CONTRACTS_KEY.to_python_identifier():
        return "landing the files"
    if step == "models":
        return "modelling and testing"
    if step == "release":
        return "publishing the release"
    if step == "site":
        return "drawing the pages"
    return "landing " + step.removeprefix("build__").removeprefix("feed_")
