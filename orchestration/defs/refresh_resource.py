"""The run as Dagster's resource `refresh`: what a schedule, a sensor or the web page may ask of a refresh becomes one run."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import date

import dagster as dg

from orchestration.releases.lock import RefreshBusy
from orchestration.run import RefreshRun, engine_named, start_run
from orchestration.settings import Settings


class RefreshOptions(dg.Config):
    """The options of a refresh, as they are set in Dagster: run configuration of the resource `refresh`."""

    live: bool = False
    #: The day whose knowledge the warehouse holds, as YYYY-MM-DD; empty for the day on which the refresh starts.
    as_of: str = ""
    allow_quarantine: bool = False
    full: bool = False
    #: Where the models are built: `duckdb` or `spark`.
    engine: str = "duckdb"
    #: Whether to wait for a refresh that runs, or to fail with a word about it.
    wait: bool = False


def refresh_resource(settings: Settings) -> dg.ResourceDefinition:
    """The resource that starts a run (RefreshRun) with these settings, one for all steps of a Dagster run.

    It holds the lock of the data folder until the last step is done. Starting it raises RefreshBusy if another refresh
    runs and `wait` is not set, ValueError if `as_of` is no day or `engine` none, OSError if the data folder can't be written.
    """

    @dg.resource(config_schema=RefreshOptions.to_config_schema(), description="The refresh that the steps are part of.")
    @contextmanager
    def refresh(context: dg.InitResourceContext) -> Generator[RefreshRun]:
        options = RefreshOptions(**context.resource_config)

        def say(busy: RefreshBusy) -> None:
            if context.log:
                context.log.info(f"waiting for the refresh that runs, {busy.holder}")

        with start_run(
            settings,
            live=options.live,
            as_of=date.fromisoformat(options.as_of) if options.as_of else None,
            full=options.full,
            engine=engine_named(options.engine),
            allow_quarantine=options.allow_quarantine,
            waiting=say if options.wait else None,
        ) as run:
            yield run

    return refresh
