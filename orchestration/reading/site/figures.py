"""The note's eleven figures, each drawn anew from the marts beside what the note prints."""

from __future__ import annotations

from orchestration.reading.site.chart import Chart, Column
from orchestration.reading.site.figure_prices import COMPARABLES, FIGURE_10, FIGURE_11
from orchestration.reading.site.marks import (
    ROWS,
    as_of_rule,
    by,
    colour,
    day,
    key,
    level,
    names,
    tens,
    tips,
)
from orchestration.releases.catalog import literal

_DIRECTIONS = {
    "positive": colour(3),
    "outcome-dependent": colour(5),
    "mixed to slightly negative": colour(6),
    "slightly negative": colour(4),
    "negative": colour(2),
}

_CATALYSTS = """\
SELECT subject || ': ' || event AS what, event, subject, ticker, earliest_on, latest_on, status, channel, expected_direction,
    timing_printed, supply_shares, document_id, table_ref
FROM fct_catalyst
WHERE is_preferred AND earliest_on >= '2026-01-01' AND (ticker IS NULL OR ticker IN ('0100.HK', '2513.HK'))
ORDER BY earliest_on, latest_on, subject, event"""

_ROUNDS = """\
SELECT company, round, closed_on AS priced_on, 'private round' AS kind, arr_usd, arr_low_usd, arr_high_usd,
    post_money_usd AS value_usd, post_money_low_usd AS value_low_usd, post_money_high_usd AS value_high_usd,
    arr_multiple_x AS multiple_x, document_id, arr_document_id
FROM fct_funding_round
WHERE is_preferred AND arr_usd IS NOT NULL AND post_money_usd IS NOT NULL
UNION ALL
SELECT DISTINCT company, 'market value', market_cap_on, 'listed', latest_arr_usd, latest_arr_low_usd, latest_arr_high_usd,
    market_cap_usd, market_cap_low_usd, market_cap_high_usd, p_arr_x, document_id, arr_document_id
FROM mart_priced_in_arr
ORDER BY priced_on, company"""

_SCORES = """\
SELECT release_on, model, organization, score, best_score, is_best_so_far, series, document_id
FROM fct_capability_score
WHERE series = $series
ORDER BY release_on, score, model"""

_TOKENS = """\
SELECT series, series_kind, period_earliest_on, period_on, tokens_per_day, tokens_per_day_low, tokens_per_day_high,
    growth_x, doubling_days, document_id
FROM fct_token_consumption
-- of a daily series the last day of each month
QUALIFY series_kind = 'national total'
    OR row_number() OVER (PARTITION BY series, date_trunc('month', period_on) ORDER BY period_on DESC) = 1
ORDER BY series, period_on"""


_COMPANY = by("company")


def _capability(number: int, series: str, title: str) -> Chart:
    """Scores of a series over time with the best so far as steps."""
    x = day("release_on")
    return Chart(
        key=f"figure-{number}",
        title=f"Figure {number}: {title}",
        sql=_SCORES.replace("$series", literal(series)),
        claim="figure.dataset = 'capability_gap'" if number > 3 else "",
        columns=(
            Column("release_on", "Released", "day"),
            Column("model", "Model"),
            Column("organization", "By"),
            Column("score", "Score", "money"),
            Column("best_score", "Best so far", "money"),
        ),
        wanted="Epoch AI's capability index: `freefloat refresh --live` asks for it (FREEFLOAT_EPOCH_URL).",
        says="Scores of models by day of release; the line is the best until then. Neighbouring scores don't tell models apart.",
        pictures=(
            {
                "height": 240,
                "data": ROWS,
                "layer": [
                    {
                        "mark": {"type": "line", "interpolate": "step-after"},
                        "encoding": {"x": x, "y": level("best_score", "Score")},
                    },
                    {
                        "mark": {"type": "point"},
                        "encoding": {
                            "x": x,
                            "y": level("score", "Score"),
                            "opacity": {"condition": {"test": "datum.is_best_so_far", "value": 1}, "value": 0.4},
                            "tooltip": tips(
                                ("model", "Model"), ("organization", "By"), ("release_on", "On"), ("score", "Score", ".1f")
                            ),
                        },
                    },
                ],
            },
        ),
    )


FIGURE_1 = Chart(
    key="figure-1",
    title="Figure 1: events ahead and which way they push",
    sql=_CATALYSTS,
    columns=(
        Column("earliest_on", "At the earliest", "day"),
        Column("latest_on", "At the latest", "day"),
        Column("subject", "Of"),
        Column("event", "Event"),
        Column("expected_direction", "Direction"),
        Column("channel", "Through"),
        Column("status", "Status"),
        Column("timing_printed", "As printed"),
        Column("supply_shares", "Shares", "count"),
        Column("document_id", "Document"),
    ),
    wanted="Rows of catalysts, lock-ups or corporate events.",
    says="Of the note's two companies and of the sector. A point is a day, a bar the days between which the event falls.",
    pictures=(
        {
            "height": {"step": 30},
            "layer": [
                {
                    "data": ROWS,
                    "mark": {"type": "bar", "height": 10, "opacity": 0.55},
                    "encoding": {
                        "y": names("what"),
                        "x": day("earliest_on"),
                        "x2": {"field": "latest_on"},
                        "color": key("expected_direction", _DIRECTIONS),
                    },
                },
                {
                    "data": ROWS,
                    "mark": {"type": "point", "shape": "diamond", "size": 70},
                    "encoding": {
                        "y": names("what"),
                        "x": day("latest_on"),
                        "color": key("expected_direction", _DIRECTIONS),
                        "tooltip": tips(
                            ("what", "Event"),
                            ("earliest_on", "From"),
                            ("latest_on", "To"),
                            ("status", "Status"),
                            ("expected_direction", "Direction"),
                        ),
                    },
                },
                as_of_rule(),
            ],
        },
    ),
)

FIGURE_2 = Chart(
    key="figure-2",
    title="Figure 2: ARR against the valuation it is priced at",
    sql=_ROUNDS,
    claim="figure.metric IN ('benchmark multiple', 'trailing multiple at Series E', 'year-end 2026 API ARR priced in')",
    columns=(
        Column("company", "Company"),
        Column("round", "Round"),
        Column("priced_on", "On", "day"),
        Column("arr_usd", "ARR, USD", "money"),
        Column("arr_low_usd", "At least", "money"),
        Column("arr_high_usd", "At most", "money"),
        Column("value_usd", "Valuation, USD", "money"),
        Column("multiple_x", "Multiple", "x"),
    ),
    wanted="Rows of funding_rounds with ARR.",
    says="Circles are private rounds, squares market values. Both axes grow tenfold a step; the lines through a point are the "
    "intervals that printed figures leave.",
    pictures=(
        {
            "height": 360,
            "data": ROWS,
            "layer": [
                {
                    "mark": {"type": "rule", "strokeWidth": 1.5},
                    "encoding": {
                        "x": tens("arr_low_usd", "ARR, USD"),
                        "x2": {"field": "arr_high_usd"},
                        "y": tens("value_usd", "Valuation, USD"),
                        "color": _COMPANY,
                    },
                },
                {
                    "mark": {"type": "rule", "strokeWidth": 1.5},
                    "encoding": {
                        "x": tens("arr_usd", "ARR, USD"),
                        "y": tens("value_low_usd", "Valuation, USD"),
                        "y2": {"field": "value_high_usd"},
                        "color": _COMPANY,
                    },
                },
                {
                    "mark": {"type": "point", "size": 80, "opacity": 1},
                    "encoding": {
                        "x": tens("arr_usd", "ARR, USD"),
                        "y": tens("value_usd", "Valuation, USD"),
                        "color": _COMPANY,
                        "shape": {
                            "field": "kind",
                            "type": "nominal",
                            "legend": None,
                            "scale": {"domain": ["private round", "listed"], "range": ["circle", "square"]},
                        },
                        "tooltip": tips(
                            ("company", "Company"),
                            ("round", "Round"),
                            ("priced_on", "On"),
                            ("arr_usd", "ARR, USD", ",.3~s"),
                            ("value_usd", "Valuation, USD", ",.3~s"),
                            ("multiple_x", "Multiple", ".1f"),
                        ),
                    },
                },
            ],
        },
    ),
)

_SERIES = by("series")

FIGURE_6 = Chart(
    key="figure-6",
    title="Figure 6: tokens used a day",
    sql=_TOKENS,
    claim="figure.dataset = 'token_consumption' OR figure.metric LIKE 'tokens a day from%'",
    columns=(
        Column("series", "Series"),
        Column("period_on", "Until", "day"),
        Column("tokens_per_day", "Tokens a day", "money"),
        Column("tokens_per_day_low", "At least", "money"),
        Column("tokens_per_day_high", "At most", "money"),
        Column("growth_x", "Growth since the one before", "x"),
        Column("doubling_days", "Days to double", "money"),
    ),
    wanted="Rows of token_consumption, or OpenRouter's rankings: `freefloat refresh --live` with FREEFLOAT_OPENROUTER_KEY.",
    says="The axis grows tenfold a step. Totals of a country are what documents state; OpenRouter's are of one marketplace, and "
    "no part of them.",
    pictures=(
        {
            "height": 280,
            "data": ROWS,
            "layer": [
                {
                    "mark": {"type": "line", "point": {"size": 45}},
                    "encoding": {
                        "x": day("period_on"),
                        "y": tens("tokens_per_day", "Tokens a day"),
                        "color": _SERIES,
                        "tooltip": tips(
                            ("series", "Series"), ("period_on", "Until"), ("tokens_per_day", "Tokens a day", ",.3~s")
                        ),
                    },
                },
                {
                    "mark": {"type": "rule", "strokeWidth": 4, "opacity": 0.4},
                    "encoding": {
                        "x": day("period_on"),
                        "y": tens("tokens_per_day_low", "Tokens a day"),
                        "y2": {"field": "tokens_per_day_high"},
                        "color": _SERIES,
                    },
                },
            ],
        },
    ),
)

SECTIONS = (
    ("Events", (FIGURE_1,)),
    ("What is priced in", (FIGURE_2,)),
    (
        "Capability",
        (
            _capability(3, "US", "capability of US models"),
            _capability(4, "China", "capability of Chinese models"),
            _capability(5, "independent developers of China", "capability of China's independent developers"),
        ),
    ),
    ("Tokens", (FIGURE_6,)),
    ("Comparables", COMPARABLES),
    ("Scarcity", (FIGURE_10, FIGURE_11)),
)
