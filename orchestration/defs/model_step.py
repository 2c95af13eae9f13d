"""Building the models as a step of a refresh, and the step as one asset, for a run of which nobody sees the records."""

from collections.abc import Iterable

import dagster as dg

from orchestration.defs.dbt_build import Outcome, build
from orchestration.defs.dbt_runner import DbtProject, OnEvent
from orchestration.defs.refresh_context import read_context
from orchestration.defs.spark_engine import build_on_spark
from orchestration.run import RefreshRun


def built_models(project: DbtProject, refresh: RefreshRun, on_event: OnEvent = None) -> Outcome:
    """Builds and tests the models where the run says, calling `on_event` as `build` does. Raises DbtError if one fails."""
    if refresh.engine == "spark":
        return build_on_spark(project, refresh, on_event)
    return build(project, refresh, on_event, as_of=read_context(refresh).as_of)


def audit(outcome: Outcome) -> None:
    """Raises dagster's Failure, with the failing rows, if a test did not pass."""
    if outcome.failed:
        raise dg.Failure("the audit failed:\n" + "\n".join(map(str, outcome.failed)), allow_retries=False)


def models_as_one(project: DbtProject, read: Iterable[dg.AssetsDefinition]) -> dg.AssetsDefinition:
    """All models and tests of the dbt project as one asset, which comes after all that `read` land.

    Its run raises DbtError if a model fails, and dagster's Failure, with the failing rows, if a test does not pass.
    """

    @dg.asset(deps=[key for landing in read for key in landing.keys])
    def models(refresh: dg.ResourceParam[RefreshRun]) -> None:
        audit(built_models(project, refresh))

    return models
