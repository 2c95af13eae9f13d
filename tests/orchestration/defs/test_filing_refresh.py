"""A refresh with filings in the inbox: their floats, what is refused, and that no share counts twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from tests.conftest import Refreshed, freefloat
from tests.ingestion.filings.capital_documents import (
    monthly_return,
    next_day_disclosure,
    next_day_disclosure_line_by_line,
    partial_exercise,
    second_next_day_disclosure_of_the_day,
)
from tests.ingestion.filings.documents import larkspur, minimax, misprinted

#: What a security's float and supply are made of.
COUNTED = {
    "fct_float_daily": "*",
    "(select * from fct_lockup_expiry where is_preferred)": "*",
    "mart_float_daily": "*",
    "mart_supply_calendar": "*",
    "dim_security": "ticker, issuer, sector, listing_on, ipo_price",
}


def ask(data_dir: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(data_dir / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_filings_of_the_inbox_become_floats_and_double_nothing(
    built: Path, tmp_path: Path, inbox: Callable[[str, str], Path], refresh: Callable[..., Refreshed], offline_release: Path
) -> None:
    inbox("filings/larkspur.txt", misprinted())
    # its listing stands in the committed facts already
    inbox("filings/minimax.txt", minimax())
    # another issuer with the forms that follow a listing: option, monthly return, next-day disclosure return
    for name, text in (
        ("results", larkspur()),
        ("option", partial_exercise()),
        ("month", monthly_return()),
        ("day", next_day_disclosure()),
        ("two", next_day_disclosure_line_by_line()),
        ("one", second_next_day_disclosure_of_the_day()),
    ):
        inbox(f"filings/{name}.txt", text.replace("9998", "9996"))
    inbox("filings/wrong.txt", larkspur().replace("9998", "9997").replace("16,000,000", "15,000,000"))
    blocked = refresh()
    assert blocked.returncode == 1
    assert "inbox/filings/wrong.txt row " in blocked.stderr
    assert "a free float of 15,000,000 shares is printed; it would have to be 16,000,000" in blocked.stderr
    done = refresh(allow_quarantine=True)
    assert done.returncode == 0, done.stderr
    assert "left out: inbox/filings/wrong.txt row " in done.stdout
    assert "a free float of 15,000,000 shares is printed" in freefloat(tmp_path, "status").stdout
    # worked by hand: 20,000,000 offered, 4,000,000 of them locked for six months, 40,000,000 H shares for twelve
    assert ask(
        tmp_path,
        "select step.trading_date::varchar, float_shares from fct_float_daily as step where ticker = '9998.HK' and "
        "policy = 'unlocked' and trading_date in ('2026-03-02', '2026-09-02', '2027-03-02') order by 1",
    ) == [("2026-03-02", 16_000_000), ("2026-09-02", 20_000_000), ("2027-03-02", 60_000_000)]
    # 16,000,000 and 3,000,000 borrowed; 500,000 bought back; 1,000,000 bought for the lender; options; 300,000 bought back;
    # by two returns of one day 150,000 are sold out of treasury and twice 50,000 transferred
    assert ask(
        tmp_path,
        "select min(step.trading_date)::varchar, float_shares, total_shares, treasury_shares from fct_float_daily as step "
        "where ticker = '9996.HK' and policy = 'unlocked' and trading_date < '2026-09-01' group by all order by 1",
    ) == [
        ("2026-03-02", 19_000_000, 100_000_000, 0),
        ("2026-03-20", 18_500_000, 99_500_000, 500_000),
        ("2026-03-31", 17_500_000, 101_500_000, 500_000),
        ("2026-05-07", 17_600_000, 101_600_000, 500_000),
        ("2026-05-08", 17_300_000, 101_300_000, 600_000),
        ("2026-06-10", 17_550_000, 101_550_000, 350_000),
    ]
    # in the order of their balances, whatever their names; what is bought back and sold stands beside them, and moves nothing
    assert ask(
        tmp_path,
        "select event_number, issued_shares, closing_shares from fct_share_capital where ticker = '9996.HK' "
        "and effective_on = '2026-06-10' and share_class = 'H' order by 1",
    ) == [(1, 150_000, 101_900_000), (3, 50_000, 101_900_000), (5, 50_000, 101_900_000)]
    assert ask(
        tmp_path,
        "select traded_on::varchar, trade, trade_number, shares, average_price, for_treasury_shares from fct_own_share_trade "
        "where ticker = '9996.HK' order by all",
    ) == [
        ("2026-05-08", "repurchase", 1, 340_000, 4.6, 300_000),
        ("2026-06-09", "repurchase", 1, 30_000, 5.05, 0),
        ("2026-06-09", "repurchase", 2, 10_000, 0.55, 0),
        ("2026-06-10", "sale of treasury shares", 1, 100_000, 5.15, None),
        ("2026-06-10", "sale of treasury shares", 2, 50_000, 5.15, None),
    ]
    assert ask(tmp_path, "select count(*) from dim_security where ticker = '9997.HK'") == [(0,)]
    for mart, columns in COUNTED.items():
        own = f"select {columns} from {mart} where ticker = '0100.HK' order by all"
        assert ask(tmp_path, own) == ask(offline_release, own), mart
    # the filing's own tranches stand beside those that the float follows
    assert ask(
        tmp_path,
        "select document_id, is_preferred, sum(shares)::bigint from fct_lockup_tranche where ticker = '0100.HK' "
        "and document_id like '%allotment%' group by all order by 1",
    )[0] == ("hk_0100_allotment_results_2026_01_09", False, 296_562_108)
    # what the filing prints is recomputed without a declaration by hand: the percentages of three rows and three totals, four
    # sums of classes (the dash of a total is no figure), the proceeds, the free float, the total; one of them is misprinted
    verdicts = (
        "select printed, derived, verdict from fct_reconciliation where document_id = 'hk_9998_allotment_results_2026_03_02'"
    )
    found = ask(tmp_path, verdicts)
    assert len(found) == 13
    assert [row for row in found if row[2] != "reproduces"] == [("20.05%", "20%", "contradicts")]
    assert ask(
        tmp_path,
        "select formula from fct_reconciliation where document_id = 'hk_9998_allotment_results_2026_03_02' "
        "and metric = 'free float, shares'",
    ) == [("offer shares (summary) 20,000,000 - 3, Elm Partners (table 3, Cornerstone Investors) 4,000,000",)]
    # and of the returns that follow: each percentage of the shares before it, each close of its opening. The second return of
    # 10 June prints a percentage of the shares before the first one, 50,000 of 61,300,000
    returned = ask(
        tmp_path,
        "select document_id, split_part(metric, ',', 1) as what, printed, verdict from fct_reconciliation "
        "where document_id like 'hk_9996%return%' or document_id like 'hk_9996%next_day%' order by all",
    )
    assert len(returned) > 8
    assert {(what, printed) for _, what, printed, verdict in returned if verdict != "reproduces"} == {("event 1", "0.0816%")}
    assert ask(
        tmp_path, "select finding, page from landed.filing_findings where document_id like 'hk_9998%' and kind = 'finding'"
    ) == [("Birch Fund: 20.05% is printed, and 20,000,000 of the issued shares (100,000,000) is 20.0000%", 8)]
