"""The charts of an issuer's float, its lock-ups and their expiries; `$ticker` is the issuer."""

from __future__ import annotations

from orchestration.reading.site.chart import Chart, Column
from orchestration.reading.site.marks import (
    ROWS,
    STEP,
    amount,
    as_of_rule,
    by,
    colour,
    day,
    hatch,
    names,
    tips,
)

_FLOAT = """\
SELECT policies.trading_date, policies.policy, policies.float_shares, floats.float_shares AS sure_shares,
    floats.earliest_float_shares, floats.float_ratio, policies.locked_shares, floats.total_shares, floats.is_projected,
    policies.document_id
FROM fct_float_daily AS policies
JOIN mart_float_daily AS floats USING (ticker, trading_date)
WHERE policies.ticker = $ticker AND policies.policy IN ('unlocked', 'unlocked_earliest')
-- the days on which a float changes, and the last one
QUALIFY (policies.float_shares, sure_shares, earliest_float_shares) IS DISTINCT FROM
        lag((policies.float_shares, sure_shares, earliest_float_shares)) OVER (PARTITION BY policy ORDER BY trading_date)
    OR row_number() OVER (PARTITION BY policy ORDER BY trading_date DESC) = 1
ORDER BY policies.trading_date, policies.policy DESC"""

_TRANCHES = """\
SELECT format('{:,} {}: {}', shares, share_class, holder_category) AS tranche, holder_category, share_class, shares,
    coalesce(security.listing_on, tranche.stated_on) AS locked_from_on, first_tradable_earliest_on, first_tradable_latest_on,
    release_rule, restriction, date_basis, is_listed_class, amended_by, tranche.document_id, document.title AS source
FROM fct_lockup_tranche AS tranche
LEFT JOIN dim_security AS security USING (ticker)
LEFT JOIN dim_document AS document ON tranche.document_id = document.document_id
WHERE ticker = $ticker AND is_preferred
ORDER BY first_tradable_earliest_on NULLS LAST, first_tradable_latest_on NULLS LAST, shares DESC, holder_category, share_class"""

_EXPIRIES = """\
SELECT first_tradable_on, first_tradable_earliest_on, is_date_certain, date_basis, released_shares, unlisted_shares,
    float_before_shares, float_after_shares, float_expansion_x, released_of_total_ratio, release_value_hkd, price_basis, price_on,
    is_price_stale, days_to_absorb, turnover_basis, document_id
FROM fct_lockup_expiry
WHERE ticker = $ticker AND is_preferred
ORDER BY first_tradable_on"""

FLOAT = Chart(
    key="float",
    title="Float",
    sql=_FLOAT,
    columns=(
        Column("trading_date", "From", "day"),
        Column("policy", "Policy"),
        Column("float_shares", "Float", "count"),
        Column("sure_shares", "Surely", "count"),
        Column("earliest_float_shares", "At most", "count"),
        Column("float_ratio", "Of all shares", "ratio"),
        Column("total_shares", "All shares", "count"),
        Column("is_projected", "To come", "yes"),
    ),
    wanted="The lock-ups and share capital of this issuer.",
    says="Shares that are tradable, by policy; a step is an expiry, an issue or a conversion. Hatched: between what surely is "
    "tradable and what can be if each uncertain lock-up ends on its first possible day. Right of the as-of day: still to come.",
    pictures=(
        {
            "height": 280,
            "layer": [
                {
                    "data": ROWS,
                    "transform": [{"filter": "datum.policy == 'unlocked'"}],
                    "mark": {"type": "area", "interpolate": STEP, "color": hatch(1), "opacity": 1},
                    "encoding": {
                        "x": day("trading_date"),
                        "y": amount("sure_shares", "Shares"),
                        "y2": {"field": "earliest_float_shares"},
                    },
                },
                {
                    "data": ROWS,
                    "mark": {"type": "line", "interpolate": STEP, "point": {"size": 30}},
                    "encoding": {
                        "x": day("trading_date"),
                        "y": amount("float_shares", "Shares"),
                        "color": by("policy"),
                        "tooltip": tips(("trading_date", "From"), ("policy", "Policy"), ("float_shares", "Float", ",d")),
                    },
                },
                as_of_rule(),
            ],
        },
    ),
)

TRANCHES = Chart(
    key="tranches",
    title="Lock-ups",
    sql=_TRANCHES,
    columns=(
        Column("holder_category", "Holders"),
        Column("share_class", "Class"),
        Column("shares", "Shares", "count"),
        Column("first_tradable_earliest_on", "Tradable at the earliest", "day"),
        Column("first_tradable_latest_on", "At the latest", "day"),
        Column("date_basis", "Why"),
        Column("release_rule", "Rule"),
        Column("restriction", "Restriction"),
        Column("is_listed_class", "Listed class", "yes"),
        Column("source", "Source"),
        Column("amended_by", "Amended by"),
    ),
    wanted="The lock-ups of this issuer.",
    says="From the listing to the first day on which shares can be sold. Hatched: can end on any of these days, and surely has "
    "at the last of them. Grey: a class that is not listed.",
    pictures=(
        {
            "height": {"step": 32},
            "layer": [
                {
                    "data": ROWS,
                    "mark": {"type": "bar", "height": 14},
                    "encoding": {
                        "y": names("tranche"),
                        "x": day("locked_from_on"),
                        "x2": {"field": "first_tradable_earliest_on"},
                        "color": {"condition": {"test": "datum.is_listed_class", "value": colour(1)}, "value": colour(6)},
                        "tooltip": tips(
                            ("tranche", "Tranche"),
                            ("first_tradable_earliest_on", "Tradable at the earliest"),
                            ("first_tradable_latest_on", "At the latest"),
                            ("date_basis", "Why"),
                            ("release_rule", "Rule"),
                        ),
                    },
                },
                {
                    "data": ROWS,
                    "mark": {"type": "bar", "height": 14},
                    "encoding": {
                        "y": names("tranche"),
                        "x": day("first_tradable_earliest_on"),
                        "x2": {"field": "first_tradable_latest_on"},
                        "color": {"condition": {"test": "datum.is_listed_class", "value": hatch(1)}, "value": hatch(6)},
                    },
                },
                as_of_rule(),
            ],
        },
    ),
)

EXPIRIES = Chart(
    key="expiries",
    title="Expiries",
    sql=_EXPIRIES,
    columns=(
        Column("first_tradable_on", "Tradable from", "day"),
        Column("first_tradable_earliest_on", "At the earliest", "day"),
        Column("is_date_certain", "Certain", "yes"),
        Column("released_shares", "Shares", "count"),
        Column("unlisted_shares", "Unlisted", "count"),
        Column("float_before_shares", "Float before", "count"),
        Column("float_after_shares", "Float after", "count"),
        Column("float_expansion_x", "Of the float before", "x"),
        Column("released_of_total_ratio", "Of all shares", "ratio"),
        Column("release_value_hkd", "HKD", "money"),
        Column("price_basis", "Valued at"),
        Column("is_price_stale", "Old price", "yes"),
        Column("days_to_absorb", "Days of turnover", "money"),
    ),
    wanted="The lock-ups of this issuer.",
)
