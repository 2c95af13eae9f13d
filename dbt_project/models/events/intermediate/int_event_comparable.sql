-- The inputs of the printed comparison table, worked out from daily bars over the same periods, in the shares of the expiry day.
-- Before: from the listing to the session before the expiry (or the newest bar, if the expiry is to come).
-- After: from the expiry to the session before the day six months after it.
-- A row of all bars that are known (`document_on` is null), and one for each day that a printed comparison table is of, from what
-- bars had given by then: a document's figures are no claim about later bars.
with horizons as (
    select
        ticker,
        cast(null as date) as document_on,
        {{ as_of() }} as until_on
    from {{ ref('int_comparable_input') }}

    union

    select
        comparables.ticker,
        {{ described_on('comparables', 'documents') }} as document_on,
        {{ described_on('comparables', 'documents') }} as until_on
    from {{ ref('stg_lockup_comparables') }} as comparables
    inner join {{ ref('stg_documents') }} as documents on comparables.document_id = documents.document_id
),

expiries as (
    select
        inputs.*,
        horizons.document_on,
        horizons.until_on,
        least(expiry_days.trading_date, horizons.until_on) as share_basis_on,
        until_days.previous_trading_date as until_session_on,
        exchanges.exchange_mic,
        listing_days.trading_date as before_first_on,
        expiry_days.trading_date as expiry_session_on,
        expiry_days.previous_trading_date as before_last_on,
        after_days.trading_date as after_session_on,
        after_days.previous_trading_date as after_last_on,
        {{ add_months('inputs.expiry_on', 6) }} <= horizons.until_on as is_after_over
    from {{ ref('int_comparable_input') }} as inputs
    inner join horizons on inputs.ticker = horizons.ticker
    inner join {{ ref('stg_exchanges') }} as exchanges on inputs.ticker like '%' || exchanges.ticker_suffix
    {% for days, day in [
        ('listing_days', 'inputs.listing_on'),
        ('expiry_days', 'inputs.expiry_on'),
        ('after_days', add_months('inputs.expiry_on', 6)),
    ] %}
        -- a day that is not a session is moved to the next one
        left join {{ ref('int_trading_day') }} as {{ days }}
            on
                exchanges.exchange_mic = {{ days }}.exchange_mic
                and {{ day }} > {{ days }}.previous_trading_date
                and {{ day }} <= {{ days }}.trading_date
    {% endfor %}
    left join {{ ref('int_trading_day') }} as until_days
        on
            exchanges.exchange_mic = until_days.exchange_mic
            and horizons.until_on >= until_days.previous_trading_date
            and horizons.until_on < until_days.trading_date
),

placed as (
    select
        expiries.ticker,
        expiries.document_on,
        bars.trading_date,
        bars.close_hkd * bars.cumulative_split_factor / basis_bars.cumulative_split_factor as close_hkd,
        -- a halt is no session, so it is in no average
        nullif(bars.turnover_hkd, 0) as turnover_hkd,
        bars.return_ratio,
        bars.volume_shares,
        bars.cumulative_share_factor / basis_bars.cumulative_share_factor as share_basis_factor,
        bars.document_id,
        bars.known_on,
        bars.trading_date = expiries.before_first_on as is_listing,
        bars.trading_date < expiries.expiry_session_on as is_before,
        bars.trading_date = expiries.before_last_on as is_before_last,
        bars.trading_date = expiries.expiry_session_on as is_expiry,
        bars.trading_date between expiries.expiry_session_on and expiries.after_last_on as is_after,
        bars.trading_date = expiries.after_last_on as is_after_last,
        bars.trading_date = expiries.after_session_on as is_after_session,
        bars.trading_date = expiries.until_session_on as is_until,
        row_number() over (partition by expiries.ticker, expiries.document_on order by bars.trading_date desc) as bars_back
    from expiries
    inner join {{ ref('int_event_bar') }} as bars
        on
            expiries.ticker = bars.ticker
            and expiries.before_first_on <= bars.trading_date
            and expiries.after_session_on >= bars.trading_date
            and expiries.until_on >= bars.trading_date
    -- the newest bar up to the expiry counts in the shares of the expiry day
    inner join {{ ref('int_event_bar') }} as basis_bars
        on
            expiries.ticker = basis_bars.ticker
            and expiries.share_basis_on >= basis_bars.trading_date
            and expiries.share_basis_on < coalesce(basis_bars.next_bar_on, {{ never() }})
),

-- rounded to more digits than mean anything, so that results don't depend on the order in which rows are added up
summed as (
    select
        ticker,
        document_on,
        max(case when is_listing then share_basis_factor end) as listing_share_basis_factor,
        round(avg(case when is_before then close_hkd end), 6) as average_price_before_hkd,
        round(avg(case when is_before then turnover_hkd end), 6) as turnover_before_hkd,
        count(case when is_before then 1 end) as bars_before,
        max(case when is_expiry then close_hkd end) as price_at_expiry_hkd,
        max(case when is_expiry then return_ratio end) as expiry_day_return_ratio,
        max(case when is_expiry then volume_shares end) as expiry_day_volume_shares,
        round(avg(case when is_after then close_hkd end), 6) as average_price_after_hkd,
        round(avg(case when is_after then turnover_hkd end), 6) as turnover_after_hkd,
        count(case when is_after then 1 end) as bars_after,
        max(case when is_after_session then close_hkd end) as price_after_hkd,
        max(case when is_listing then 1 else 0 end) = 1 as has_listing_bar,
        max(case when is_before_last then 1 else 0 end) = 1 as has_bar_before_expiry,
        max(case when is_expiry then 1 else 0 end) = 1 as has_expiry_bar,
        max(case when is_after_last then 1 else 0 end) = 1 as has_last_bar_after,
        max(case when is_until then 1 else 0 end) = 1 as has_last_bar_until,
        max(case when bars_back = 1 then document_id end) as document_id,
        max(known_on) as known_on
    from placed
    group by ticker, document_on
),

-- a period is covered if bars reach from its first session to its last; before an expiry to come, to the newest bar, or to the
-- last session by the document's day
covered as (
    select
        summed.*,
        expiries.issuer,
        expiries.listing_on,
        expiries.expiry_on,
        expiries.expiry_session_on,
        expiries.until_on,
        expiries.ipo_price_hkd * summed.listing_share_basis_factor as ipo_price_hkd,
        expiries.total_shares,
        expiries.ipo_shares,
        expiries.float_before_shares,
        expiries.released_shares,
        expiries.document_id as printed_document_id,
        expiries.known_on as printed_known_on,
        summed.has_listing_bar
        and (
            summed.has_bar_before_expiry
            or (expiries.expiry_session_on > expiries.until_on and (expiries.document_on is null or summed.has_last_bar_until))
        ) as is_before_covered,
        summed.has_expiry_bar and summed.has_last_bar_after and expiries.is_after_over as is_after_covered
    from summed
    inner join expiries
        on
            summed.ticker = expiries.ticker
            and coalesce(summed.document_on, {{ never() }}) = coalesce(expiries.document_on, {{ never() }})
)

select
    covered.ticker,
    covered.document_on,
    covered.issuer,
    covered.listing_on,
    covered.expiry_on,
    covered.ipo_price_hkd,
    covered.price_at_expiry_hkd,
    covered.price_after_hkd,
    case when stated.ticker is not null then stated.total_shares else covered.total_shares end as total_shares,
    covered.ipo_shares,
    case when stated.ticker is not null then stated.float_before_shares else covered.float_before_shares end
        as float_before_shares,
    case when stated.ticker is not null then stated.released_shares else covered.released_shares end as released_shares,
    case when covered.is_before_covered then covered.average_price_before_hkd end as average_price_before_hkd,
    case when covered.is_before_covered then covered.turnover_before_hkd end as turnover_before_hkd,
    covered.bars_before,
    covered.expiry_day_return_ratio,
    covered.expiry_day_volume_shares,
    case when covered.is_after_covered then covered.average_price_after_hkd end as average_price_after_hkd,
    case when covered.is_after_covered then covered.turnover_after_hkd end as turnover_after_hkd,
    covered.bars_after,
    covered.document_id,
    case when stated.ticker is not null then 'lock-up undertakings' else 'printed comparison table' end as share_basis,
    case when stated.ticker is not null then stated.total_basis else 'printed comparison table' end as total_basis,
    coalesce(stated.document_id, covered.printed_document_id) as share_document_id,
    greatest(covered.known_on, covered.printed_known_on, coalesce(stated.known_on, covered.known_on)) as known_on
from covered
left join {{ ref('int_lockup_expiry') }} as stated
    on
        covered.ticker = stated.ticker
        and covered.expiry_session_on = stated.first_tradable_on
        and stated.is_preferred
        and stated.released_shares > 0
        and covered.until_on >= stated.known_on
