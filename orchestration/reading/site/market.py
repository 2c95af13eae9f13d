"""The charts of the market page: the supply of all issuers by month, and the next expiries."""

from __future__ import annotations

from orchestration.reading.site.chart import Chart, Column
from orchestration.reading.site.marks import ROWS, amount, as_of_rule, colour, hatch, key, tips

_SUPPLY = """\
SELECT * FROM (
    SELECT calendar.month_on, calendar.ticker, calendar.issuer, issuer.sector, issuer.market_cap_hkd,
        unnest(['lock-ups end', 'shares issued', 'can end earlier']) AS supply,
        unnest([released_shares, financing_shares, possible_earlier_shares]) AS shares,
        unnest([released_hkd, financing_hkd, possible_earlier_hkd]) AS hkd,
        unnest([price_bases, price_bases, NULL]) AS price_bases,
        CASE WHEN stale_price_events > 0 THEN 'at an old price' ELSE 'at a price of these days' END AS price_age,
        calendar.document_id
    FROM mart_supply_calendar AS calendar
    LEFT JOIN mart_issuer AS issuer USING (ticker)
)
WHERE shares > 0
ORDER BY month_on, hkd DESC, ticker, supply"""

_NEXT = """\
SELECT expiry.first_tradable_on, expiry.first_tradable_earliest_on, expiry.is_date_certain, expiry.date_basis, expiry.ticker,
    issuer.issuer, issuer.sector, issuer.market_cap_hkd, expiry.released_shares, expiry.float_expansion_x,
    expiry.released_of_total_ratio, expiry.release_value_hkd, expiry.price_basis, expiry.price_on, expiry.is_price_stale,
    expiry.days_to_absorb, expiry.turnover_basis, expiry.document_id
FROM fct_lockup_expiry AS expiry
LEFT JOIN mart_issuer AS issuer USING (ticker)
WHERE expiry.is_preferred AND expiry.released_shares > 0 AND expiry.first_tradable_on > (SELECT as_of FROM dim_release)
ORDER BY expiry.first_tradable_on, expiry.release_value_hkd DESC, expiry.ticker
LIMIT 200"""

_ISSUERS = """\
SELECT ticker, issuer, sector, listing_on, market_cap_hkd, float_ratio, price_hkd, price_basis, price_on, is_price_stale,
    document_id, price_document_id
FROM mart_issuer
ORDER BY market_cap_hkd DESC NULLS LAST, ticker"""

_WANTED = (
    "Lock-ups of a listed issuer: the announcement of its allotment results in inbox/filings, or rows of filing_lockups and "
    "share_capital_events in the inbox."
)

SUPPLY = Chart(
    key="supply",
    title="Supply by month",
    sql=_SUPPLY,
    columns=(
        Column("month_on", "Month", "month"),
        Column("ticker", "Ticker", "ticker"),
        Column("issuer", "Issuer"),
        Column("supply", "Supply"),
        Column("hkd", "HKD", "money"),
        Column("shares", "Shares", "count"),
        Column("price_bases", "Valued at"),
    ),
    wanted=_WANTED,
    says="HKD of shares that become tradable in a month, an issuer a segment. Hatched: can come in that month, surely in a later "
    "one; the same shares stand in each month that they can come in, so hatched segments are never added. Paler: estimated, at a "
    "price older than the limit; without daily bars that is the offer price.",
    pictures=(
        {
            "height": 320,
            "params": [{"name": "sector", "value": ""}, {"name": "least", "value": 0}],
            "layer": [
                {
                    "data": ROWS,
                    "transform": [
                        {"filter": "(sector == '' || datum.sector == sector) && (least == 0 || datum.market_cap_hkd >= least)"}
                    ],
                    "mark": {"type": "bar", "stroke": "var(--paper)", "strokeWidth": 0.5},
                    "encoding": {
                        "x": {
                            "field": "month_on",
                            "type": "temporal",
                            "timeUnit": "utcyearmonth",
                            "title": None,
                            "axis": {"format": "%b %Y", "tickCount": 8},
                        },
                        "y": amount("hkd", "HKD", stack="zero"),
                        "color": key(
                            "supply", {"lock-ups end": colour(1), "shares issued": colour(2), "can end earlier": hatch(1)}
                        ),
                        "opacity": {
                            "field": "price_age",
                            "type": "ordinal",
                            "title": None,
                            "scale": {"domain": ["at a price of these days", "at an old price"], "range": [1, 0.65]},
                            "legend": {"symbolType": "square", "symbolFillColor": colour(1), "symbolStrokeWidth": 0},
                        },
                        "order": {"field": "supply", "sort": "descending"},
                        "tooltip": tips(
                            ("issuer", "Issuer"),
                            ("ticker", "Ticker"),
                            ("supply", "Supply"),
                            ("hkd", "HKD", ",.0f"),
                            ("shares", "Shares", ",d"),
                            ("price_age", "Valued"),
                        ),
                    },
                },
                as_of_rule(),
            ],
        },
    ),
    is_filtered=True,
)
NEXT = Chart(
    key="next",
    title="The next twenty expiries",
    sql=_NEXT,
    columns=(
        Column("first_tradable_on", "Tradable from", "day"),
        Column("first_tradable_earliest_on", "At the earliest", "day"),
        Column("is_date_certain", "Certain", "yes"),
        Column("date_basis", "Why"),
        Column("ticker", "Ticker", "ticker"),
        Column("issuer", "Issuer"),
        Column("released_shares", "Shares", "count"),
        Column("float_expansion_x", "Of the float before", "x"),
        Column("released_of_total_ratio", "Of all shares", "ratio"),
        Column("release_value_hkd", "HKD", "money"),
        Column("price_basis", "Valued at"),
        Column("is_price_stale", "Old price", "yes"),
        Column("days_to_absorb", "Days of turnover", "money"),
    ),
    wanted=_WANTED,
    says="Lock-ups of listed shares that end after the as-of day, by the best-ranked document; the filter looks among the next "
    "200. Days of turnover are empty where no turnover is known.",
    first=20,
    is_filtered=True,
)
ISSUERS = Chart(
    key="issuers",
    title="All issuers",
    sql=_ISSUERS,
    columns=(
        Column("ticker", "Ticker", "ticker"),
        Column("issuer", "Issuer"),
        Column("sector", "Sector"),
        Column("listing_on", "Listed", "day"),
        Column("market_cap_hkd", "Market value, HKD", "money"),
        Column("float_ratio", "Float of all shares", "ratio"),
        Column("price_hkd", "Price, HKD", "money"),
        Column("price_basis", "Kind of price"),
        Column("price_on", "Price of", "day"),
        Column("is_price_stale", "Old price", "yes"),
    ),
    wanted=_WANTED,
    is_filtered=True,
)
#: What the filter by size offers: least market values in HKD.
SIZES = ((1e9, "HKD 1 bn and more"), (1e10, "HKD 10 bn and more"), (5e10, "HKD 50 bn and more"), (1e11, "HKD 100 bn and more"))
SECTIONS = (("Supply calendar", (SUPPLY, NEXT)), ("Issuers", (ISSUERS,)))
