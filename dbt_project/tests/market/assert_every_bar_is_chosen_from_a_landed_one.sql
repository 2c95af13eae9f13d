{{ config(meta={'dagster': {'ref': {'name': 'int_price_bar'}}}) }}
{% set first_day = audited_from() %}
{% set audited = 'where trading_date >= ' ~ first_day if first_day else '' %}
{#- a bar is retrieved on its day or later (the contract of bars): files of before the first day hold none that is looked at -#}
{% set since = "cast(" ~ first_day ~ " as timestamp) at time zone 'UTC'" if first_day else none %}
{% set bars = 'select * from (' ~ landed_bars(since) ~ ') as bars ' ~ audited %}
-- every bar has the prices and volume of the newest landed version of one source's bar, beside what the second
-- counter traded; no landed bar is missing but those that are held back, and none of these counts
with landed as (
    {{ newest_version(bars, ['document_id', 'ticker', 'trading_date']) }}
),

real_bars as (
    select landed.*
    from landed
    left join {{ ref('fct_zero_volume_bar') }} as zero_volume_bars
        on
            landed.ticker = zero_volume_bars.ticker
            and landed.trading_date = zero_volume_bars.trading_date
            and landed.document_id = zero_volume_bars.document_id
    left join {{ ref('int_held_back_bar') }} as held_back
        on
            landed.ticker = held_back.ticker
            and landed.trading_date = held_back.trading_date
            and landed.document_id = held_back.document_id
    where coalesce(zero_volume_bars.zero_volume_kind, 'halt') = 'halt' and held_back.ticker is null
)

select
    coalesce(bars.ticker, real_bars.ticker) as ticker,
    coalesce(bars.trading_date, real_bars.trading_date) as trading_date,
    bars.document_id
from (select * from {{ ref('int_price_bar') }} {{ audited }}) as bars
full outer join real_bars on bars.ticker = real_bars.ticker and bars.trading_date = real_bars.trading_date
group by coalesce(bars.ticker, real_bars.ticker), coalesce(bars.trading_date, real_bars.trading_date), bars.document_id
having
    coalesce(
        sum(
            case
                when
                    bars.document_id = real_bars.document_id
                    and bars.open = cast(real_bars.open as double)
                    and bars.high = cast(real_bars.high as double)
                    and bars.low = cast(real_bars.low as double)
                    and bars.close = cast(real_bars.close as double)
                    and coalesce(bars.volume_shares - coalesce(bars.counter_volume_shares, 0), -1)
                    = coalesce(real_bars.volume_shares, -1)
                    then 1
            end
        ),
        0
    ) <> 1
