"""Assembles what Dagster serves: assets, the refresh job, its schedules, the sensor on the inbox, and those that record
how a run ended."""

import csv
import hashlib
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from orchestration.defs import dbt_runner as dbt_project
from orchestration.defs import last_refresh
from orchestration.defs.landing_assets import landing_assets
from orchestration.defs.model_assets import model_assets
from orchestration.defs.refresh_resource import Refresh
from orchestration.defs.release_asset import refresh_context, release_asset
from orchestration.settings import Settings

REFRESH_JOB = "refresh"
#: Nobody is there to start these runs again: one that finds a refresh running lets it end first.
_SCHEDULED: dict[str, Any] = {"resources": {"refresh": {"config": {"live": True, "wait": True}}}}
_SENSED: dict[str, Any] = {"resources": {"refresh": {"config": {"wait": True}}}}


def build_definitions(settings: Settings) -> dg.Definitions:
    """The definitions for a data folder. Parses the dbt project if it changed."""
    dbt_project.parse(settings)
    models = model_assets(settings)
    job = dg.define_asset_job(
        REFRESH_JOB,
        selection=dg.AssetSelection.all(),
        description="Land, model, audit, publish.",
        tags={"dagster/max_retries": "1"},
    )
    return dg.Definitions(
        assets=[refresh_context, *landing_assets(), models, release_asset(list(models.keys))],
        jobs=[job],
        schedules=after_each_close(settings),
        sensors=[inbox_sensor(), record_failure, record_success],
        resources={"refresh": Refresh()},
        executor=dg.in_process_executor,
    )


def after_each_close(settings: Settings) -> list[dg.ScheduleDefinition]:
    """A live refresh on each weekday, an hour after the bars of an exchange are final, in the exchange's own time zone."""
    path = settings.committed_dir / "reference" / "exchanges.csv"
    with path.open(encoding="utf-8", newline="") as file:
        closes = sorted({(row["time_zone"], row["bars_final_at"]) for row in csv.DictReader(file)})
    schedules = []
    for time_zone, final_at in closes:
        city = time_zone.rpartition("/")[2].lower()
        hour, minute = final_at.split(":")
        schedules.append(
            dg.ScheduleDefinition(
                name=f"after_the_{city}_close",
                job_name=REFRESH_JOB,
                cron_schedule=f"{int(minute)} {int(hour) + 1} * * 1-5",
                execution_timezone=time_zone,
                default_status=dg.DefaultScheduleStatus.RUNNING,
                run_config=_SCHEDULED,
                description=f"A live refresh on each weekday after the close ({time_zone}).",
            )
        )
    return schedules


#: Seconds that a file of the inbox must have been left alone before a refresh reads it.
INBOX_SETTLES_AFTER = 10


def inbox_sensor() -> dg.SensorDefinition:
    """A refresh when a file of the inbox has come, changed or gone."""

    @dg.sensor(
        name="inbox_changed",
        job_name=REFRESH_JOB,
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="A refresh when a file of the inbox has come, changed or gone.",
    )
    def inbox_changed(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        inbox = Settings().inbox_dir
        files = sorted(path for path in inbox.rglob("*") if path.is_file() and not path.name.startswith("."))
        stats = [(str(path.relative_to(inbox)), path.stat()) for path in files]
        digest = hashlib.sha256(repr([(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats]).encode()).hexdigest()
        if digest == context.cursor or (not context.cursor and not files):
            return dg.SkipReason("the inbox is as it was")
        newest = max((stat.st_mtime for _, stat in stats), default=0)
        if datetime.now(UTC).timestamp() - newest < INBOX_SETTLES_AFTER:
            return dg.SkipReason("a file of the inbox has only just been written")
        return dg.SensorResult(run_requests=[dg.RunRequest(run_key=digest, run_config=_SENSED)], cursor=digest)

    return inbox_changed


@dg.run_failure_sensor(default_status=dg.DefaultSensorStatus.RUNNING)
def record_failure(context: dg.RunFailureSensorContext) -> None:
    """Says clearly in the log why a refresh failed, and records it for `freefloat status`."""
    record = last_refresh.record_run(Settings(), context.instance, context.dagster_run.run_id)
    context.log.error(f"refresh {context.dagster_run.run_id} failed, the last release stands: {record['error']}")


@dg.run_status_sensor(run_status=dg.DagsterRunStatus.SUCCESS, default_status=dg.DefaultSensorStatus.RUNNING)
def record_success(context: dg.RunStatusSensorContext) -> None:
    """Records a finished refresh for `freefloat status`."""
    last_refresh.record_run(Settings(), context.instance, context.dagster_run.run_id)


@dg.definitions
def definitions() -> dg.Definitions:
    """What `dg` and `freefloat serve` load."""
    return build_definitions(Settings())
