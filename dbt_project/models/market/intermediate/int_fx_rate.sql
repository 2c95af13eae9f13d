with ranked as (
    select
        rates.currency,
        rates.rate_on,
        cast(rates.per_eur as double) as per_eur,
        rates.document_id,
        rates.known_on,
        rates.retrieved_at,
        row_number() over (partition by rates.currency, rates.rate_on order by documents.rank, rates.document_id) as preference
    from {{ ref('stg_fx_rates') }} as rates
    inner join {{ ref('stg_documents') }} as documents on rates.document_id = documents.document_id
),

rates as (
    select
        currency,
        rate_on,
        lead(rate_on) over (partition by currency order by rate_on) as next_rate_on,
        per_eur,
        document_id,
        known_on,
        retrieved_at
    from ranked
    where preference = 1
)

select
    rates.currency,
    rates.rate_on,
    rates.next_rate_on,
    rates.per_eur,
    rates.per_eur / us_dollars.per_eur as per_usd,
    rates.per_eur / hong_kong_dollars.per_eur as per_hkd,
    rates.document_id,
    greatest(
        rates.known_on,
        coalesce(us_dollars.known_on, rates.known_on),
        coalesce(hong_kong_dollars.known_on, rates.known_on)
    ) as known_on,
    rates.retrieved_at
from rates
left join rates as us_dollars on us_dollars.currency = 'USD' and rates.rate_on = us_dollars.rate_on
left join rates as hong_kong_dollars on hong_kong_dollars.currency = 'HKD' and rates.rate_on = hong_kong_dollars.rate_on
