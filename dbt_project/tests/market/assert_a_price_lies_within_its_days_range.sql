{{ config(meta={'dagster': {'ref': {'name': 'int_price_bar'}}}) }}
{% set first_day = audited_from() %}
{% set audited = 'where trading_date >= ' ~ first_day if first_day else '' %}
-- open and close within low to high, and so the average price, to the digits that the sources print;
-- what the second counter traded has prices of its own
select
    bars.ticker,
    bars.trading_date,
    bars.turnover_basis
from (select * from {{ ref('int_price_bar') }} {{ audited }}) as bars
left join (select * from {{ ref('int_bar_candidate') }} {{ audited }}) as prices
    on
        bars.ticker = prices.ticker
        and bars.trading_date = prices.trading_date
        and bars.document_id = prices.document_id
left join (select * from {{ ref('int_bar_candidate') }} {{ audited }}) as turnovers
    on
        bars.ticker = turnovers.ticker
        and bars.trading_date = turnovers.trading_date
        and bars.turnover_document_id = turnovers.document_id
where
    bars.low > least(bars.open, bars.close)
    or bars.high < greatest(bars.open, bars.close)
    or (
        bars.kind = 'security'
        and not {{ is_average_price_within(
            '(bars.turnover - coalesce(bars.counter_turnover, 0))', 'coalesce(turnovers.turnover_precision, 0.01)',
            '(bars.volume_shares - coalesce(bars.counter_volume_shares, 0))',
            'coalesce(prices.volume_precision_shares, 1)', 'bars.low', 'bars.high', 'prices.price_precision') }}
    )
