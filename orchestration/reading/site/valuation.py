"""The charts of the valuation page: scarcity, ARR priced in, effective token prices, tripwires."""

from __future__ import annotations

from orchestration.reading.site.chart import Chart, Column
from orchestration.reading.site.marks import ROWS, Spec, amount, by, colour, key, names, ratio, tips

_PREMIUM = """\
SELECT ticker || ': ' || measure || ' (' || basis || ')' AS what, ticker, measure, basis, window_start_on, window_end_on,
    premium_ratio, premium_low_ratio, premium_high_ratio, multiple_change_ratio, listed_peers_before, listed_peers_after,
    document_id, price_document_id
FROM fct_scarcity_premium
WHERE premium_ratio IS NOT NULL
ORDER BY ticker, measure, basis"""
_OUTLOOK = """\
SELECT company || ': ' || scenario || ', ' || scaling AS what, company, scenario, scaling, measure, basis, further_peers,
    applied_change_ratio, market_cap_usd, market_cap_on, market_cap_basis, market_cap_after_usd, market_cap_after_low_usd,
    market_cap_after_high_usd, document_id, market_cap_document_id, scenario_document_id
FROM mart_scarcity_outlook
WHERE basis = 'document'
ORDER BY company, further_peers, scaling, measure"""
_PRICED_IN = """\
SELECT company || ': ' || benchmark AS what, company, benchmark, benchmark_closed_on, benchmark_multiple_x, implied_arr_usd,
    implied_arr_low_usd, implied_arr_high_usd, stated_priced_in_arr_usd, latest_arr_usd, latest_arr_as_of, required_growth_x,
    market_cap_usd, market_cap_on, market_cap_basis, document_id, benchmark_document_id, arr_document_id, stated_document_id
FROM mart_priced_in_arr
ORDER BY company, benchmark_closed_on, benchmark"""
_TOKEN_PRICES = """\
SELECT seller || ': ' || model AS what, company, seller, model, traffic_mix, cached_input_share, output_share, currency,
    input_per_mtok, output_per_mtok, cache_read_per_mtok, effective_price_per_mtok, effective_price_low_per_mtok,
    effective_price_high_per_mtok, effective_price_leaves_out, document_id, traffic_mix_document_id
FROM mart_effective_token_price
WHERE company IN (SELECT issuer FROM mart_issuer) AND is_own_seller AND tier = 'base' AND currency = 'USD'
QUALIFY row_number() OVER (PARTITION BY document_id, seller, model, traffic_mix ORDER BY comparison_number) = 1
ORDER BY company, seller, model, traffic_mix"""
_TRIPWIRES = """\
SELECT signal_number, signal, state, measure, value, comparison, threshold, unit, evidence, what_would_trip_it, evaluated_on,
    data_on, evidence_document_id, document_id
FROM mart_tripwire
ORDER BY document_id, signal_number"""
_MIXES = {"chat": colour(1), "long-context": colour(2), "coding agent": colour(3)}
_BASES = {"document": colour(1), "market data": colour(2)}
_STATES = {"clear": colour(3), "tripped": colour(2), "no data": colour(6)}


def _intervals(low: Spec, high: str, point: Spec, colours: Spec, told: list[Spec], **more: Spec) -> list[Spec]:
    """An interval as a bar with the figure in it as a tick, by what it is of."""
    return [
        {
            "mark": {"type": "rule", "strokeWidth": 5, "opacity": 0.4},
            "encoding": {"y": names("what"), "x": low, "x2": {"field": high}, "color": colours} | more,
        },
        {
            "mark": {"type": "point", "size": 45},
            "encoding": {"y": names("what"), "x": point, "color": colours, "tooltip": told} | more,
        },
    ]


SCARCITY = Chart(
    key="scarcity",
    title="How much of the multiple was scarcity",
    sql=_PREMIUM,
    columns=(
        Column("what", "Case"),
        Column("window_start_on", "From", "day"),
        Column("window_end_on", "To", "day"),
        Column("premium_ratio", "Premium", "ratio"),
        Column("premium_low_ratio", "At least", "ratio"),
        Column("premium_high_ratio", "At most", "ratio"),
        Column("multiple_change_ratio", "Change of the multiple", "ratio"),
        Column("listed_peers_before", "Peers before", "count"),
        Column("listed_peers_after", "After", "count"),
    ),
    wanted="Rows of scarcity_case.",
    says="The premium that went as peers listed, by measure; the bar is the interval that printed figures leave.",
    pictures=(
        {
            "height": {"step": 32},
            "data": ROWS,
            "layer": _intervals(
                ratio("premium_low_ratio", "Premium", scale={"zero": True}),
                "premium_high_ratio",
                ratio("premium_ratio", "Premium"),
                key("basis", _BASES),
                tips(("what", "Case"), ("premium_ratio", "Premium", ".1%")),
            ),
        },
    ),
)
_MEASURES = by("measure", legend={"columns": 2, "orient": "top"})
OUTLOOK = Chart(
    key="outlook",
    title="What further listings would take",
    sql=_OUTLOOK,
    columns=(
        Column("company", "Company"),
        Column("scenario", "If"),
        Column("scaling", "Scaled by"),
        Column("measure", "Measure"),
        Column("applied_change_ratio", "Change", "ratio"),
        Column("market_cap_usd", "Market value, USD", "money"),
        Column("market_cap_on", "Of", "day"),
        Column("market_cap_after_usd", "After, USD", "money"),
        Column("market_cap_after_low_usd", "At least", "money"),
        Column("market_cap_after_high_usd", "At most", "money"),
    ),
    wanted="Rows of scarcity_case and scarcity_scenarios.",
    says="Market value after the listings of a scenario, if the case of the past repeats itself. A scenario, not a forecast.",
    pictures=(
        {
            "height": {"step": 12},
            "data": ROWS,
            "layer": _intervals(
                amount("market_cap_after_low_usd", "Market value after, USD", scale={"zero": True}),
                "market_cap_after_high_usd",
                amount("market_cap_after_usd", "Market value after, USD"),
                _MEASURES,
                tips(("what", "Scenario"), ("measure", "Measure"), ("market_cap_after_usd", "After, USD", ",.3~s")),
                yOffset={"field": "measure"},
            ),
        },
    ),
)
PRICED_IN = Chart(
    key="priced-in",
    title="ARR priced in, by benchmark",
    sql=_PRICED_IN,
    claim="figure.metric = 'year-end 2026 API ARR priced in'",
    columns=(
        Column("company", "Company"),
        Column("benchmark", "At the multiple of"),
        Column("benchmark_multiple_x", "Multiple", "x"),
        Column("implied_arr_usd", "ARR priced in, USD", "money"),
        Column("implied_arr_low_usd", "At least", "money"),
        Column("implied_arr_high_usd", "At most", "money"),
        Column("latest_arr_usd", "Latest ARR, USD", "money"),
        Column("latest_arr_as_of", "Of", "day"),
        Column("required_growth_x", "Growth it takes", "x"),
        Column("market_cap_basis", "Market value from"),
    ),
    wanted="Rows of funding_rounds, arr_observations and priced_in.",
    says="Bar: interval of the ARR that the market value implies. Open square: what a document says is priced in. "
    "Tick: latest ARR.",
    pictures=(
        {
            "height": {"step": 30},
            "data": ROWS,
            "layer": [
                *_intervals(
                    amount("implied_arr_low_usd", "ARR, USD", scale={"zero": True}),
                    "implied_arr_high_usd",
                    amount("implied_arr_usd", "ARR, USD"),
                    {"value": colour(1)},
                    tips(
                        ("what", "At"),
                        ("implied_arr_usd", "Priced in, USD", ",.3~s"),
                        ("benchmark_multiple_x", "Multiple", ".1f"),
                    ),
                ),
                {
                    "mark": {
                        "type": "point",
                        "shape": "square",
                        "filled": False,
                        "color": colour(2),
                        "size": 70,
                        "strokeWidth": 2,
                    },
                    "encoding": {"y": names("what"), "x": amount("stated_priced_in_arr_usd", "ARR, USD")},
                },
                {
                    "mark": {"type": "tick", "color": colour(3), "thickness": 3, "height": 14},
                    "encoding": {"y": names("what"), "x": amount("latest_arr_usd", "ARR, USD")},
                },
            ],
        },
    ),
)
TOKEN_PRICES = Chart(
    key="token-prices",
    title="What a token costs on average, by traffic mix",
    sql=_TOKEN_PRICES,
    claim="figure.metric = 'effective price change' OR figure.metric = 'effective token price year to date'",
    columns=(
        Column("what", "Model"),
        Column("traffic_mix", "Mix"),
        Column("cached_input_share", "Cached input", "ratio"),
        Column("output_share", "Output", "ratio"),
        Column("input_per_mtok", "Input, USD per mn", "money"),
        Column("output_per_mtok", "Output", "money"),
        Column("cache_read_per_mtok", "Cached", "money"),
        Column("effective_price_per_mtok", "Effective", "money"),
        Column("effective_price_leaves_out", "Leaves out"),
    ),
    wanted="Rows of api_prices of the listed model companies.",
    says="Effective price in USD per million tokens of what the listed model companies sell themselves in dollars.",
    pictures=(
        {
            "height": {"step": 12},
            "data": ROWS,
            "layer": _intervals(
                amount("effective_price_low_per_mtok", "USD per million tokens", scale={"zero": True}),
                "effective_price_high_per_mtok",
                amount("effective_price_per_mtok", "USD per million tokens"),
                key("traffic_mix", _MIXES),
                tips(("what", "Model"), ("traffic_mix", "Mix"), ("effective_price_per_mtok", "USD per million tokens", ".4~f")),
                yOffset={"field": "traffic_mix"},
            ),
        },
    ),
)
TRIPWIRES = Chart(
    key="tripwires",
    title="Tripwires",
    sql=_TRIPWIRES,
    columns=(
        Column("signal", "Signal"),
        Column("state", "State"),
        Column("measure", "Measure"),
        Column("value", "Value", "money"),
        Column("comparison", "Trips if"),
        Column("threshold", "Threshold", "money"),
        Column("unit", "Unit"),
        Column("evidence", "Evidence"),
        Column("data_on", "Data of", "day"),
    ),
    wanted="Rows of tripwires.",
    says="State of each signal as of the releases that are kept; the newest is that of the table.",
    pictures=(
        {
            "height": {"step": 30},
            "data": {"name": "history"},
            "mark": {"type": "point", "shape": "square", "size": 130},
            "encoding": {
                "x": {"field": "evaluated_on", "type": "ordinal", "title": "As of", "axis": {"labelAngle": 0}},
                "y": names("signal"),
                "color": key("state", _STATES),
                "shape": {
                    "field": "state",
                    "type": "nominal",
                    "title": None,
                    "scale": {"domain": list(_STATES), "range": ["circle", "triangle-up", "square"]},
                },
                "tooltip": tips(("signal", "Signal"), ("state", "State"), ("evaluated_on", "As of")),
            },
        },
    ),
)
SECTIONS = (
    ("Scarcity", (SCARCITY, OUTLOOK)),
    ("What is priced in", (PRICED_IN,)),
    ("Tokens", (TOKEN_PRICES,)),
    ("Tripwires", (TRIPWIRES,)),
)
