"""An issuer's page: float and lock-ups, prices, share capital, what documents say differently."""

from __future__ import annotations

from dataclasses import replace

from orchestration.reading.site.chart import Chart, Column
from orchestration.reading.site.lockup_charts import EXPIRIES, FLOAT, TRANCHES
from orchestration.reading.site.marks import (
    STEP,
    amount,
    as_of_rule,
    day,
    tips,
)
from orchestration.reading.site.price_charts import PRICES, WINDOWS
from orchestration.releases.catalog import literal

#: In the queries: the issuer that a page is of.
_TICKER = "$ticker"

_CAPITAL = """\
SELECT effective_on, event_number, event, event_kind, share_class, issued_shares, issue_price_hkd, total_shares,
    unexplained_shares, document_id, table_ref
FROM fct_share_capital
WHERE ticker = $ticker
ORDER BY effective_on, event_number, share_class"""

_CAPITAL_PATH = """\
SELECT effective_on, event, total_shares FROM fct_share_capital WHERE ticker = $ticker
UNION ALL
SELECT (SELECT as_of FROM dim_release), 'as of', last(total_shares ORDER BY effective_on, event_number)
FROM fct_share_capital WHERE ticker = $ticker
ORDER BY effective_on, total_shares"""

_DIFFERENCES = """\
SELECT holder_category, first_tradable_on, stated_shares, preferred_shares, difference_shares, document.title AS stated_in,
    preferred.title AS preferred_in, difference.document_id, preferred_document_id
FROM fct_lockup_source_difference AS difference
LEFT JOIN dim_document AS document USING (document_id)
LEFT JOIN dim_document AS preferred ON difference.preferred_document_id = preferred.document_id
WHERE ticker = $ticker
ORDER BY first_tradable_on, holder_category, stated_in"""

CAPITAL = Chart(
    key="capital",
    title="Share capital",
    sql=_CAPITAL,
    more={"path": _CAPITAL_PATH},
    columns=(
        Column("effective_on", "From", "day"),
        Column("event", "Event"),
        Column("share_class", "Class"),
        Column("issued_shares", "Shares", "count"),
        Column("issue_price_hkd", "Price, HKD", "money"),
        Column("total_shares", "All shares after", "count"),
        Column("unexplained_shares", "Unexplained", "count"),
        Column("table_ref", "Place"),
    ),
    wanted="Rows of share_capital_events of this issuer.",
    says="All issued shares after each event; the chain closes when nothing is unexplained.",
    pictures=(
        {
            "height": 180,
            "layer": [
                {
                    "data": {"name": "path"},
                    "mark": {"type": "area", "interpolate": STEP, "line": True, "point": {"size": 40}, "opacity": 0.25},
                    "encoding": {
                        "x": day("effective_on"),
                        "y": amount("total_shares", "All issued shares"),
                        "tooltip": tips(("effective_on", "From"), ("event", "Event"), ("total_shares", "All shares", ",d")),
                    },
                },
                as_of_rule(),
            ],
        },
    ),
)

DIFFERENCES = Chart(
    key="differences",
    title="What documents say differently",
    sql=_DIFFERENCES,
    columns=(
        Column("holder_category", "Holders"),
        Column("first_tradable_on", "Tradable from", "day"),
        Column("stated_shares", "Stated", "count"),
        Column("stated_in", "In"),
        Column("preferred_shares", "Preferred", "count"),
        Column("preferred_in", "In"),
        Column("difference_shares", "Difference", "count"),
    ),
    wanted="A second document on the lock-ups of this issuer: with one there is nothing to compare.",
)

_SECTIONS = (
    ("Float and lock-ups", (FLOAT, TRANCHES, EXPIRIES)),
    ("Prices", (PRICES, WINDOWS)),
    ("Capital and documents", (CAPITAL, DIFFERENCES)),
)


def sections(ticker: str) -> list[tuple[str, list[Chart]]]:
    """The sections of an issuer's page."""

    def of(sql: str) -> str:
        return sql.replace(_TICKER, literal(ticker))

    return [
        (heading, [replace(one, sql=of(one.sql), more={name: of(sql) for name, sql in one.more.items()}) for one in charts])
        for heading, charts in _SECTIONS
    ]
