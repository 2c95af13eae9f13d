"""Assembles what Dagster serves: assets, the refresh job, its schedules and its sensors, all with the settings given here."""

import csv
from collections.abc import Mapping
from typing import Any

import dagster as dg

from orchestration.defs.dbt_runner import parse
from orchestration.defs.landing_assets import landing_assets
from orchestration.defs.model_assets import model_assets
from orchestration.defs.refresh_context import refresh_context
from orchestration.defs.refresh_resource import refresh_resource
from orchestration.defs.release_asset import release_asset
from orchestration.defs.sensors import REFRESH_JOB, inbox_sensor, recording_sensors
from orchestration.defs.site_asset import site_asset
from orchestration.settings import Settings

#: Nobody is there to start a scheduled run again: one that finds a refresh running lets it end first.
_SCHEDULED: dict[str, Any] = {"resources": {"refresh": {"config": {"live": True, "wait": True}}}}


def build_definitions(settings: Settings, resources: Mapping[str, Any] | None = None) -> dg.Definitions:
    """The definitions for the data folder of the settings. Parses the dbt project if it changed.

    `resources` take the place of resources of the same name, or add to them: `refresh` can be a run that has started
    already (RefreshRun), or one that a test has made up. Raises DbtError if the project can't be parsed, and OSError if the
    data folder can't be written.
    """
    project = parse(settings)
    models = model_assets(project)
    pages = [site_asset()] if settings.site == "on" else []
    job = dg.define_asset_job(
        REFRESH_JOB,
        selection=dg.AssetSelection.all(),
        description="Land, model, audit, publish.",
        tags={"dagster/max_retries": "1"},
    )
    return dg.Definitions(
        assets=[refresh_context, *landing_assets(), models, release_asset(project, list(models.keys)), *pages],
        jobs=[job],
        schedules=after_each_close(settings),
        sensors=[inbox_sensor(settings), *recording_sensors(settings)],
        resources={"refresh": refresh_resource(settings)} | dict(resources or {}),
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


@dg.definitions
def definitions() -> dg.Definitions:
    """What `dg` and `freefloat serve` load: the definitions with the settings of the environment, read once."""
    return build_definitions(Settings())
