"""What of the facts the current release doesn't count, or can't tell, in words: each with what to write."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import duckdb

from orchestration.reading.connection import QueryError, connect

#: What live sources are asked for whole, so that a row that is no longer among it no longer counts: the landed table, whose rows
#: are told together, and the key of a row. `yahoo_corporate_actions` are told one by one.
LISTED_WHOLE = (
    ("eastmoney_lift_stages", "ticker", "ticker, free_on, shares_type"),
    ("eastmoney_lift_holders", "ticker", "ticker, free_on, holder, shares_type"),
    ("epoch_funding_rounds", "company", "company, round_id, statement_number"),
    ("epoch_revenue_reports", "company", "company, report_id, statement_number"),
    ("epoch_usage_reports", "company", "company, report_id, statement_number"),
    ("epoch_capability_index", "organization", "model_version, statement_number"),
    ("openrouter_prices", "'models'", "model_id, override_number"),
)
#: A query of the marts that gives a line of words a row.
_QUERIES = (
    # splits that only adjust prices
    """
    SELECT format('{}: the split of {:.10g} for {:.10g} on {} of {} adjusts prices only, as no document confirms so odd a ratio; '
        'if it is one, state it in inbox/corporate_actions/ with a document of a better rank',
        ticker, split_new::DOUBLE, split_old::DOUBLE, ex_on::VARCHAR, document_id)
    FROM main.fct_corporate_action WHERE action = 'split' AND NOT is_share_split ORDER BY ticker, ex_on
    """,
    # bars that are held back
    """
    SELECT format('{}: {} bars of {} are held back, the newest of {} (close {:.10g}: {}){}; '
        'fct_held_back_bar names them; one that is true counts if inbox/prices/ states it with a document of a rank below 40',
        ticker, count(*), document_id, max(trading_date)::VARCHAR, arg_max(close, trading_date), reason,
        CASE WHEN count(counted_document_id) < count(*)
            THEN format(', and on {} of their days no other bar counts', count(*) - count(counted_document_id)) ELSE '' END)
    FROM main.fct_held_back_bar GROUP BY ticker, document_id, reason ORDER BY ticker, document_id, reason
    """,
    # jumps that count, and that nothing explains
    """
    SELECT format('{}: the close of {}, {:.10g}, is {:.3g} times the one before ({}), and no split that is known explains it: '
        'if it was one, state it in inbox/corporate_actions/; if the bar is wrong, in inbox/distrusted_bars/',
        ticker, trading_date::VARCHAR, close, 1 + return_ratio, document_id)
    FROM main.fct_turnover_daily WHERE 1 + return_ratio >= 5 OR 1 + return_ratio <= 0.2 ORDER BY ticker, trading_date
    """,
    # a factor of a split that prices go by and back, and one that prices before its day already went by
    """
    WITH factors AS (
        SELECT ticker, ex_on, document_id, split_factor_x AS factor_x FROM main.fct_corporate_action
        WHERE action = 'split' AND abs(split_factor_x - 1) > 0.2
    ), bars AS (
        SELECT ticker, trading_date, document_id, close, 1 + return_ratio AS moved_x,
            lead(1 + return_ratio) OVER (PARTITION BY ticker ORDER BY trading_date) AS moved_after_x
        FROM main.fct_turnover_daily
    )
    SELECT format('{}: the close of {}, {:.10g} ({}), goes by {:.4g}, the factor of the split of {}, and back on the session '
        'after; if it is wrong, distrust it in inbox/distrusted_bars/',
        bars.ticker, trading_date::VARCHAR, close, bars.document_id, moved_x, ex_on::VARCHAR)
    FROM bars INNER JOIN factors ON bars.ticker = factors.ticker AND trading_date <> ex_on
    WHERE abs(ln(moved_x * moved_after_x)) <= 0.1
        AND (abs(ln(moved_x / factor_x)) <= 0.03 OR abs(ln(moved_x * factor_x)) <= 0.03)
    UNION ALL
    SELECT format('{}: across the split of {}, {:.4g} times the shares by {}, prices move as if those before it had been '
        'multiplied once too often or not at all; if its bars before that day are wrong, distrust them in inbox/distrusted_bars/',
        bars.ticker, ex_on::VARCHAR, factor_x, factors.document_id)
    FROM bars INNER JOIN factors ON bars.ticker = factors.ticker AND trading_date = ex_on
    WHERE abs(ln(moved_x / factor_x)) <= 0.05 OR abs(ln(moved_x * factor_x)) <= 0.05
    ORDER BY 1
    """,
    # actions that a feed has taken back
    """
    SELECT format('{}: {} no longer lists the {} of {}, since {}: it does not count; '
        'if it is one, state it in inbox/corporate_actions/',
        ticker, document_id, action, ex_on::VARCHAR, not_listed_since::VARCHAR)
    FROM (
        SELECT * FROM landed.yahoo_corporate_actions
        QUALIFY row_number() OVER (PARTITION BY ticker, ex_on, action ORDER BY known_on DESC, retrieved_at DESC) = 1
    ) WHERE not_listed_since IS NOT NULL ORDER BY ticker, ex_on, action
    """,
    # lock-ups and other rows that a feed has taken back
    *(
        f"""
        SELECT format('{{}}: {{}} of its rows {{}} no longer listed by {{}}, the newest since {{}}: they do not count ({table})',
            {subject}, count(*), CASE WHEN count(*) = 1 THEN 'is' ELSE 'are' END, document_id, max(not_listed_since)::VARCHAR)
        FROM (
            SELECT * FROM landed.{table}
            QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY known_on DESC, retrieved_at DESC) = 1
        ) WHERE not_listed_since IS NOT NULL GROUP BY {subject}, document_id ORDER BY 1
        """
        for table, subject, key in LISTED_WHOLE
    ),
    # offers that are called listings of what was listed long before
    """
    SELECT format('{}: what {} calls its listing of {} is none, as it was listed by {} ({}): if that is a mistake, correct that '
        'day; if not, say what the offer is in event_kind of share_capital_events', offers.ticker, offers.document_id,
        offers.effective_on::VARCHAR, securities.listing_latest_on::VARCHAR, securities.document_id)
    FROM landed.share_capital_events AS offers
    INNER JOIN main.fct_share_capital_statement AS statements USING (ticker, effective_on, document_id, event)
    INNER JOIN main.dim_security AS securities ON offers.ticker = securities.ticker
    WHERE offers.event_kind = 'listing' AND statements.event_kind = 'other'
    ORDER BY offers.ticker, offers.effective_on
    """,
    # lock-ups whose rule gives no end: they are in no expiry
    """
    SELECT format('{}: {:,} locked shares have no day on which they are free ({}: {}): '
        'they are in no expiry until a row of corporate_events says more',
        ticker, sum(shares)::BIGINT, any_value(date_basis), release_rule)
    FROM main.fct_lockup_tranche WHERE is_preferred AND is_listed_class AND first_tradable_latest_on IS NULL
    GROUP BY ticker, release_rule ORDER BY ticker, release_rule
    """,
    # conditions on closes that nothing can tell, or not to the day: a price or bars are missing
    """
    SELECT format('{}: {} is not told: {}', ticker, condition, CASE
        WHEN level_price IS NULL THEN 'no offer price; state gross_proceeds of its listing in inbox/share_capital_events/'
        ELSE format('bars are missing, {} in all; add them to inbox/prices/', missing_bars) END)
    FROM main.fct_price_condition
    WHERE status IN ('unknown', 'announced') AND (level_price IS NULL OR missing_bars > 0) ORDER BY ticker, condition
    """,
    # suspensions of trading that no document ends, and listings that have ended: what goes on as what, and what is not told
    """
    SELECT format('{}: trading is suspended since {}{}: no row of corporate_events says that it is resumed ({})',
        events.ticker, events.event_latest_on::VARCHAR,
        CASE WHEN locked.shares > 0 THEN format('; {:,} shares whose lock-up ends wait for that', locked.shares) ELSE '' END,
        events.document_id)
    FROM main.fct_corporate_event AS events
    LEFT JOIN (
        SELECT ticker, sum(shares)::BIGINT AS shares FROM main.fct_lockup_tranche
        WHERE is_preferred AND is_listed_class AND date_basis = 'trading suspended, no backstop' GROUP BY ticker
    ) AS locked ON events.ticker = locked.ticker
    LEFT JOIN main.fct_corporate_event AS resumed
        ON events.ticker = resumed.ticker AND resumed.event = 'trading_resumed' AND resumed.status IN ('past', 'announced')
        AND resumed.event_latest_on >= events.event_latest_on
        AND coalesce(resumed.overruled_because, '') <> 'taken back'
    LEFT JOIN main.dim_security AS securities ON events.ticker = securities.ticker
    CROSS JOIN main.dim_release AS release
    WHERE events.event = 'trading_suspended' AND events.is_preferred AND events.status IN ('past', 'announced')
        AND events.event_earliest_on = events.event_latest_on AND resumed.ticker IS NULL
        AND coalesce(securities.delisted_on > release.as_of, true)
    ORDER BY events.ticker
    """,
    """
    SELECT format('{}: not listed {} {} ({}, {}){}', ended.ticker,
        CASE WHEN ended.delisted_on > release.as_of THEN 'any more from' ELSE 'since' END, ended.delisted_on::VARCHAR,
        replace(ended.delisted_by, '_', ' '), ended.delisting_document_id,
        CASE
            WHEN successors.successor IS NOT NULL THEN format('; goes on as {} from {}{}', successors.successor,
                successors.effective_on::VARCHAR, CASE WHEN successors.unlisted_days > 0
                    THEN format(', {} days later: neither has a float in between', successors.unlisted_days) ELSE '' END)
            WHEN ended.acquirer IS NOT NULL THEN format('; its shares are exchanged for those of {}', ended.acquirer)
            WHEN ended.delisted_by <> 'listing_withdrawn'
                THEN '; its float ends with it: name what it goes on as in inbox/security_successors/'
            ELSE '; its float ends with it; if its shares go on as others, name those in inbox/security_successors/ or '
                'inbox/mergers/' END)
    FROM main.dim_security AS ended CROSS JOIN main.dim_release AS release
    LEFT JOIN main.fct_security_successor AS successors ON ended.ticker = successors.ticker AND successors.is_preferred
    WHERE ended.delisted_on IS NOT NULL ORDER BY ended.ticker
    """,
    # balances of a class that a document of a better rank corrects
    """
    SELECT DISTINCT format('{}: {} states {:,} {} on {}; {} is of a better rank and states {:,}, which counts',
        balances.ticker, balances.document_id, balances.shares, balances.share_class, balances.as_of::VARCHAR,
        better.document_id, better.shares)
    FROM landed.share_class_balances AS balances
    INNER JOIN main.dim_document AS documents ON balances.document_id = documents.document_id
    INNER JOIN landed.share_class_balances AS better USING (ticker, share_class, as_of)
    INNER JOIN main.dim_document AS better_documents ON better.document_id = better_documents.document_id
    WHERE better_documents.rank < documents.rank AND better.shares <> balances.shares ORDER BY 1
    """,
    # statements that take an event back and can't
    """
    SELECT format('{}: {} says that {} is {}; {} is of a better rank and counts: name a document of no worse rank, if it is so',
        ticker, document_id, event, status, overruled_by_document_id)
    FROM main.fct_corporate_event WHERE overruled_because = 'a document of a better rank' ORDER BY ticker, event, document_id
    """,
)


def doubts(data_dir: Path) -> list[str]:
    """The lines of words; what a release from before such a thing was judged doesn't have gives none."""
    lines: list[str] = []
    try:
        with connect(data_dir, is_small=True) as connection:
            lines += doubts_of(connection)
    except (duckdb.Error, QueryError) as error:
        lines.append(f"what the release doesn't count can't be told: {error}")
    return lines


def doubts_of(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The lines of words that the marts of a connection give."""
    lines: list[str] = []
    for query in _QUERIES:
        with suppress(duckdb.CatalogException, duckdb.BinderException):
            lines += [words for (words,) in connection.execute(query).fetchall()]
    return lines
