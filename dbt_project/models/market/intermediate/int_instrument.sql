-- The securities that the known facts name, with the first day on which each can have been listed, and each exchange's benchmark.
with benchmarks as (
    select
        benchmark,
        exchange_mic,
        currency,
        benchmark_name,
        row_number() over (partition by benchmark order by exchange_mic) as exchange_order
    from {{ ref('stg_exchanges') }}
)

select
    ticker,
    exchange_mic,
    currency,
    'security' as kind,
    coalesce(issuer, ticker) as name,
    coalesce(began_on, listing_earliest_on) as listing_earliest_on,
    counter_of
from {{ ref('int_security') }}
-- left out: a ticker whose exchange is not known, since it has no calendar
where ticker is not null and exchange_mic is not null

union all

select
    benchmark as ticker,
    exchange_mic,
    currency,
    'benchmark' as kind,
    benchmark_name as name,
    cast(null as date) as listing_earliest_on,
    cast(null as string) as counter_of
from benchmarks
where exchange_order = 1
