{{ config(meta={'dagster': {'ref': {'name': 'fct_lockup_tranche'}}}) }}
-- a date beyond what an exchange has announced is provisional and no error; one that can't be told at all is
select
    tranches.ticker,
    tranches.document_id,
    tranches.release_rule,
    tranches.last_locked_earliest_on,
    tranches.last_locked_latest_on,
    securities.exchange_mic,
    case
        when securities.exchange_mic is null then 'no exchange has the suffix of this ticker'
        when securities.listing_on is null and tranches.last_locked_earliest_on is null
            then 'no document states the day of listing: add it in share_capital_events or listing_events'
        else 'its rule counts sessions beyond those in dim_trading_day: state the last locked day as a date'
    end as reason
from {{ ref('fct_lockup_tranche') }} as tranches
inner join {{ ref('dim_security') }} as securities on tranches.ticker = securities.ticker
where
    tranches.date_basis <> 'listing ended'
    and (
        securities.exchange_mic is null
        or (tranches.first_tradable_earliest_on is null and tranches.date_basis not like '%no backstop')
        or (tranches.first_tradable_latest_on is null and tranches.date_basis not like '%no backstop')
    )
