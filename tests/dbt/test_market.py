"""The market in the box: issuers whose announcements of allotment results are committed as sums by heading and last day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

#: The free float that an announcement prints, as a number of shares: ticker, first day of dealings, shares.
PRINTED_SHARES = {
    "1236.HK": (date(2026, 5, 11), 22_825_200),
    "2272.HK": (date(2026, 6, 26), 10_112_280),
    "2797.HK": (date(2026, 7, 9), 25_000_000),
    "6658.HK": (date(2026, 6, 15), 8_077_000),
    "6915.HK": (date(2026, 6, 30), 31_770_500),
}
#: The market value of the free float that an announcement prints, in millions of HKD, and half a unit of its last digit.
PRINTED_VALUES = {
    "2493.HK": (887.51, 0.005),
    "2553.HK": (584, 0.5),
    "3228.HK": (2_666.33, 0.005),
    "9611.HK": (1_179.8, 0.05),
}


@pytest.fixture(scope="module")
def float_at_listing(offline_release: Path) -> dict[str, tuple[date, int, float]]:
    """The sure float on the first day of dealings, and the offer price, by ticker."""
    with duckdb.connect(str(offline_release / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select floats.ticker, floats.trading_date, floats.float_shares, securities.ipo_price "
            "from mart_float_daily as floats inner join dim_security as securities on floats.ticker = securities.ticker "
            "and floats.trading_date = securities.listing_on"
        ).fetchall()
    return {ticker: (day, shares, price) for ticker, day, shares, price in rows}


@pytest.mark.parametrize("ticker", sorted(PRINTED_SHARES))
def test_the_float_at_listing_is_the_free_float_that_the_announcement_prints(
    ticker: str, float_at_listing: dict[str, tuple[date, int, float]]
) -> None:
    assert float_at_listing[ticker][:2] == PRINTED_SHARES[ticker]


@pytest.mark.parametrize("ticker", sorted(PRINTED_VALUES))
def test_the_float_at_the_offer_price_is_the_value_that_the_announcement_prints(
    ticker: str, float_at_listing: dict[str, tuple[date, int, float]]
) -> None:
    millions, half_a_unit = PRINTED_VALUES[ticker]
    _, shares, price = float_at_listing[ticker]
    assert shares * price / 1e6 == pytest.approx(millions, abs=half_a_unit)


def test_each_issuer_of_an_announcement_has_a_float_a_price_and_a_sector(offline_release: Path) -> None:
    with duckdb.connect(str(offline_release / "warehouse.duckdb"), read_only=True) as connection:
        lacking = connection.execute(
            "select distinct lockups.ticker from landed.filing_lockups as lockups "
            "left join dim_security as securities on lockups.ticker = securities.ticker "
            "left join mart_float_daily as floats "
            "on securities.ticker = floats.ticker and securities.listing_on = floats.trading_date "
            "where floats.float_shares is null or securities.ipo_price is null or securities.sector is null"
        ).fetchall()
        issuers = connection.execute("select count(distinct ticker) from landed.filing_lockups").fetchone()
    assert (lacking, issuers) == ([], (26,))


@pytest.mark.parametrize(
    ("ticker", "listed_on", "shares"), [("0100.HK", "2026-01-09", 4_379_640), ("2513.HK", "2026-01-08", 5_612_900)]
)
def test_on_its_first_day_nobody_knew_how_what_was_over_allocated_is_delivered(
    ticker: str, listed_on: str, shares: int, offline_release: Path
) -> None:
    """Both announcements of allotment results print the number and leave the way open, so the float of January is an interval."""
    with duckdb.connect(str(offline_release / "warehouse.duckdb"), read_only=True) as connection:
        known = connection.execute(
            "select over_allocated_shares, settlement from landed.over_allocations "
            "where ticker = $ticker and known_on < $listed_on",
            {"ticker": ticker, "listed_on": listed_on},
        ).fetchall()
    assert known == [(shares, "not stated")]
