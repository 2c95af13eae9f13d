"""The note's figures of prices: the comparables' first year (7 to 9), Cambricon against forward revenue and index (10, 11)."""

from __future__ import annotations

from orchestration.reading.site.chart import Chart, Column
from orchestration.reading.site.marks import (
    ROWS,
    Spec,
    colour,
    day,
    key,
    level,
    names,
    ratio,
    tips,
)
from orchestration.releases.catalog import literal

_FIRST_YEAR = """\
SELECT bar.trading_date, bar.close, bar.currency, security.ipo_price, bar.document_id, security.document_id AS listing_document_id
FROM fct_turnover_daily AS bar
JOIN dim_security AS security USING (ticker)
WHERE ticker = $ticker AND bar.trading_date < security.listing_on + INTERVAL 1 YEAR
ORDER BY bar.trading_date"""

_FIRST_EXPIRY = """\
SELECT DISTINCT expiry_on FROM mart_lockup_comparables WHERE ticker = $ticker"""

_CASE = """\
SELECT measure || ': ' || change_of || ' (' || basis || ')' AS what, * FROM (
    SELECT measure, basis, window_start_on, window_end_on, document_id, price_document_id,
        unnest(['price', 'forward estimate', 'multiple']) AS change_of,
        unnest([price_change_ratio, revision_ratio, multiple_change_ratio]) AS change_ratio,
        unnest([price_change_low_ratio, revision_low_ratio, multiple_change_low_ratio]) AS low_ratio,
        unnest([price_change_high_ratio, revision_high_ratio, multiple_change_high_ratio]) AS high_ratio
    FROM fct_scarcity_premium
    WHERE ticker = '688256.SH' AND measure LIKE 'forward %, absolute'
)
ORDER BY measure, change_of, basis"""

_AGAINST_INDEX = """\
SELECT DISTINCT 'since ' || window_start_on || ': ' || change_of || ' (' || basis || ')' AS what, * FROM (
    SELECT basis, window_start_on, window_end_on, document_id, price_document_id,
        unnest(['price', 'benchmark']) AS change_of,
        unnest([price_change_ratio, benchmark_change_ratio]) AS change_ratio,
        unnest([price_change_low_ratio, benchmark_change_low_ratio]) AS low_ratio,
        unnest([price_change_high_ratio, benchmark_change_high_ratio]) AS high_ratio
    FROM fct_scarcity_premium
    WHERE ticker = '688256.SH'
)
WHERE change_ratio IS NOT NULL
ORDER BY window_start_on, change_of DESC, basis"""

_CAMBRICON = """\
SELECT trading_date, close, currency, document_id FROM fct_turnover_daily
WHERE ticker = '688256.SH' AND trading_date BETWEEN '2025-11-01' AND '2026-04-20' ORDER BY trading_date"""

_INDEX = """\
SELECT trading_date, close, benchmark, document_id FROM fct_benchmark_daily
WHERE benchmark = '000300.SS' AND trading_date BETWEEN '2025-11-01' AND '2026-04-20' ORDER BY trading_date"""


def _line(data: str, title: str) -> Spec:
    """A level by session."""
    told = tips(("trading_date", "Session"), ("close", title, ",.2f"))
    encoding = {"x": day("trading_date"), "y": level("close", title), "tooltip": told}
    return {"height": 180, "data": {"name": data}, "mark": {"type": "line", "strokeWidth": 1.5}, "encoding": encoding}


def _comparable(number: int, ticker: str, issuer: str) -> Chart:
    """The price of a comparable in the year after its listing."""
    rule = {
        "data": {"name": "expiry"},
        "mark": {"type": "rule", "color": colour(2), "strokeDash": [6, 3]},
        "encoding": {"x": {"field": "expiry_on", "type": "temporal", "scale": {"type": "utc"}}},
    }
    line = _line("rows", "Close")
    return Chart(
        key=f"figure-{number}",
        title=f"Figure {number}: {issuer} in the year after its listing",
        sql=_FIRST_YEAR.replace("$ticker", literal(ticker)),
        more={"expiry": _FIRST_EXPIRY.replace("$ticker", literal(ticker))},
        claim=f"figure.table_ref = 'table 7' AND figure.subject = {literal(ticker)} AND figure.metric IN ("
        "'Change from IPO to 6M Expiry', '6M Post Expiry Return', 'Float Expansion at 6M')",
        columns=(
            Column("trading_date", "Session", "day"),
            Column("close", "Close", "money"),
            Column("currency", "In"),
            Column("ipo_price", "Offer price", "money"),
        ),
        wanted=f"Daily bars of {ticker} from its listing on: `freefloat refresh --live` asks for them, or put a file of prices "
        "into inbox/prices.",
        says="Close by session as traded; dashed: the six-month expiry.",
        pictures=({"height": 220, "layer": [{key_: line[key_] for key_ in ("data", "mark", "encoding")}, rule]},),
    )


def _case(measure: str) -> Spec:
    """What changed in a window, each with its interval."""
    return {
        "height": {"step": 30},
        "data": ROWS,
        "layer": [
            {"mark": {"type": "rule", "color": "var(--soft)"}, "encoding": {"x": {"datum": 0, "type": "quantitative"}}},
            {
                "mark": {"type": "bar", "height": 12, "opacity": 0.4},
                "encoding": {
                    "y": names("what"),
                    "x": ratio("low_ratio", measure),
                    "x2": {"field": "high_ratio"},
                    "color": key("basis", {"document": colour(1), "market data": colour(2)}),
                },
            },
            {
                "mark": {"type": "tick", "thickness": 3, "height": 16, "opacity": 1},
                "encoding": {
                    "y": names("what"),
                    "x": ratio("change_ratio", measure),
                    "color": key("basis", {"document": colour(1), "market data": colour(2)}),
                    "tooltip": tips(("what", "Change of"), ("change_ratio", "Change", ".1%"), ("basis", "From")),
                },
            },
        ],
    }


_CASE_COLUMNS = (
    Column("what", "Change of"),
    Column("window_start_on", "From", "day"),
    Column("window_end_on", "To", "day"),
    Column("change_ratio", "Change", "ratio"),
    Column("low_ratio", "At least", "ratio"),
    Column("high_ratio", "At most", "ratio"),
)

_CASE_SAYS = (
    "Changes over the window with the interval that what is printed leaves; below, levels by session, where they are landed."
)

FIGURE_10 = Chart(
    key="figure-10",
    title="Figure 10: Cambricon's price against its forward revenue",
    sql=_CASE,
    more={"price": _CAMBRICON},
    claim="figure.dataset = 'scarcity_case' AND figure.subject = 'Cambricon'",
    columns=_CASE_COLUMNS,
    wanted="Daily bars of 688256.SH: `freefloat refresh --live` asks for them.",
    says=f"{_CASE_SAYS} No dataset holds estimates of revenue by day: of these only the change that a document prints is known.",
    pictures=(_case("Change over the window"), _line("price", "Close, CNY")),
)

FIGURE_11 = Chart(
    key="figure-11",
    title="Figure 11: Cambricon's price against the index",
    sql=_AGAINST_INDEX,
    more={"price": _CAMBRICON, "index": _INDEX},
    claim="figure.dataset = 'scarcity_case' AND figure.metric LIKE '%year to date%'",
    columns=_CASE_COLUMNS,
    wanted="Daily bars of 688256.SH and its index: `freefloat refresh --live` asks for them.",
    says=_CASE_SAYS,
    pictures=(_case("Change over the window"), _line("price", "Close of Cambricon, CNY"), _line("index", "CSI 300")),
)

COMPARABLES = (
    _comparable(7, "1024.HK", "Kuaishou"),
    _comparable(8, "0020.HK", "SenseTime"),
    _comparable(9, "9660.HK", "Horizon Robotics"),
)
