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
from orchestration.defs import landing_step, last_refresh
from orchestration.defs.landing_assets import CONTRACTS_KEY, landed_key, landing_assets
from orchestration.defs.landing_step import files_as_one
from orchestration.defs.refresh_resource import refresh_resource
from orchestration.settings import Settings

#: A row of a capital file and one of a lock-up table that both are faulty.
BAD_CAPITAL = "ticker,effective_date,event,shares_issued_delta,total_shares_after\n9999.HK,2026-13-03,listing,1,2\n"
BAD_LOCKUPS = (
    "ticker,issuer,expiry,holder_category,holders,shares,pct_of_post_ipo,cumulative_pct\n"
    '9999.HK,Acme,2026-07-07,founders,,"1,00",,\n'
)
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
    capital, lockups = inbox("share_capital_events/bad.csv", BAD_CAPITAL), inbox("lockups/bad.csv", BAD_LOCKUPS)

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


class TestTheFilesOfARunThatNobodySees:
    """All of them are one asset, which tells what the assets of a served run tell."""

    @pytest.fixture
    def check(self, tmp_path: Path) -> Callable[..., tuple[bool, dg.AssetCheckEvaluation]]:
        """Lands lock-ups and what they are checked against; whether what comes after would run, and the one check."""

        def run(allow_quarantine: bool = False) -> tuple[bool, dg.AssetCheckEvaluation]:
            files = [dataset for name, dataset in all_datasets().items() if name in with_parents("lockups")]
            settings = Settings(data_dir=tmp_path)
            resources = {"refresh": refresh_resource(settings).configured({"allow_quarantine": allow_quarantine})}
            with dg.DagsterInstance.ephemeral() as instance:
                result = dg.materialize([files_as_one(files)], instance=instance, resources=resources, raise_on_error=False)
            return result.success, result.get_asset_check_evaluations()[0]

        return run

    def test_all_faults_of_all_files_are_told_before_they_block(
        self, check: Callable[..., tuple[bool, dg.AssetCheckEvaluation]], inbox: Callable[[str, str], Path]
    ) -> None:
        inbox("share_capital_events/bad.csv", BAD_CAPITAL)
        inbox("lockups/bad.csv", BAD_LOCKUPS)
        goes_on, told = check()
        faults = str(told.metadata["faults"].value)
        assert not goes_on and not told.passed
        assert "inbox/share_capital_events/bad.csv row 2" in faults and "inbox/lockups/bad.csv row 2" in faults
        goes_on, told = check(allow_quarantine=True)
        assert goes_on and told.severity == dg.AssetCheckSeverity.WARN

    def test_nothing_lands_after_documents_that_are_faulty(
        self, check: Callable[..., tuple[bool, dg.AssetCheckEvaluation]], inbox: Callable[[str, str], Path], tmp_path: Path
    ) -> None:
        inbox("documents/bad.csv", "document_id,publisher,title,publication_date,category,rank\nacme,,,2026-13-01,broker,1\n")
        inbox("lockups/bad.csv", BAD_LOCKUPS)
        goes_on, told = check()
        faults = str(told.metadata["faults"].value)
        assert not goes_on and "inbox/documents" in faults and "lockups" not in faults
        assert not (tmp_path / "landed" / "lockups").exists()

    def test_what_can_not_be_landed_is_told_by_the_name_of_its_dataset(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(dataset: Dataset, run: landing.LandingRun) -> landing.Landing:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(landing_step, "land_dataset", fail)
        resources = {"refresh": refresh_resource(Settings(data_dir=tmp_path))}
        with dg.DagsterInstance.ephemeral() as instance:
            result = dg.materialize(
                [files_as_one([all_datasets()["documents"]])], instance=instance, resources=resources, raise_on_error=False
            )
            record = last_refresh.read_run(Settings(data_dir=tmp_path), instance, result.run_id)
        assert record["error"] == "landing documents: OSError: [Errno 28] No space left on device"
