-- The bars around each expiry, by sessions of the exchange relative to it: the estimation window (-180 to -61) and the event
-- window (-60 to +60). A session without a bar has no row.
select
    expiries.ticker,
    expiries.first_tradable_on,
    cast(bars.session_number - expiries.session_number as integer) as relative_session,
    bars.trading_date,
    bars.currency,
    bars.close,
    bars.return_ratio,
    bars.benchmark,
    bars.benchmark_return_ratio,
    bars.abnormal_return_ratio,
    bars.volume_shares,
    bars.volume_before_splits,
    bars.volume_vs_prior_20d_x,
    bars.document_id,
    bars.known_on
from {{ ref('int_event_expiry') }} as expiries
inner join {{ ref('int_event_bar') }} as bars
    on
        expiries.ticker = bars.ticker
        and bars.session_number >= expiries.session_number - 180
        and bars.session_number <= expiries.session_number + 60
