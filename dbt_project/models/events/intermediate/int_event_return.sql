-- The bars around each expiry, by sessions of the exchange relative to it: the estimation window (-180 to -61) and the event
-- window (-60 to +60). A session without a bar has no row. Clean is a session after the 30th of trading (whose pop and
-- stabilisation are not normal) with a return and the benchmark's, and not within 5 sessions of another expiry of the ticker.
with first_bars as (
    select
        ticker,
        min(session_number) as session_number
    from {{ ref('int_event_bar') }}
    group by ticker
),

disturbed as (
    select distinct
        bars.ticker,
        bars.session_number
    from {{ ref('int_event_expiry') }} as expiries
    inner join {{ ref('int_event_bar') }} as bars
        on
            expiries.ticker = bars.ticker
            and bars.session_number >= expiries.session_number - {{ sessions_around_another_expiry() }}
            and bars.session_number <= expiries.session_number + {{ sessions_around_another_expiry() }}
),

placed as (
    select
        expiries.ticker,
        expiries.first_tradable_on,
        cast(bars.session_number - expiries.session_number as integer) as relative_session,
        -- the listing's session is 1; where its day is not known, that of the first bar
        cast(bars.session_number - coalesce(expiries.listing_session_number, first_bars.session_number) + 1 as integer)
            as trading_session_number,
        bars.trading_date,
        bars.currency,
        bars.close,
        bars.return_ratio,
        bars.benchmark,
        bars.benchmark_return_ratio,
        bars.benchmark_volume_shares,
        bars.abnormal_return_ratio,
        bars.volume_shares,
        bars.volume_before_splits,
        bars.volume_vs_prior_20d_x,
        bars.is_halted,
        disturbed.ticker is not null as is_near_an_expiry,
        bars.document_id,
        bars.known_on
    from {{ ref('int_event_expiry') }} as expiries
    inner join {{ ref('int_event_bar') }} as bars
        on
            expiries.ticker = bars.ticker
            and bars.session_number >= expiries.session_number - 180
            and bars.session_number <= expiries.session_number + 60
    inner join first_bars on expiries.ticker = first_bars.ticker
    left join disturbed on bars.ticker = disturbed.ticker and bars.session_number = disturbed.session_number
)

select
    *,
    relative_session between -180 and -61
    and trading_session_number > {{ sessions_after_listing_left_out() }}
    and abnormal_return_ratio is not null
    and not is_near_an_expiry as is_estimation
from placed
