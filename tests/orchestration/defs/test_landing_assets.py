"""The landings of one run: each dataset is parsed once, and all faults of all files are told before one of them blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from ingestion.dataset import Dataset, all_datasets
from ingestion.landing import land as landing
from ingestion.landing.parse_rows import Parsed
from orchestration.defs.landing_assets import CONTRACTS_KEY, landed_key, landing_assets
from orchestration.defs.refresh_resource import refresh_resource
from orchestration.settings import Settings

FILES = {name for name, dataset in all_datasets().items() if not dataset.feed}


def with_parents(*names: str) -> set[str]:
    """Datasets with all that they are checked against, and the documents of their rows."""
    found, left = set[str](), ["documents", *names]
    while left:
        if (name := left.pop()) not in found:
            found.add(name)
            left += all_datasets()[name].reads
    return found


@pytest.fixture
def land(tmp_path: Path) -> Callable[..., dg.ExecuteInProcessResult]:
    """Lands the files of datasets in one run, with the gate after them, as a refresh does before it models."""

    def run(
        *datasets: str, instance: dg.DagsterInstance, gate: bool = True, allow_quarantine: bool = False
    ) -> dg.ExecuteInProcessResult:
        keys = [*map(landed_key, datasets), *([CONTRACTS_KEY] if gate else [])]
        selection = dg.AssetSelection.assets(*keys)
        resources = {"refresh": refresh_resource(Settings(data_dir=tmp_path)).configured({"allow_quarantine": allow_quarantine})}
        return dg.materialize(landing_assets(), instance=instance, resources=resources, selection=selection, raise_on_error=False)

    return run


def test_a_run_parses_each_dataset_once(land: Callable[..., dg.ExecuteInProcessResult], monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: Counter[str] = Counter()
    parse = landing.parse_dataset

    def count(dataset: Dataset, *arguments: Any) -> Parsed:
        parsed[dataset.name] += 1
        return parse(dataset, *arguments)

    monkeypatch.setattr(landing, "parse_dataset", count)
    with dg.DagsterInstance.ephemeral() as instance:
        assert land(*FILES, instance=instance).success
    assert parsed == Counter(FILES)


def test_all_faults_are_told_before_one_blocks(
    land: Callable[..., dg.ExecuteInProcessResult], inbox: Callable[[str, str], Path]
) -> None:
    """A faulty capital file does not hide the faults of the lock-ups that are checked against it."""
    capital = inbox(
        "share_capital_events/bad.csv",
        "ticker,effective_date,event,shares_issued_delta,total_shares_after\n9999.HK,2026-13-03,listing,1,2\n",
    )
    header = "ticker,issuer,expiry,holder_category,holders,shares,pct_of_post_ipo,cumulative_pct\n"
    lockups = inbox("lockups/bad.csv", header + '9999.HK,Acme,2026-07-07,founders,,"1,00",,\n')

    def told(result: dg.ExecuteInProcessResult) -> set[str]:
        failed = [check for check in result.get_asset_check_evaluations() if not check.passed]
        return {check.asset_key.path[-1] for check in failed if check.severity == dg.AssetCheckSeverity.ERROR}

    # these two and what they are checked against: the gate comes after these as after all
    some = with_parents("share_capital_events", "lockups")
    with dg.DagsterInstance.ephemeral() as instance:
        result = land(*some, instance=instance)
        assert not result.success
        assert told(result) == {"share_capital_events", "lockups", "contracts"}
        assert land(*some, instance=instance, allow_quarantine=True).success
        # a run of the gate by itself remembers what the files' own checks found
        assert not land(*some, instance=instance).success
        capital.unlink()
        assert land("share_capital_events", instance=instance, gate=False).success
        assert told(land(instance=instance)) == {"contracts"}
        lockups.unlink()
        assert land("lockups", instance=instance, gate=False).success
        assert land(instance=instance).success
