-- Two securities by session: price ratio, gap of P/ARR, and the log ratio against its mean and deviation of the sessions before.
with days as (
    select
        bars.ticker,
        bars.trading_date,
        bars.close * case when bars.currency = 'HKD' then 1 else 1 / nullif(rates.per_hkd, 0) end as close_hkd,
        bars.market_cap * case when bars.currency = 'HKD' then 1 else 1 / nullif(rates.per_hkd, 0) end
        / nullif(hong_kong_dollars.per_usd, 0) as market_cap_usd,
        bars.total_basis,
        -- what splits, and what a feed adjusts prices by as if it were one, have made of a share
        {{ after_splits('1', 'splits') }} as shares_of_one,
        securities.issuer as company,
        bars.document_id,
        greatest(bars.known_on, coalesce(rates.known_on, bars.known_on)) as known_on
    from {{ ref('int_pair_bar') }} as bars
    inner join {{ ref('int_security') }} as securities on bars.ticker = securities.ticker
    left join {{ ref('int_fx_rate') }} as rates on {{ fx_on('rates', 'bars.currency', 'bars.trading_date') }}
    left join {{ ref('int_fx_rate') }} as hong_kong_dollars on {{ fx_on('hong_kong_dollars', "'HKD'", 'bars.trading_date') }}
    left join {{ ref('int_price_adjustment') }} as splits on {{ splits_until('splits', 'bars.ticker', 'bars.trading_date') }}
),

-- of each session the newest preferred ARR that was stated and known by then
arr as (
    select
        days.ticker,
        days.trading_date,
        statements.arr_usd,
        statements.as_of as arr_as_of,
        statements.document_id as arr_document_id,
        row_number() over (
            partition by days.ticker, days.trading_date order by statements.as_of desc, statements.statement_id
        ) as newest_first
    from days
    inner join {{ ref('fct_arr') }} as statements
        on
            days.company = statements.company
            and days.trading_date >= statements.as_of
            and days.trading_date >= statements.known_on
    where statements.is_preferred and not statements.is_forecast
),

valued as (
    select
        days.*,
        arr.arr_usd,
        arr.arr_as_of,
        arr.arr_document_id,
        days.market_cap_usd / nullif(arr.arr_usd, 0) as p_arr_x
    from days
    left join arr on days.ticker = arr.ticker and days.trading_date = arr.trading_date and arr.newest_first = 1
),

-- sessions on which both have a bar with a trade or a halt's last price
paired as (
    select
        pairs.pair,
        pairs.ticker,
        pairs.other_ticker,
        pairs.window_sessions,
        pairs.document_id as pair_document_id,
        firsts.trading_date,
        firsts.close_hkd,
        others.close_hkd as other_close_hkd,
        firsts.close_hkd / nullif(others.close_hkd, 0) as price_ratio,
        ln(firsts.close_hkd * firsts.shares_of_one / nullif(others.close_hkd * others.shares_of_one, 0)) as spread_log_ratio,
        firsts.market_cap_usd,
        others.market_cap_usd as other_market_cap_usd,
        firsts.p_arr_x,
        others.p_arr_x as other_p_arr_x,
        firsts.arr_as_of,
        others.arr_as_of as other_arr_as_of,
        case when firsts.arr_usd is null or others.arr_usd is null then 'no ARR of both was known' end as p_arr_missing_reason,
        firsts.total_basis,
        others.total_basis as other_total_basis,
        firsts.document_id,
        others.document_id as other_document_id,
        firsts.arr_document_id,
        others.arr_document_id as other_arr_document_id,
        greatest(firsts.known_on, others.known_on) as known_on,
        row_number() over (partition by pairs.pair order by firsts.trading_date) as session_number
    from {{ ref('stg_pairs') }} as pairs
    inner join valued as firsts on pairs.ticker = firsts.ticker
    inner join valued as others on pairs.other_ticker = others.ticker and firsts.trading_date = others.trading_date
    where firsts.close_hkd > 0 and others.close_hkd > 0
),

-- the window ends with the session before, so that a jump isn't measured against itself; rounded to more digits than mean
-- anything, so that results don't depend on the order in which rows are added up
windows as (
    select
        paired.pair,
        paired.trading_date,
        count(*) as sessions_before,
        round(avg(earlier.spread_log_ratio), 12) as spread_mean,
        round(stddev_samp(earlier.spread_log_ratio), 12) as spread_deviation
    from paired
    inner join paired as earlier
        on
            paired.pair = earlier.pair
            and paired.session_number > earlier.session_number
            and paired.session_number - paired.window_sessions <= earlier.session_number
    group by paired.pair, paired.trading_date
)

select
    paired.pair,
    paired.trading_date,
    paired.ticker,
    paired.other_ticker,
    paired.close_hkd,
    paired.other_close_hkd,
    paired.price_ratio,
    paired.spread_log_ratio,
    paired.window_sessions,
    coalesce(windows.sessions_before, 0) as sessions_before,
    case when windows.sessions_before = paired.window_sessions then windows.spread_mean end as spread_mean_log_ratio,
    case when windows.sessions_before = paired.window_sessions then windows.spread_deviation end as spread_deviation_log_ratio,
    case
        when windows.sessions_before = paired.window_sessions and windows.spread_deviation > 0
            then (paired.spread_log_ratio - windows.spread_mean) / windows.spread_deviation
    end as z_score,
    case
        when coalesce(windows.sessions_before, 0) < paired.window_sessions
            then
                concat(
                    'only ', cast(coalesce(windows.sessions_before, 0) as {{ dbt.type_string() }}), ' of ',
                    cast(paired.window_sessions as {{ dbt.type_string() }}), ' sessions before it'
                )
        when windows.spread_deviation = 0 then 'the spread did not move in the sessions before'
    end as z_score_missing_reason,
    paired.market_cap_usd,
    paired.other_market_cap_usd,
    paired.p_arr_x,
    paired.other_p_arr_x,
    paired.p_arr_x - paired.other_p_arr_x as p_arr_gap,
    paired.p_arr_x / nullif(paired.other_p_arr_x, 0) as p_arr_ratio,
    paired.arr_as_of,
    paired.other_arr_as_of,
    paired.p_arr_missing_reason,
    paired.total_basis,
    paired.other_total_basis,
    paired.document_id,
    paired.other_document_id,
    paired.arr_document_id,
    paired.other_arr_document_id,
    paired.pair_document_id,
    paired.known_on
from paired
left join windows on paired.pair = windows.pair and paired.trading_date = windows.trading_date
order by paired.pair, paired.trading_date
