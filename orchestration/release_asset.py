"""The first and the last asset of a refresh: what it tells the models about itself, and the release.

The release is published only after the audit; a failed audit leaves the last release as it was.
"""

from datetime import UTC, datetime
from typing import Any

import dagster as dg
import duckdb
import polars as pl

from ingestion.dataset import all_datasets
from ingestion.glossary import describe
from ingestion.landing import write_parquet
from ingestion.sources import stale_sources
from orchestration import dbt_project, releases
from orchestration.owners import OWNERS
from orchestration.run import Refresh
from orchestration.status import tripped_words

CONTEXT_KEY = dg.AssetKey(["build", "refresh"])
RELEASE_KEY = dg.AssetKey("release")


@dg.asset(
    key=CONTEXT_KEY,
    group_name="release",
    kinds={"parquet"},
    owners=OWNERS,
    description="What a refresh tells the models about itself: the release id and the day as of which it is built.",
)
def refresh_context(refresh: Refresh) -> dg.MaterializeResult:
    release_id = releases.new_release_id()
    frame = pl.DataFrame(
        {"release_id": [release_id], "as_of": [refresh.as_of_date], "created_at": [datetime.now(UTC)]},
        schema_overrides={"created_at": pl.Datetime("us", "UTC")},
    )
    write_parquet(frame, refresh.context_path)
    return dg.MaterializeResult(metadata={"release_id": release_id, "as_of": str(refresh.as_of_date)})


def release_asset(parents: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """The release, after all of `parents` and their checks."""

    @dg.asset(
        key=RELEASE_KEY,
        deps=parents,
        group_name="release",
        kinds={"duckdb", "parquet"},
        owners=OWNERS,
        description="The published release: a read-only DuckDB file, Parquet files and a manifest.",
        check_specs=[
            dg.AssetCheckSpec(
                "no_mart_lost_its_rows",
                asset=RELEASE_KEY,
                description="No mart that had rows in the last release is empty in this one.",
            ),
            dg.AssetCheckSpec(
                "no_new_contradiction",
                asset=RELEASE_KEY,
                description="No printed figure contradicts what it follows from that did not in the last release.",
            ),
            dg.AssetCheckSpec(
                "no_tripwire_is_tripped",
                asset=RELEASE_KEY,
                description="No signal of mart_tripwire is beyond its threshold. A signal without data does not warn.",
            ),
        ],
    )
    def release(refresh: Refresh) -> dg.MaterializeResult:
        settings = refresh.settings
        build_database = dbt_project.build_database(settings)
        manifest = dbt_project.read_manifest(settings)
        with duckdb.connect(str(build_database), read_only=True) as connection:
            rows = mart_rows(connection, manifest)
            tripwires = connection.table("main.mart_tripwire").pl().sort("document_id", "signal_number").to_dicts()
        emptied = [name for name, before in _last_rows(refresh).items() if before and rows.get(name) == 0]
        contradictions = releases.new_contradictions(settings.data_dir, build_database)
        release_context = releases.ReleaseContext(
            data_dir=settings.data_dir,
            release_id=pl.read_parquet(refresh.context_path)["release_id"].item(),
            documents=pl.read_parquet(_landed(refresh, "documents")).to_dicts(),
            checks=_checks(refresh, manifest),
            quarantined=_quarantined(refresh),
            stale_sources=[vars(stale) for stale in stale_sources(refresh.folders)],
            allow_quarantine=refresh.allow_quarantine,
            comments=landed_comments(),
        )
        warnings = []
        try:
            releases.publish(build_database, release_context)
        except releases.NotDurable as error:
            warnings.append(str(error))
        # the release stands: what goes wrong from here on is told, and fails nothing
        removed = []
        try:
            removed = releases.prune(settings.data_dir, max_bytes=int(settings.releases_max_gb * 1e9)).removed
        except (releases.ReleaseError, OSError) as error:
            warnings.append(f"the oldest releases are not removed: {error}")
        return dg.MaterializeResult(
            metadata={
                "release_id": release_context.release_id,
                "as_of": str(refresh.as_of_date),
                "removed_releases": [release.release_id for release in removed],
                "warnings": warnings,
                "dagster/row_count": sum(rows.values()),
                "rows": rows,
            },
            check_results=[
                dg.AssetCheckResult(
                    check_name="no_mart_lost_its_rows",
                    passed=not emptied,
                    severity=dg.AssetCheckSeverity.WARN,
                    metadata={"emptied_marts": emptied},
                ),
                dg.AssetCheckResult(
                    check_name="no_new_contradiction",
                    passed=not contradictions,
                    severity=dg.AssetCheckSeverity.WARN,
                    metadata={"new_contradictions": [f"{change.figure_id} ({change.basis})" for change in contradictions]},
                ),
                tripwire_result(tripwires),
            ],
        )

    return release


def tripwire_result(tripwires: list[dict[str, Any]]) -> dg.AssetCheckResult:
    """Whether no signal (rows of `mart_tripwire`) is tripped: a warning with what tripped each, never a failed release."""
    tripped = [tripped_words(tripwire) for tripwire in tripwires if tripwire["state"] == "tripped"]
    without_data = [tripwire["signal"] for tripwire in tripwires if tripwire["state"] == "no data"]
    return dg.AssetCheckResult(
        check_name="no_tripwire_is_tripped",
        passed=not tripped,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"tripped": tripped, "without_data": without_data},
    )


def mart_rows(connection: duckdb.DuckDBPyConnection, manifest: dict[str, Any]) -> dict[str, int]:
    """How many rows each mart of the build database has, by its name."""
    models = (node for node in manifest["nodes"].values() if node["resource_type"] == "model")
    marts = sorted(node["alias"] for node in models if dbt_project.layer(node) == "marts")
    counts = " union all ".join(f"select '{name}', count(*) from main.{name}" for name in marts)
    return dict(connection.execute(counts).fetchall())


def landed_comments() -> dict[tuple[str, str, str | None], str]:
    """(schema, table, column) -> comment of every landed table and column; the column is None for the table itself."""
    comments: dict[tuple[str, str, str | None], str] = {}
    for name, dataset in all_datasets().items():
        comments["landed", name, None] = f"{dataset.grain[0].upper()}{dataset.grain[1:]}, as landed."
        for column in dataset.landed:
            comments["landed", name, column] = describe(column, dataset.words)
    return comments


def _landed(refresh: Refresh, dataset: str) -> Any:
    return refresh.folders.landed / dataset / f"{dataset}.parquet"


def _last_rows(refresh: Refresh) -> dict[str, int]:
    last = releases.current(refresh.settings.data_dir)
    return {name: table["rows"] for name, table in last.manifest["tables"].items()} if last else {}


def _quarantined(refresh: Refresh) -> dict[str, int]:
    """Rows in quarantine, by dataset."""
    counts = {}
    for folder in sorted(refresh.folders.quarantine.glob("*/")):
        if files := sorted(folder.glob("*.parquet")):
            counts[folder.name] = pl.read_parquet(files, columns=["file", "row"]).unique().height
    return counts


def _checks(refresh: Refresh, manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """The checks that this release passed, by name."""
    quarantined = _quarantined(refresh)
    contracts = [
        {"name": f"contract of landed {name}", "status": "warn" if name in quarantined else "pass"} for name in all_datasets()
    ]
    tests = [{"name": node["name"], "status": "pass"} for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    return [*contracts, *tests]
