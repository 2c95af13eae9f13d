-- The spread of a pair over the 20 sessions before and after each lock-up expiry of one of its two securities, and its change
-- since the last session before.
with expiries as (
    select
        pairs.pair,
        expiries.ticker as expiry_ticker,
        expiries.ticker = pairs.ticker as is_of_first,
        expiries.exchange_mic,
        expiries.first_tradable_on,
        expiries.session_number,
        expiries.is_date_certain,
        cast(expiries.released_shares as double) / nullif(expiries.float_before_shares, 0) as released_of_float_x,
        expiries.document_id as expiry_document_id,
        expiries.known_on
    from {{ ref('stg_pairs') }} as pairs
    inner join {{ ref('int_event_expiry') }} as expiries on expiries.ticker in (pairs.ticker, pairs.other_ticker)
),

placed as (
    select
        expiries.pair,
        expiries.expiry_ticker,
        expiries.is_of_first,
        expiries.first_tradable_on,
        expiries.is_date_certain,
        expiries.released_of_float_x,
        cast(days.session_number - expiries.session_number as integer) as relative_session,
        spreads.trading_date,
        spreads.ticker,
        spreads.other_ticker,
        spreads.price_ratio,
        spreads.spread_log_ratio,
        spreads.z_score,
        spreads.document_id,
        spreads.other_document_id,
        expiries.expiry_document_id,
        greatest(spreads.known_on, expiries.known_on) as known_on
    from expiries
    inner join {{ ref('mart_pair_daily') }} as spreads on expiries.pair = spreads.pair
    inner join {{ ref('int_trading_day') }} as days
        on
            expiries.exchange_mic = days.exchange_mic
            and spreads.trading_date = days.trading_date
            and days.session_number between expiries.session_number - 20 and expiries.session_number + 20
),

before as (
    select
        pair,
        expiry_ticker,
        first_tradable_on,
        spread_log_ratio,
        row_number() over (
            partition by pair, expiry_ticker, first_tradable_on order by relative_session desc
        ) as sessions_back
    from placed
    where relative_session < 0
)

select
    placed.pair,
    placed.expiry_ticker,
    placed.first_tradable_on,
    placed.relative_session,
    placed.trading_date,
    placed.ticker,
    placed.other_ticker,
    placed.is_date_certain,
    placed.released_of_float_x,
    placed.price_ratio,
    placed.spread_log_ratio,
    placed.spread_log_ratio - before.spread_log_ratio as spread_change_log_ratio,
    exp(placed.spread_log_ratio - before.spread_log_ratio) - 1 as gained_on_other_ratio,
    case
        when placed.is_of_first then placed.spread_log_ratio - before.spread_log_ratio
        else before.spread_log_ratio - placed.spread_log_ratio
    end as expiry_side_change_log_ratio,
    placed.z_score,
    placed.document_id,
    placed.other_document_id,
    placed.expiry_document_id,
    placed.known_on
from placed
left join before
    on
        placed.pair = before.pair
        and placed.expiry_ticker = before.expiry_ticker
        and placed.first_tradable_on = before.first_tradable_on
        and before.sessions_back = 1
