"""What a run of which nobody sees the records has to land: all files as one asset, then the live sources.

Each asset costs Dagster as much time as a small landing, so there is none for what stays as it landed.
"""

from collections.abc import Collection

import dagster as dg

from ingestion.dataset import Dataset, all_datasets
from ingestion.landing.land import Landing, land_dataset
from ingestion.live.land import land_source
from ingestion.live.source import LiveSource, all_sources
from orchestration.defs.landing_assets import CONTRACTS_KEY, before_all_others, contract_result, source_asset
from orchestration.run import RefreshRun


def landings_of(run: RefreshRun) -> list[dg.AssetsDefinition]:
    """The assets of what a run has to land, the files' after which the live sources' come."""
    staying = staying_datasets(run)
    files = [dataset for dataset in all_datasets().values() if not dataset.feed and dataset.name not in staying]
    sources = [source for source in all_sources().values() if not {*source.datasets} <= staying]
    return [*([files_as_one(files)] if files else []), *map(source_asset, sources)]


def files_as_one(files: Collection[Dataset]) -> dg.AssetsDefinition:
    """All these files as one asset in the place of `contracts`, with one check for the contracts of all of them.

    Its run raises dagster's Failure, which names the dataset, if one can't be landed.
    """

    @dg.asset(key=CONTRACTS_KEY, check_specs=[dg.AssetCheckSpec("contract", asset=CONTRACTS_KEY, blocking=True)])
    def contracts(refresh: dg.ResourceParam[RefreshRun]) -> dg.MaterializeResult:
        landings: list[Landing] = []
        for dataset in _documents_first(files):
            try:
                landings.append(land_dataset(dataset, refresh.landing_run))
            except Exception as error:
                raise dg.Failure(f"landing {dataset.name}: {type(error).__name__}: {error}") from error
            if dataset.name == "documents" and not landings[-1].is_clean and not refresh.allow_quarantine:
                break
        return dg.MaterializeResult(check_results=[contract_result(CONTRACTS_KEY, landings, refresh.allow_quarantine)])

    return contracts


def _documents_first(files: Collection[Dataset]) -> list[Dataset]:
    """Datasets, each after those that it reads and after the documents."""
    first = {*before_all_others()}
    return sorted(files, key=lambda dataset: dataset.name not in first)


def staying_datasets(run: RefreshRun) -> set[str]:
    """The datasets that a run finds landed as they would land: files that are unchanged, and live sources that it doesn't ask."""
    if run.full:
        return set()
    stay = {name for name, dataset in all_datasets().items() if not dataset.feed and _is_kept(run, dataset)}
    return stay.union(*(source.datasets for source in all_sources().values() if not run.live and _stands(run, source)))


def _is_kept(run: RefreshRun, dataset: Dataset) -> bool:
    """Whether a file stays as it landed. Where that can't be told its landing can't either, and says why."""
    try:
        return run.landing_run.kept(dataset) is not None
    except Exception:
        return False


def _stands(run: RefreshRun, source: LiveSource) -> bool:
    """Whether what has landed of a source stands, with every column that its datasets have now; else its landing says why."""
    try:
        land_source(source, run.folders, None)
    except Exception:
        return False
    return True
