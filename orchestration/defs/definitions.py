"""Assembles what Dagster serves: assets, the refresh job, its schedules and its sensors, all with the settings given here."""

import csv
from collections.abc import Mapping
from typing import Any

import dagster as dg

from orchestration.defs.dbt_runner import DbtProject, parse
from orchestration.defs.landing_assets import landing_assets
from orchestration.defs.landing_step import landings_of
from orchestration.defs.model_step import models_as_one
from orchestration.defs.refresh_context import refresh_context
from orchestration.defs.refresh_resource import refresh_resource
from orchestration.defs.release_asset import release_asset
from orchestration.defs.sensors import REFRESH_JOB, inbox_sensor, recording_sensors
from orchestration.defs.site_asset import site_asset
from orchestration.run import RefreshRun
from orchestration.settings import Settings

#: Nobody is there to start a scheduled run again: one that finds a refresh running lets it end first.
_SCHEDULED: dict[str, Any] = {"resources": {"refresh": {"config": {"live": True, "wait": True}}}}


def build_definitions(settings: Settings, resources: Mapping[str, Any] | None = None) -> dg.Definitions:
    """The definitions for the data folder of the settings. Parses the dbt project if it changed.

    `resources` take the place of resources of the same name, or add to them: `refresh` can be a run that has started
    already (RefreshRun), or one that a test has made up. Raises DbtError if the project can't be parsed, and OSError if the
    data folder can't be written.
    """
    # dagster-dbt takes as long to import as many a refresh to land its files
    from orchestration.defs.model_assets import model_assets

    project = parse(settings)
    models = model_assets(project)
    job = dg.define_asset_job(
        REFRESH_JOB,
        selection=dg.AssetSelection.all(),
        description="Land, model, audit, publish.",
        tags={"dagster/max_retries": "1"},
    )
    return dg.Definitions(
        assets=[refresh_context, *landing_assets(), models, *_published(project, models)],
        jobs=[job],
        schedules=after_each_close(settings),
        sensors=[inbox_sensor(settings), *recording_sensors(settings)],
        resources={"refresh": refresh_resource(settings)} | dict(resources or {}),
        executor=dg.in_process_executor,
    )


def definitions_of(run: RefreshRun) -> dg.Definitions:
    """The job of one run that has started, and of which nobody sees the records (`freefloat refresh`).

    It has one asset for all files that have to land, and one for all models. Raises as `build_definitions` does.
    """
    project = parse(run.settings)
    landings = landings_of(run)
    models = models_as_one(project, [refresh_context, *landings])
    return dg.Definitions(
        assets=[refresh_context, *landings, models, *_published(project, models)],
        jobs=[dg.define_asset_job(REFRESH_JOB, selection=dg.AssetSelection.all())],
        resources={"refresh": run},
        executor=dg.in_process_executor,
    )


def _published(project: DbtProject, models: dg.AssetsDefinition) -> list[dg.AssetsDefinition]:
    """The release of what the models built, and its pages unless the settings leave them out."""
    pages = [site_asset()] if project.settings.site == "on" else []
    return [release_asset(project, list(models.keys)), *pages]


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
