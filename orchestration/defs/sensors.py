"""The sensors: one starts a refresh when the inbox changed, two record for `freefloat status` how a refresh ended."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from orchestration.defs import last_refresh
from orchestration.settings import Settings

#: The job that the sensors start and watch.
REFRESH_JOB = "refresh"
#: Nobody is there to start such a run again: one that finds a refresh running lets it end first.
_SENSED: dict[str, Any] = {"resources": {"refresh": {"config": {"wait": True}}}}
#: Seconds that a file of the inbox must have been left alone before a refresh reads it.
INBOX_SETTLES_AFTER = 10


def inbox_sensor(settings: Settings) -> dg.SensorDefinition:
    """A refresh when a file of the inbox of the settings' data folder has come, changed or gone."""
    inbox = settings.inbox_dir

    @dg.sensor(
        name="inbox_changed",
        job_name=REFRESH_JOB,
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="A refresh when a file of the inbox has come, changed or gone.",
    )
    def inbox_changed(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        files = sorted(path for path in inbox.rglob("*") if path.is_file() and not path.name.startswith("."))
        stats = [(str(path.relative_to(inbox)), path.stat()) for path in files]
        digest = hashlib.sha256(repr([(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats]).encode()).hexdigest()
        if digest == context.cursor or (not context.cursor and not files):
            return dg.SkipReason("the inbox is as it was")
        newest = max((stat.st_mtime for _, stat in stats), default=0)
        # how long ago the disk says that a file was written; a look at the inbox is part of no refresh
        if datetime.now(UTC).timestamp() - newest < INBOX_SETTLES_AFTER:
            return dg.SkipReason("a file of the inbox has only just been written")
        return dg.SensorResult(run_requests=[dg.RunRequest(run_key=digest, run_config=_SENSED)], cursor=digest)

    return inbox_changed


def recording_sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """The sensors that record, in the settings' data folder, how each Dagster run of a refresh ended."""

    @dg.run_failure_sensor(default_status=dg.DefaultSensorStatus.RUNNING)
    def record_failure(context: dg.RunFailureSensorContext) -> None:
        """Says clearly in the log why a refresh failed, and records it for `freefloat status`."""
        record = last_refresh.record_run(settings, context.instance, context.dagster_run.run_id)
        context.log.error(f"refresh {context.dagster_run.run_id} failed, the last release stands: {record['error']}")

    @dg.run_status_sensor(run_status=dg.DagsterRunStatus.SUCCESS, default_status=dg.DefaultSensorStatus.RUNNING)
    def record_success(context: dg.RunStatusSensorContext) -> None:
        """Records a finished refresh for `freefloat status`."""
        last_refresh.record_run(settings, context.instance, context.dagster_run.run_id)

    return [record_failure, record_success]
