"""A printed cell lands as a printed cell: its place, its text and what it means; what did not land has no cell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingestion.columns import Text
from ingestion.columns.printed_cells import CELL_SCHEMA, Cell, PrintedTable, printed_cells
from ingestion.dataset import Folders, all_datasets
from ingestion.landing.land import land_dataset
from tests.conftest import PROJECT
from tests.shared_landings import SharedRun

DECLARED = sorted(name for name, dataset in all_datasets().items() if dataset.printed)
LISTING = "ticker,effective_date,event,shares_issued_delta,total_shares_after\n9999.HK,2026-03-02,listing,25000000,100000000\n"
LOCKUPS = "ticker,issuer,expiry,holder_category,holders,shares,pct_of_post_ipo,cumulative_pct\n"


@pytest.fixture
def cells(tmp_path: Path, inbox: Callable[[str, str], Path]) -> Callable[..., list[dict[str, Any]]]:
    """Lands one user's file of a dataset and gives its printed cells, in the order of the table."""
    folders = Folders(PROJECT / "data", tmp_path)

    def land(name: str, text: str) -> list[dict[str, Any]]:
        if not (folders.inbox / "share_capital_events").exists():
            inbox("share_capital_events/acme.csv", LISTING)
        path = inbox(f"{name}/acme.csv", text)
        land_dataset(all_datasets()[name], SharedRun(folders, name))
        frame = pl.read_parquet(folders.landed / "printed_cells" / f"{name}.parquet")
        assert frame.schema == CELL_SCHEMA
        own = frame.filter(pl.col("source_file") == f"inbox/{name}/{path.name}")
        return own.sort("row_number", "column_number").to_dicts()

    return land


def of(cells: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(cell[name] for name in names) for cell in cells]


@pytest.mark.parametrize("name", DECLARED)
def test_a_declaration_names_columns_that_the_dataset_has(name: str) -> None:
    dataset = all_datasets()[name]
    assert dataset.printed
    frame = printed_cells(name, dataset.printed, dataset.columns, pl.DataFrame(schema=dataset.polars_schema))
    assert frame.is_empty() and frame.schema == CELL_SCHEMA


def test_a_declaration_of_a_column_that_is_not_there_is_an_error() -> None:
    table = PrintedTable(subject="ticker", row=("ticker",), cells=(Cell("shares", "shares"),))
    with pytest.raises(KeyError, match="shares"):
        printed_cells("made_up", table, [Text("ticker")], pl.DataFrame({"ticker": ["9999.HK"]}))


def test_rules_counts_shares_and_words(cells: Callable[..., list[dict[str, Any]]]) -> None:
    found = cells("lockups", LOCKUPS + '9999.HK,Acme,2026-09-01,founders,A and B,"30,000,000",30.0%,\n')
    assert of(found, "column_number", "column_label", "metric", "printed", "printed_kind") == [
        (1, "expiry", "founders, 2026-09-01, expiry", "2026-09-01", "date"),
        (2, "holders", "founders, 2026-09-01, holders", "A and B", "words"),
        (3, "shares", "founders, 2026-09-01, shares", "30,000,000", "figure"),
        (4, "% of post-IPO shares", "founders, 2026-09-01, % of post-IPO shares", "30.0%", "figure"),
    ]
    assert of(found, "value", "low", "high", "unit", "bound", "earliest_on", "latest_on") == [
        (None, None, None, None, None, date(2026, 9, 1), date(2026, 9, 1)),
        (None, None, None, None, None, None, None),
        (*[Decimal(30_000_000)] * 3, "shares", "exact", None, None),
        (Decimal("0.3"), Decimal("0.2995"), Decimal("0.3005"), "ratio", "exact", None, None),
    ]
    assert {(cell["subject"], cell["layout"], cell["row_number"], cell["source_row"]) for cell in found} == {
        ("9999.HK", "lockups", 2, 2)
    }


def test_a_rule_with_another_term_can_end_earlier_than_its_day(cells: Callable[..., list[dict[str, Any]]]) -> None:
    event = "the date the shares become eligible for Stock Connect"
    rule = f'"earlier of (i) 2026-12-01, and (ii) the 20th trading day starting from {event}"'
    (expiry, _) = cells("lockups", LOCKUPS + f"9999.HK,Acme,{rule},founders,,30000000,,\n")
    assert (expiry["printed_kind"], expiry["earliest_on"], expiry["latest_on"]) == ("date", None, date(2026, 12, 1))
    (expiry, _) = cells("lockups", LOCKUPS + "9999.HK,Acme,12 months from listing,founders,,30000000,,\n")
    assert (expiry["printed_kind"], expiry["earliest_on"], expiry["latest_on"]) == ("words", None, None)


def test_a_figure_that_was_passed_has_only_a_low_end(cells: Callable[..., list[dict[str, Any]]]) -> None:
    header = "company,as_of,arr,basis\n"
    found = cells("arr_observations", f"{header}Acme,2026-03-01,$50mn,ARR surpassed\nAcme,2026-04-01,$50mn,ARR\n")
    assert of(found, "metric", "low", "high", "bound") == [
        ("2026-03-01, ARR surpassed, ARR", Decimal(50_000_000), None, "at least"),
        ("2026-04-01, ARR, ARR", Decimal(49_500_000), Decimal(50_500_000), "exact"),
    ]


def test_a_list_price_is_in_the_currency_that_its_cell_or_row_states_and_a_tier_has_cells_of_its_own(
    cells: Callable[..., list[dict[str, Any]]],
) -> None:
    rows = "Acme,a-1,$0.30,$1.20,,,\nAcme,a-1,$0.60,$2.40,,,512000\nAcme,a-1,8,28,2,CNY,\nAcme,a-2,¥0.5,2元,RMB 0.1,,0\n"
    found = cells("api_prices", "provider,model,input,output,cache_read,currency,min_input_tokens\n" + rows)
    assert of(found, "metric", "value", "currency") == [
        ("a-1, input", Decimal("0.3"), "USD"),
        ("a-1, output", Decimal("1.2"), "USD"),
        ("a-1, above 512000 input tokens, input", Decimal("0.6"), "USD"),
        ("a-1, above 512000 input tokens, output", Decimal("2.4"), "USD"),
        ("a-1, CNY, input", Decimal(8), "CNY"),
        ("a-1, CNY, output", Decimal(28), "CNY"),
        ("a-1, CNY, cache read", Decimal(2), "CNY"),
        ("a-2, CNY, input", Decimal("0.5"), "CNY"),
        ("a-2, CNY, output", Decimal(2), "CNY"),
        ("a-2, CNY, cache read", Decimal("0.1"), "CNY"),
    ]


def test_a_day_beside_a_figure_is_a_cell_of_its_own(cells: Callable[..., list[dict[str, Any]]]) -> None:
    found = cells("flow_summary", "topic,acme\n12-month unlock,Jan-27: 37.4%\nInclusion,Sep-26\n")
    assert of(found, "metric", "printed_kind", "value", "earliest_on") == [
        ("12-month unlock", "figure in words", Decimal("0.374"), None),
        ("12-month unlock, date", "date", None, date(2027, 1, 1)),
        ("Inclusion", "date", None, date(2026, 9, 1)),
    ]
    assert {cell["column_label"] for cell in found} == {"acme"}


def test_what_is_rejected_has_no_cells(cells: Callable[..., list[dict[str, Any]]]) -> None:
    # a bad cell, and the other row of its table, which lands only with it
    assert cells("lockups", LOCKUPS + "9999.HK,Acme,2026-09-01,founders,,3.5,,\n9999.HK,Acme,2026-09-02,others,,30,,\n") == []
    # a row that only another dataset shows to be wrong
    assert cells("lockups", LOCKUPS + "9998.HK,Acme,2026-09-01,founders,,30,,\n") == []
    assert len(cells("lockups", LOCKUPS + "9999.HK,Acme,2026-09-01,founders,,30,,\n")) == 2
