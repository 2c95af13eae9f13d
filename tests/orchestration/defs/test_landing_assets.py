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


@pytest.fixture
def land(tmp_path: Path) -> Callable[..., dg.ExecuteInProcessResult]:
    """Lands all files in one run, as a refresh does before it models."""

    def run(*, instance: dg.DagsterInstance, allow_quarantine: bool = False, only: str = "") -> dg.ExecuteInProcessResult:
        keys = [CONTRACTS_KEY, *map(landed_key, FILES)]
        selection = dg.AssetSelection.assets(landed_key(only) if only else keys[0], *([] if only else keys[1:]))
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
        assert land(instance=instance).success
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

    with dg.DagsterInstance.ephemeral() as instance:
        result = land(instance=instance)
        assert not result.success
        assert told(result) == {"share_capital_events", "lockups", "contracts"}
        assert land(instance=instance, allow_quarantine=True).success
        # a run of the gate by itself remembers what the files' own checks found
        assert not land(instance=instance).success
        capital.unlink()
        assert land(instance=instance, only="share_capital_events").success
        assert told(land(instance=instance, only="contracts")) == {"contracts"}
        lockups.unlink()
        assert land(instance=instance, only="lockups").success
        assert land(instance=instance, only="contracts").success
