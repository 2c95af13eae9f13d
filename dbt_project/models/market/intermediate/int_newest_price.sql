-- The newest known price of each ticker, of its last bar or of what is stated; in the shares of the as-of day.
with prices as (
    select
        bars.ticker,
        bars.trading_date as price_on,
        bars.close * case when bars.currency = 'HKD' then 1 else 1 / nullif(rates.per_hkd, 0) end as price_hkd,
        'latest close' as price_basis,
        0 as basis_order,
        bars.document_id,
        greatest(bars.known_on, coalesce(rates.known_on, bars.known_on)) as known_on
    from {{ ref('int_newest_bar') }} as bars
    left join {{ ref('int_fx_rate') }} as rates on {{ fx_on('rates', 'bars.currency', 'bars.trading_date') }}

    union all

    select
        ticker,
        stated_for_on as price_on,
        price_hkd,
        price_basis,
        1 as basis_order,
        document_id,
        known_on
    from {{ ref('int_price_statement') }}
    where price_hkd is not null and stated_for_on <= {{ as_of() }}
),

ranked as (
    select
        *,
        row_number() over (partition by ticker order by price_on desc, basis_order, document_id) as newest_first
    from prices
)

select
    ranked.ticker,
    ranked.price_hkd * {{ after_splits(before_splits('1', 'day_splits'), 'price_splits') }} as price_hkd,
    ranked.price_on,
    ranked.price_basis,
    {{ dbt.datediff('ranked.price_on', as_of(), 'day') }} as price_age_days,
    coalesce({{ add_days('ranked.price_on', 'limits.max_age_days') }} < {{ as_of() }}, false) as is_price_stale,
    ranked.document_id,
    case when day_splits.ex_on > ranked.price_on then greatest(day_splits.known_on, ranked.known_on) else ranked.known_on end
        as known_on
from ranked
left join {{ ref('int_price_adjustment') }} as day_splits on {{ splits_until('day_splits', 'ranked.ticker', as_of()) }}
left join {{ ref('int_price_adjustment') }} as price_splits
    on {{ splits_until('price_splits', 'ranked.ticker', 'ranked.price_on') }}
left join {{ ref('stg_staleness_limits') }} as limits on limits.quantity = 'price'
where ranked.newest_first = 1
