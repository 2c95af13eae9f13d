"""Assembles what Dagster serves: assets, the refresh job, its schedule, and the sensors that record how a run ended."""

import dagster as dg

from orchestration import dbt_project, last_refresh
from orchestration.dbt_assets import model_assets
from orchestration.landing_assets import landing_assets
from orchestration.release_asset import refresh_context, release_asset
from orchestration.run import Refresh
from orchestration.settings import Settings

REFRESH_JOB = "refresh"


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
    # 16:10 is the end of Hong Kong's closing auction; feeds settle within the hour
    after_the_close = dg.ScheduleDefinition(
        name="after_the_hong_kong_close",
        job=job,
        cron_schedule="30 17 * * 1-5",
        execution_timezone="Asia/Hong_Kong",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="A refresh on each weekday after the close in Hong Kong.",
    )
    return dg.Definitions(
        assets=[refresh_context, *landing_assets(), models, release_asset(list(models.keys))],
        jobs=[job],
        schedules=[after_the_close],
        sensors=[record_failure, record_success],
        resources={"refresh": Refresh()},
        executor=dg.in_process_executor,
    )


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
