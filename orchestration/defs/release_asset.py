"""The last asset of a refresh: the release, published only after the audit; a failed audit leaves the last release as it was."""

from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import polars as pl

from ingestion.dataset import all_datasets
from ingestion.glossary import describe
from ingestion.live.state import stale_sources
from orchestration.defs.dbt_runner import DbtProject, layer
from orchestration.defs.owners import OWNERS
from orchestration.defs.refresh_context import read_context
from orchestration.reading.status import tripped_words
from orchestration.releases.diff import new_contradictions
from orchestration.releases.keep import client_warnings, prune
from orchestration.releases.object_store import mirror
from orchestration.releases.publish import ReleaseContext, publish
from orchestration.releases.release import NotDurable, ReleaseError
from orchestration.run import RefreshRun

RELEASE_KEY = dg.AssetKey("release")


def release_asset(project: DbtProject, parents: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """The release of what the project's models built, after all of `parents` and their checks.

    Its run raises dagster's Failure if the audit fails, and ReleaseError if the release can't be published.
    """

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
    def release(refresh: dg.ResourceParam[RefreshRun]) -> dg.MaterializeResult:
        settings, told, last = refresh.settings, read_context(refresh), refresh.last_release
        with duckdb.connect(str(project.database), read_only=True) as connection:
            connection.execute("SET threads = 1")
            rows = mart_rows(connection, project.manifest)
            tripwires = connection.table("main.mart_tripwire").pl().sort("document_id", "signal_number").to_dicts()
        # a look at the last release stops nothing: what is wrong with it is told
        warnings = client_warnings(settings.data_dir, last)
        rows_before, contradictions = {}, []
        try:
            rows_before = {name: table["rows"] for name, table in last.manifest["tables"].items()} if last else {}
            contradictions = new_contradictions(last, project.database)
        except ReleaseError as error:
            warnings.append(str(error))
        emptied = [name for name, before in rows_before.items() if before and rows.get(name) == 0]
        quarantined = _quarantined_rows(refresh)
        release_context = ReleaseContext(
            data_dir=settings.data_dir,
            release_id=told.release_id,
            documents=pl.read_parquet(_landed(refresh, "documents")).to_dicts(),
            checks=_checks(quarantined, project.manifest),
            quarantined=quarantined,
            stale_sources=[vars(stale) for stale in stale_sources(refresh.folders)],
            allow_quarantine=refresh.allow_quarantine,
            comments=mart_comments(project.manifest) | landed_comments(),
            contents=project.contents(),
            is_full=refresh.full,
        )
        published = None
        try:
            published = publish(project.database, release_context, last=last)
        except NotDurable as error:
            warnings.append(str(error))
        # the release stands: what goes wrong from here on is told, and fails nothing
        removed = []
        try:
            removed = prune(settings.data_dir, max_bytes=settings.releases_max_bytes, now=published).removed
        except (ReleaseError, OSError) as error:
            warnings.append(f"the oldest releases are not removed: {error}")
        if settings.publish_url:
            reason = mirror(settings.data_dir, settings.publish_url, max_bytes=settings.releases_max_bytes)
            warnings += [reason] if reason else []
        return dg.MaterializeResult(
            metadata={
                "release_id": told.release_id,
                "as_of": str(told.as_of),
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
    marts = sorted(node["alias"] for node in models if layer(node) == "marts")
    counts = " union all ".join(f"select '{name}', count(*) from main.{name}" for name in marts)
    return dict(connection.execute(counts).fetchall())


def mart_comments(manifest: dict[str, Any]) -> dict[tuple[str, str, str | None], str]:
    """(schema, table, column) -> comment of every mart and column: its description. The column is None for the mart itself."""
    comments: dict[tuple[str, str, str | None], str] = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and layer(node) == "marts":
            comments[node["schema"], node["alias"], None] = node["description"]
            for column in node["columns"].values():
                comments[node["schema"], node["alias"], column["name"]] = column["description"]
    return comments


def landed_comments() -> dict[tuple[str, str, str | None], str]:
    """(schema, table, column) -> comment of every landed table and column; the column is None for the table itself."""
    comments: dict[tuple[str, str, str | None], str] = {}
    for name, dataset in all_datasets().items():
        comments["landed", name, None] = f"{dataset.grain[0].upper()}{dataset.grain[1:]}, as landed."
        for column in dataset.landed:
            comments["landed", name, column] = describe(column, dataset.words)
    return comments


def _landed(refresh: RefreshRun, dataset: str) -> Path:
    return refresh.folders.landed / dataset / f"{dataset}.parquet"


def _quarantined_rows(refresh: RefreshRun) -> dict[str, int]:
    """Rows in quarantine, by dataset."""
    counts = {}
    for folder in sorted(refresh.folders.quarantine.glob("*/")):
        if files := sorted(folder.glob("*.parquet")):
            counts[folder.name] = pl.read_parquet(files, columns=["file", "row"]).unique().height
    return counts


def _checks(quarantined: dict[str, int], manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """The checks that this release passed, by name; of a dataset with rejected rows the contract is a warning."""
    contracts = [
        {"name": f"contract of landed {name}", "status": "warn" if name in quarantined else "pass"} for name in all_datasets()
    ]
    tests = [{"name": node["name"], "status": "pass"} for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    return [*contracts, *tests]
