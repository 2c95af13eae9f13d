{{ config(meta={'dagster': {'ref': {'name': 'fct_lockup_tranche'}}}) }}
-- a date beyond the exchange's calendar is an error, never a guess: extend calendar_ends_on in the exchanges, or mend the date
select
    tranches.ticker,
    tranches.document_id,
    tranches.release_rule,
    tranches.last_locked_earliest_on,
    tranches.last_locked_latest_on,
    securities.exchange_mic,
    exchanges.calendar_ends_on,
    case
        when securities.exchange_mic is null then 'no exchange has the suffix of this ticker'
        when securities.listing_on is null and tranches.last_locked_earliest_on is null
            then 'no document states the day of listing: add it in share_capital_events or listing_events'
        else 'beyond the calendar of the exchange'
    end as reason
from {{ ref('fct_lockup_tranche') }} as tranches
inner join {{ ref('dim_security') }} as securities on tranches.ticker = securities.ticker
left join {{ ref('stg_exchanges') }} as exchanges on securities.exchange_mic = exchanges.exchange_mic
where
    tranches.first_tradable_earliest_on is null
    or (tranches.first_tradable_latest_on is null and tranches.date_basis not like '%no backstop')
