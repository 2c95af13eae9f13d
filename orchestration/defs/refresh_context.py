"""The first asset of a refresh: what it tells the models about itself, in one row (`dim_release`)."""

from dataclasses import dataclass
from datetime import date

import dagster as dg
import polars as pl

from ingestion.landing.land import write_parquet
from orchestration.defs.owners import OWNERS
from orchestration.run import RefreshRun

CONTEXT_KEY = dg.AssetKey(["build", "refresh"])


@dg.asset(
    key=CONTEXT_KEY,
    group_name="release",
    kinds={"parquet"},
    owners=OWNERS,
    description="What a refresh tells the models about itself: the release id and the day as of which it is built.",
)
def refresh_context(refresh: dg.ResourceParam[RefreshRun]) -> dg.MaterializeResult:
    """Writes `build/refresh.parquet`: release_id, as_of, created_at (UTC)."""
    frame = pl.DataFrame(
        {"release_id": [refresh.release_id], "as_of": [refresh.as_of], "created_at": [refresh.started_at]},
        schema_overrides={"created_at": pl.Datetime("us", "UTC")},
    )
    write_parquet(frame, refresh.context_path)
    return dg.MaterializeResult(
        metadata={
            "release_id": refresh.release_id,
            "as_of": str(refresh.as_of),
            "started_at": refresh.started_at.isoformat(timespec="seconds"),
        }
    )


@dataclass(frozen=True)
class Context:
    """What the models are told: the id of the release that they build, and the day whose knowledge it holds."""

    release_id: str
    as_of: date


def read_context(refresh: RefreshRun) -> Context:
    """What the models are told in this run.

    An earlier run wrote it, where this one does only a part of the work: a retry, or the models alone from the web page.
    Raises OSError if no run has written it.
    """
    release_id, as_of = pl.read_parquet(refresh.context_path, columns=["release_id", "as_of"]).row(0)
    return Context(release_id, as_of)
