"""One asset a dataset: source -> `landed/<dataset>`, with its contract as a check that blocks what comes after it."""

from collections.abc import Iterator

import dagster as dg

from ingestion.dataset import Dataset, all_datasets
from ingestion.landing import Landing, land_dataset
from orchestration.owners import OWNERS
from orchestration.run import Refresh

#: How many faults a check shows; all of them are in quarantine.
SHOWN_FAULTS = 20


def landed_key(dataset: str) -> dg.AssetKey:
    """The asset of a dataset; dbt's source of the same name has the same key."""
    return dg.AssetKey(["landed", dataset])


def landing_asset(dataset: Dataset) -> dg.AssetsDefinition:
    """The asset that lands a dataset."""
    key = landed_key(dataset.name)
    parents = dataset.depends_on + (() if dataset.name == "documents" else ("documents",))

    @dg.asset(
        key=key,
        deps=[landed_key(parent) for parent in parents],
        group_name=dataset.group,
        kinds={"polars", "parquet"},
        owners=OWNERS,
        description=f"{dataset.grain[0].upper()}{dataset.grain[1:]}.",
        check_specs=[dg.AssetCheckSpec("contract", asset=key, blocking=True, description="Every row meets the contract.")],
    )
    def land(refresh: Refresh) -> Iterator[dg.MaterializeResult]:
        landing = land_dataset(dataset, refresh.folders)
        yield dg.MaterializeResult(
            metadata={"dagster/row_count": landing.rows, "quarantined_rows": landing.quarantined_rows},
            check_results=[_contract_result(landing, refresh.allow_quarantine)],
        )

    return land


def _contract_result(landing: Landing, allow_quarantine: bool) -> dg.AssetCheckResult:
    messages = landing.messages()
    return dg.AssetCheckResult(
        check_name="contract",
        passed=landing.is_clean,
        # a warning does not block: the user asked to publish without the rows
        severity=dg.AssetCheckSeverity.WARN if allow_quarantine else dg.AssetCheckSeverity.ERROR,
        description="; ".join(messages[:3]) or None,
        metadata={
            "faults": messages[:SHOWN_FAULTS],
            "fault_count": len(messages),
            "refused_files": [
                {"dataset": landing.dataset, "file": error.file, "reason": error.reason} for error in landing.refused
            ],
        },
    )


def landing_assets() -> list[dg.AssetsDefinition]:
    """All datasets that ingestion knows."""
    return [landing_asset(dataset) for dataset in all_datasets().values()]
