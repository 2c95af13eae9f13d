-- Each source's reference rates in the newest version that is known: units of the currency for one euro.
with versions as (
    select
        currency,
        rate_on,
        per_eur,
        document_id,
        known_on,
        retrieved_at
    from ({{ known('ecb_fx_rates') }}) as ecb_fx_rates

    union all

    select
        currency,
        rate_on,
        per_eur,
        document_id,
        known_on,
        cast(null as timestamp) as retrieved_at
    from ({{ known('fx_rates') }}) as fx_rates
)

{{ newest_version('select * from versions', ['document_id', 'currency', 'rate_on']) }}
