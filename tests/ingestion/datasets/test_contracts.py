"""Every dataset's contract: the committed facts meet it, and each of its promises rejects a row that breaks it."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingestion.dataset import Dataset, Folders, all_datasets
from ingestion.glossary import describe
from ingestion.landing.contract import enforce
from ingestion.landing.land import LandingRun, land_dataset
from ingestion.live.http import HttpClient
from ingestion.live.land import land_source
from ingestion.live.source import Live, all_sources
from orchestration.settings import Settings
from tests.conftest import PROJECT
from tests.ingestion.filings.documents import misprinted
from tests.standins.listings import leave_out_other_listings
from tests.standins.market import Market
from tests.standins.server import StandIns

DATASETS = all_datasets()
ORDER = sorted(DATASETS, key=lambda name: name != "documents")  # parents before children


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """All committed facts, the templates as a user's files where the project has none of its own, and the live sources."""
    folders = Folders(committed=PROJECT / "data", data=tmp_path_factory.mktemp("landed"))
    templates = PROJECT / "data" / "templates"
    shutil.copytree(templates / "documents", folders.inbox / "documents")
    (folders.inbox / "filings").mkdir()
    (folders.inbox / "filings" / "larkspur.txt").write_text(misprinted(), encoding="utf-8")
    for name in (
        "listing_events",
        "security_successors",
        "mergers",
        "own_share_trades",
        "prices",
        "distrusted_bars",
        "corporate_actions",
        "share_float",
        "index_assets",
        "index_universe",
        "filing_lockups",
    ):
        (folders.inbox / name).mkdir()
        shutil.copy(templates / f"{name}.csv", folders.inbox / name)
    run = LandingRun(folders, datetime.now(UTC))
    for name in ORDER:
        if not DATASETS[name].feed:
            landing = land_dataset(DATASETS[name], run)
            assert landing.messages() == [], name
    # the template's company is known to no source
    shutil.rmtree(folders.inbox)
    successors = folders.landed / "security_successors"
    kept = shutil.copytree(successors, tmp_path_factory.mktemp("kept") / successors.name)
    run = LandingRun(folders, datetime.now(UTC))
    for name in ("documents", "listing_events", "security_successors", "instruments"):
        land_dataset(DATASETS[name], run)
    leave_out_other_listings(folders)
    with StandIns(Market(starts_on=date(2026, 4, 20))) as stand_ins, HttpClient(requests_per_second=1000) as client:
        settings = Settings(**{name.removeprefix("FREEFLOAT_").lower(): word for name, word in stand_ins.environment.items()})
        live = Live(client, settings.addresses, datetime(2026, 11, 20, 12, tzinfo=UTC), settings.keys)
        for source in all_sources().values():
            result = land_source(source, folders, live)
            assert result.failed == []
            assert all(landing.messages() == [] for landing in result.landings.values())
    shutil.copytree(kept, successors, dirs_exist_ok=True)
    return folders


def rows(folders: Folders, dataset: Dataset) -> pl.DataFrame:
    return read(folders.landed / dataset.name)


@cache
def read(folder: Path) -> pl.DataFrame:
    return pl.read_parquet(sorted(folder.glob("*.parquet")))


def faults(dataset: Dataset, frame: pl.DataFrame) -> list[str]:
    _, found = enforce(dataset, frame, [("file", number) for number in range(frame.height)])
    return [str(fault) for fault in found]


@pytest.mark.parametrize("name", ORDER)
def test_the_contract_accepts_the_committed_rows_and_rejects_a_repeated_key(landed: Folders, name: str) -> None:
    dataset = DATASETS[name]
    frame = rows(landed, dataset)
    assert frame.height > 0
    assert dict(frame.schema) == dataset.polars_schema
    assert faults(dataset, frame) == []
    found = faults(dataset, pl.concat([frame, frame.head(1)]))
    assert len(found) == 1
    assert f"file row {frame.height}" in found[0]
    assert "repeats the key" in found[0]


def _breaks(dataset: Dataset) -> list[tuple[str, str, Any]]:
    """(column, what is broken, value) for every promise of the landed columns."""
    broken: list[tuple[str, str, Any]] = []
    for name, column in dataset.landed.items():
        if not column.nullable:
            broken.append((name, "is empty", None))
        if column.minimum is not None:
            broken.append((name, "must be", column.minimum - 1))
        if column.isin:
            broken.append((name, "must be one of", "no such word"))
        if column.pattern:
            broken.append((name, "must look like", "../../etc/passwd;\n"))
    return broken


@pytest.mark.parametrize("name", ORDER)
def test_the_contract_rejects_each_bad_row_and_keeps_the_others(landed: Folders, name: str) -> None:
    dataset = DATASETS[name]
    # others enough: that all of them pass is asked above
    frame = rows(landed, dataset).head(50)
    breaks = _breaks(dataset)
    bad = [frame.head(1).with_columns(pl.lit(value).cast(frame.schema[column]).alias(column)) for column, _, value in breaks]
    kept, found = enforce(dataset, pl.concat([frame.tail(-1), *bad]), [("file", n) for n in range(frame.height - 1 + len(bad))])
    assert kept.equals(frame.tail(-1))
    for number, (column, words, _) in enumerate(breaks, start=frame.height - 1):
        here = [fault for fault in found if fault.row == number]
        assert any(fault.column == column and words in fault.reason for fault in here), (column, words, here)


def test_a_column_of_another_type_is_no_rows_fault(landed: Folders) -> None:
    dataset = DATASETS["exchanges"]
    with pytest.raises(TypeError, match="exchanges: exchange is Int64, not String"):
        faults(dataset, rows(landed, dataset).with_columns(pl.lit(1, pl.Int64).alias("exchange")))


def test_rules_over_several_columns_reject_the_row(landed: Folders) -> None:
    events = DATASETS["corporate_events"]
    frame = rows(landed, events).head(1).with_columns(pl.lit("past").alias("status"))
    assert any("a past event happened on one day" in fault for fault in faults(events, frame))
    future = frame.with_columns(
        pl.lit(date(2026, 8, 5)).alias("event_earliest_on"), pl.lit(date(2026, 8, 5)).alias("event_latest_on")
    )
    assert any("can't be known before it happened" in fault for fault in faults(events, future))
    no_day = [pl.lit(None, pl.String).alias("event_printed")]
    no_day += [pl.lit(None, pl.Date).alias(f"event_{end}_on") for end in ("earliest", "latest")]
    assert faults(events, frame.with_columns(*no_day, status=pl.lit("withdrawn"))) == []
    assert any("has its day" in fault for fault in faults(events, frame.with_columns(*no_day, status=pl.lit("announced"))))
    unfinished = frame.with_columns(pl.lit("did not happen").alias("status"))
    assert any("known when its days are over" in fault for fault in faults(events, unfinished))
    capital = DATASETS["share_capital_events"]
    frame = rows(landed, capital).head(1).with_columns(pl.col("total_shares_after").add(1).alias("shares_issued_delta"))
    assert any("larger than the total" in fault for fault in faults(capital, frame))
    gap = DATASETS["capability_gap"]
    frame = rows(landed, gap).head(1).with_columns(pl.lit(99).cast(pl.Int64).alias("low_months"))
    assert any("low_months is more than high_months" in fault for fault in faults(gap, frame))


def test_every_landed_column_is_described() -> None:
    for dataset in DATASETS.values():
        for column in dataset.landed:
            assert len(describe(column, dataset.words)) > 5


@pytest.mark.parametrize("path", sorted((PROJECT / "data" / "templates").glob("*.csv")), ids=lambda path: path.stem)
def test_a_template_has_the_columns_of_its_dataset(path: Path) -> None:
    dataset = DATASETS[path.stem]
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    assert set(dataset.required) <= set(header)
    assert dataset.open_ended or set(header) <= set(dataset.required) | set(dataset.optional)
