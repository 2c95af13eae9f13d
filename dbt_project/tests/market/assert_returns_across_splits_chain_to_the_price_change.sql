{{ config(meta={'dagster': {'ref': {'name': 'int_price_bar'}}}) }}
{% set first_day = audited_from() %}
-- the returns of all bars compound to what one share of the first bar has become: last close times all split factors since; of
-- new bars, those since two months before them
with bars as (
    select *
    from {{ ref('int_price_bar') }}
    {% if first_day %} where trading_date >= {{ add_days(first_day, -60) }} {% endif %}
),

chains as (
    select
        ticker,
        sum(ln(1 + return_ratio)) as log_return,
        sum(ln(split_factor)) as log_split_factor,
        min_by(coalesce(previous_close, close), bar_number) as first_close,
        min(bar_number) as first_bar,
        max(bar_number) as last_bar,
        count(*) as counted_bars
    from bars
    group by ticker
)

select
    chains.ticker,
    chains.log_return,
    chains.first_bar,
    chains.last_bar,
    chains.counted_bars
from chains
inner join bars as last_bars on chains.ticker = last_bars.ticker and chains.last_bar = last_bars.bar_number
where
    chains.last_bar - chains.first_bar + 1 <> chains.counted_bars
    {% if not first_day %} or chains.first_bar <> 1 {% endif %}
    -- of the first bar of all there is no return
    or abs(coalesce(chains.log_return, 0) - ln(last_bars.close / chains.first_close) - chains.log_split_factor) > 1e-6
