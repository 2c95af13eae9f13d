"""The charts of an issuer's prices, turnover and what they did around expiries; `$ticker` is the issuer."""

from __future__ import annotations

from orchestration.reading.site.chart import Chart, Column
from orchestration.reading.site.marks import (
    ROWS,
    Spec,
    amount,
    by,
    colour,
    day,
    key,
    level,
    names,
    ratio,
    tips,
)

_BARS = """\
SELECT trading_date, close, currency, volume_shares, turnover, turnover_basis, turnover_to_float_cap_ratio, volume_to_float_ratio,
    float_basis, document_id, turnover_document_id
FROM fct_turnover_daily
WHERE ticker = $ticker
ORDER BY trading_date"""

_EVENTS = """\
SELECT * FROM (
SELECT first_tradable_on AS event_on, 'lock-up ends' AS event, document_id
FROM fct_lockup_expiry WHERE ticker = $ticker AND is_preferred AND released_shares > 0
UNION ALL
SELECT issued_on, 'shares issued', document_id FROM fct_share_issue WHERE ticker = $ticker AND issue_kind <> 'listing'
UNION ALL
SELECT earliest_on, 'index or Stock Connect', document_id FROM fct_catalyst
WHERE ticker = $ticker AND is_preferred AND market_side = 'demand' AND earliest_on IS NOT NULL
)
-- those still to come only where they are near the last bar
WHERE event_on <= (SELECT max(trading_date) + 100 FROM fct_turnover_daily WHERE ticker = $ticker)
ORDER BY event_on, event"""

_WINDOWS = """\
SELECT event_window || ' of ' || first_tradable_on AS around, first_tradable_on, event_window, is_complete, sessions,
    cumulative_abnormal_return_ratio, standard_error_ratio, t_statistic, volume_vs_estimation_x, confounders, missing_reason,
    document_id, expiry_document_id
FROM fct_lockup_event_study
WHERE ticker = $ticker AND is_main_result AND event_window IN ('[-42,-1]', '[-5,+5]', '[0,+20]', '[0,+60]')
ORDER BY first_tradable_on, first_session, last_session"""

_PATHS = """\
SELECT first_tradable_on, relative_session, trading_date, cumulative_abnormal_return_ratio, volume_vs_prior_20d_x, benchmark,
    is_date_certain, document_id, expiry_document_id
FROM fct_lockup_event_window
WHERE ticker = $ticker AND cumulative_abnormal_return_ratio IS NOT NULL
ORDER BY first_tradable_on, relative_session"""

_BARS_WANTED = "Daily bars: `freefloat refresh --live` asks the sources for them, or put a file of prices into inbox/prices."

_EVENT_COLOURS = {"lock-up ends": colour(1), "shares issued": colour(2), "index or Stock Connect": colour(3)}

_TURNOVER_COLOURS = {"reported by a source": colour(1), "estimated from the volume": colour(6)}

_WITH_ERROR = "Abnormal return, with a standard error to each side"


def _with_events(mark: Spec, y: Spec, words: str, form: str, height: int, **legend: None) -> Spec:
    """Daily values with a rule for each event; the first of several pictures has the legend (`legend=None` for the others)."""
    x = day("trading_date")
    rules = {
        "data": {"name": "events"},
        "mark": {"type": "rule", "strokeWidth": 1.5, "strokeDash": [6, 3]},
        "encoding": {
            "x": {"field": "event_on", "type": "temporal", "scale": {"type": "utc"}},
            "color": key("event", _EVENT_COLOURS, **legend),
            "tooltip": tips(("event", "Event"), ("event_on", "On")),
        },
    }
    told = tips(("trading_date", "Session"), (str(y["field"]), words, form), ("turnover_basis", "Turnover"))
    encoding = {"x": x, "y": y, "tooltip": told}
    bars: Spec = {"data": ROWS, "mark": mark, "encoding": encoding}
    if mark["type"] == "bar":
        kind = "indexof(datum.turnover_basis, 'estimated') == 0 ? 'estimated from the volume' : 'reported by a source'"
        bars["transform"] = [{"calculate": kind, "as": "turnover_kind"}]
        encoding["color"] = key("turnover_kind", _TURNOVER_COLOURS)
    # the colours of turnover and those of events are two keys
    return {"height": height, "layer": [bars, rules], "resolve": {"scale": {"color": "independent"}}}


PRICES = Chart(
    key="prices",
    title="Price and turnover",
    sql=_BARS,
    more={"events": _EVENTS},
    columns=(
        Column("trading_date", "Session", "day"),
        Column("close", "Close", "money"),
        Column("volume_shares", "Volume", "count"),
        Column("turnover", "Turnover", "money"),
        Column("turnover_basis", "Kind of turnover"),
        Column("turnover_to_float_cap_ratio", "Of the float’s value", "ratio"),
    ),
    wanted=_BARS_WANTED,
    says="Close, turnover, and turnover as a share of the float’s value, by session of the exchange, with what happened. "
    "Grey: no source reports the turnover, and it is estimated from the volume.",
    pictures=(
        _with_events({"type": "line", "strokeWidth": 1.5}, level("close", "Close"), "Close", ",.2f", 180),
        _with_events({"type": "bar", "width": 2}, amount("turnover", "Turnover"), "Turnover", ",.0f", 120, legend=None),
        _with_events(
            {"type": "bar", "width": 2},
            ratio("turnover_to_float_cap_ratio", "Turnover of the float’s value"),
            "Of the float",
            ".1%",
            120,
            legend=None,
        ),
    ),
)

WINDOWS = Chart(
    key="windows",
    title="Around expiries",
    sql=_WINDOWS,
    more={"paths": _PATHS},
    columns=(
        Column("first_tradable_on", "Expiry", "day"),
        Column("event_window", "Sessions"),
        Column("cumulative_abnormal_return_ratio", "Abnormal return", "ratio"),
        Column("standard_error_ratio", "Standard error", "ratio"),
        Column("t_statistic", "t", "money"),
        Column("is_complete", "Whole window", "yes"),
        Column("volume_vs_estimation_x", "Volume", "x"),
        Column("confounders", "What else happened"),
        Column("missing_reason", "What is missing"),
    ),
    wanted=_BARS_WANTED,
    says="Return beyond the benchmark, cumulated: by session around each expiry, and over windows with one standard error to "
    "each side. Twice that interval across zero is no more than chance.",
    pictures=(
        {
            "height": 220,
            "data": {"name": "paths"},
            "layer": [
                {"mark": {"type": "rule", "color": "var(--line)"}, "encoding": {"x": {"datum": 0, "type": "quantitative"}}},
                {
                    "mark": {"type": "line"},
                    "encoding": {
                        "x": {"field": "relative_session", "type": "quantitative", "title": "Sessions from the expiry"},
                        "y": ratio("cumulative_abnormal_return_ratio", "Abnormal return"),
                        "color": by("first_tradable_on", title="Expiry"),
                        "tooltip": tips(
                            ("first_tradable_on", "Expiry"),
                            ("relative_session", "Session"),
                            ("cumulative_abnormal_return_ratio", "Abnormal return", ".1%"),
                        ),
                    },
                },
            ],
        },
        {
            "height": {"step": 24},
            "data": ROWS,
            "layer": [
                {"mark": {"type": "rule", "color": "var(--soft)"}, "encoding": {"x": {"datum": 0, "type": "quantitative"}}},
                {
                    "mark": {"type": "errorbar", "ticks": True, "color": colour(1)},
                    "encoding": {
                        "y": names("around"),
                        "x": ratio("cumulative_abnormal_return_ratio", _WITH_ERROR),
                        "xError": {"field": "standard_error_ratio"},
                    },
                },
                {
                    "mark": {"type": "point"},
                    "encoding": {"y": names("around"), "x": ratio("cumulative_abnormal_return_ratio", _WITH_ERROR)},
                },
            ],
        },
    ),
)
