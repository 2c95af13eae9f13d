{{ config(meta={'dagster': {'ref': {'name': 'int_price_bar'}}}) }}
-- the returns of all bars compound to what one share of the first bar has become: last close times all split factors since
with chains as (
    select
        ticker,
        sum(ln(1 + return_ratio)) as log_return,
        sum(ln(split_factor)) as log_split_factor,
        min(case when bar_number = 1 then close end) as first_close,
        max(bar_number) as bars,
        count(*) as counted_bars
    from {{ ref('int_price_bar') }}
    group by ticker
)

select
    chains.ticker,
    chains.log_return,
    chains.bars,
    chains.counted_bars
from chains
inner join {{ ref('int_price_bar') }} as last_bars
    on chains.ticker = last_bars.ticker and chains.bars = last_bars.bar_number
where
    chains.bars <> chains.counted_bars
    or abs(coalesce(chains.log_return, 0) - ln(last_bars.close / chains.first_close) - chains.log_split_factor) > 1e-6
