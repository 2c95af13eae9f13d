"""One asset per dataset: source -> `landed/<dataset>`, with its contract as a check.

A dataset comes after those that it reads. A fault in one of them does not keep it from landing, so that a refresh tells all
faults of all files at once; `contracts` comes after all files, and blocks the live sources, the models and the release if a
contract is broken. Only a fault in the documents blocks at once: without its document every row of a fact would be faulty.

The datasets of a live source are one step, which asks it once. Its bars are partitioned by month, so that a month can be
asked for again from the web page; a refresh asks for what is missing and tells which months it touched. A source that
fails, or is behind its exchange's calendar, is a warning: what is landed of it stands.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Any

import dagster as dg

from ingestion.dataset import Dataset, all_datasets
from ingestion.datasets.trading_days import CALENDAR_STARTS_ON
from ingestion.landing.land import Landing, land_dataset
from ingestion.live.freshness import behind
from ingestion.live.land import land_source
from ingestion.live.source import LiveSource, Stale, all_sources
from orchestration.defs.owners import OWNERS
from orchestration.run import RefreshRun

#: How many faults of a dataset a check shows; all of them are in quarantine.
SHOWN_FAULTS = 20
#: How many of them its description has in words.
DESCRIBED = 3
CONTRACTS_KEY = dg.AssetKey(["landed", "contracts"])
_CONTRACT = "Every row meets the contract."


def landed_key(dataset: str) -> dg.AssetKey:
    """The asset of a dataset; dbt's source of the same name has the same key."""
    return dg.AssetKey(["landed", dataset])


def landing_asset(dataset: Dataset) -> dg.AssetsDefinition:
    """The asset that lands a dataset."""
    key = landed_key(dataset.name)
    is_documents = dataset.name == "documents"
    parents = set(dataset.reads) | (set() if dataset.name in before_all_others() else {"documents"})

    @dg.asset(
        key=key,
        deps=[landed_key(parent) for parent in sorted(parents)],
        group_name=dataset.group,
        kinds={"polars", "parquet"},
        owners=OWNERS,
        description=f"{dataset.grain[0].upper()}{dataset.grain[1:]}.",
        check_specs=[dg.AssetCheckSpec("contract", asset=key, blocking=is_documents, description=_CONTRACT)],
    )
    def land(refresh: dg.ResourceParam[RefreshRun]) -> Iterator[dg.MaterializeResult]:
        landing = land_dataset(dataset, refresh.landing_run)
        kept = {"kept": f"unchanged since {landing.kept_since}"} if landing.kept_since else {}
        yield dg.MaterializeResult(
            metadata={"dagster/row_count": landing.rows, "quarantined_rows": landing.quarantined_rows} | kept,
            check_results=[contract_result(landed_key(dataset.name), [landing], refresh.allow_quarantine)],
        )

    return land


def before_all_others() -> list[str]:
    """The documents and what these are read from: every other dataset comes after them."""
    return [*all_datasets()["documents"].reads, "documents"]


def contracts_asset(files: Collection[Dataset]) -> dg.AssetsDefinition:
    """The asset that blocks what comes after the files if a contract is broken, once all faults of all files are told."""
    checks = [dg.AssetCheckKey(landed_key(dataset.name), "contract") for dataset in files]

    @dg.asset(
        key=CONTRACTS_KEY,
        deps=[check.asset_key for check in checks],
        group_name="reference",
        kinds={"parquet"},
        owners=OWNERS,
        description="Every file has landed; nothing comes after a broken contract unless the refresh allows quarantine.",
        check_specs=[
            dg.AssetCheckSpec(
                "no_contract_is_broken",
                asset=CONTRACTS_KEY,
                blocking=True,
                description="The newest contract check of each dataset passed, or is a warning.",
            )
        ],
    )
    def contracts(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        broken = []
        for check in checks:
            record = context.instance.get_latest_asset_check_evaluation_record(check)
            evaluation = record.evaluation if record else None
            if evaluation and not evaluation.passed and evaluation.severity == dg.AssetCheckSeverity.ERROR:
                broken.append(check.asset_key.path[-1])
        result = dg.AssetCheckResult(
            check_name="no_contract_is_broken",
            passed=not broken,
            description=f"broken: {', '.join(broken)}" if broken else None,
        )
        return dg.MaterializeResult(metadata={"broken": broken}, check_results=[result])

    return contracts


def contract_result(asset: dg.AssetKey, landings: Collection[Landing], allow_quarantine: bool) -> dg.AssetCheckResult:
    """Whether every row of the landings met its contract: a warning only if the release may go out without the others."""
    told = {landing.dataset: landing.messages() for landing in landings}
    messages = [message for told_of_one in told.values() for message in told_of_one]
    return dg.AssetCheckResult(
        check_name="contract",
        asset_key=asset,
        passed=all(landing.is_clean for landing in landings),
        # a warning does not block: the user asked to publish without the rows
        severity=dg.AssetCheckSeverity.WARN if allow_quarantine else dg.AssetCheckSeverity.ERROR,
        description=_first_of(messages),
        metadata={
            "faults": [fault for dataset, faults in told.items() for fault in _shown_faults(dataset, faults)],
            "fault_count": len(messages),
            "refused_files": [
                {"dataset": landing.dataset, "file": error.file, "reason": error.reason}
                for landing in landings
                for error in landing.refused
            ],
        },
    )


def _shown_faults(dataset: str, faults: list[str]) -> list[str]:
    """The first faults of a dataset, and how many more there are."""
    hidden = len(faults) - SHOWN_FAULTS
    return [*faults[:SHOWN_FAULTS], *([f"{dataset}: {hidden} more, all in quarantine"] if hidden > 0 else [])]


def _first_of(messages: list[str]) -> str | None:
    """The first messages, and how many more there are; None if there is none."""
    more = [f"and {len(messages) - DESCRIBED} more"] if len(messages) > DESCRIBED else []
    return "; ".join([*messages[:DESCRIBED], *more]) or None


#: From the first day of the calendars to the month that has begun.
MONTHS = dg.MonthlyPartitionsDefinition(start_date=CALENDAR_STARTS_ON, end_offset=1)


def source_asset(source: LiveSource) -> dg.AssetsDefinition:
    """The asset that asks a live source and lands its datasets."""
    datasets = [all_datasets()[name] for name in source.datasets]
    partitions = MONTHS if source.is_daily else None
    bars = [dataset for dataset in datasets if "trading_date" in dataset.key]
    checks = [
        dg.AssetCheckSpec("contract", asset=landed_key(dataset.name), blocking=True, description=_CONTRACT)
        for dataset in datasets
    ]
    checks.append(
        dg.AssetCheckSpec("answered", asset=landed_key(datasets[0].name), description="The source's last answers could be used.")
    )
    checks += [
        dg.AssetCheckSpec(
            "fresh",
            asset=landed_key(dataset.name),
            description="Each security's bars reach the last session that is over; a day without a session is not missed.",
        )
        for dataset in bars
    ]
    specs = [
        dg.AssetSpec(
            landed_key(dataset.name),
            deps=[CONTRACTS_KEY, *map(landed_key, ("documents", *dataset.reads))],
            group_name=dataset.group,
            kinds={"polars", "parquet"},
            owners=OWNERS,
            description=f"{dataset.grain[0].upper()}{dataset.grain[1:]}.",
            partitions_def=partitions,
        )
        for dataset in datasets
    ]

    @dg.multi_asset(
        name=source.document_id,
        specs=specs,
        check_specs=checks,
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run() if partitions else None,
    )
    def land(context: dg.AssetExecutionContext, refresh: dg.ResourceParam[RefreshRun]) -> Iterator[Any]:
        between = _partition_days(context)
        # who asks for a month on the web page wants the source asked
        with refresh.live_sources(asked=between is not None) as live:
            landed = land_source(source, refresh.folders, live, between)
        if between and landed.is_unanswered:
            raise dg.Failure("; ".join(f"{stale.source}: {stale.reason}" for stale in landed.failed))
        for dataset in datasets:
            landing, key = landed.landings[dataset.name], landed_key(dataset.name)
            results = [contract_result(key, [landing], allow_quarantine=True)]
            if dataset is datasets[0]:
                results.append(_answered_result(dataset, landed.failed))
            if dataset in bars:
                results.append(_fresh_result(refresh, dataset))
            if partitions and not between:
                for month, days in sorted(Counter(day.replace(day=1) for day in landed.new_days[dataset.name]).items()):
                    context.log_event(dg.AssetMaterialization(key, partition=str(month), metadata={"days": days}))
            yield dg.MaterializeResult(
                key,
                metadata={"dagster/row_count": landing.rows, "quarantined_rows": landing.quarantined_rows},
                check_results=results,
            )

    return land


def _partition_days(context: dg.AssetExecutionContext) -> tuple[date, date] | None:
    """The first and last day of the months of this run; None if it is not of months."""
    if not context.has_partition_key and not context.has_partition_key_range:
        return None
    window = context.partition_time_window
    return window.start.date(), window.end.date() - timedelta(days=1)


def _answered_result(dataset: Dataset, failed: list[Stale]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name="answered",
        asset_key=landed_key(dataset.name),
        passed=not failed,
        severity=dg.AssetCheckSeverity.WARN,
        description=_first_of([f"{stale.source}: {stale.reason}" for stale in failed]),
        metadata={"stale": [vars(stale) for stale in failed]},
    )


def _fresh_result(refresh: RefreshRun, dataset: Dataset) -> dg.AssetCheckResult:
    late = behind(refresh.folders, dataset, refresh.started_at)
    return dg.AssetCheckResult(
        check_name="fresh",
        asset_key=landed_key(dataset.name),
        passed=not late,
        severity=dg.AssetCheckSeverity.WARN,
        description=_first_of([str(one) for one in late]),
        metadata={"behind": [str(one) for one in late]},
    )


def landing_assets() -> list[dg.AssetsDefinition]:
    """All datasets that ingestion knows: the files, their contracts, then the live sources."""
    files = [dataset for dataset in all_datasets().values() if not dataset.feed]
    return [*map(landing_asset, files), contracts_asset(files), *map(source_asset, all_sources().values())]
