-- A price target from its inputs, for each number of years of discounting; the printed target stands beside it, unread.
with inputs as (
    select
        facts.document_id,
        facts.ticker,
        max(facts.company) as company,
        {% for column, pattern in [('eps', '%EPS%'), ('multiple', 'Target multiple%'), ('wacc', 'WACC%'), ('target', '%PT (%')] %}
            {% for end in ['value', 'low', 'high'] %}
                cast(max(case when facts.quantity like '{{ pattern }}' then facts.{{ end }} end) as double)
                    as {{ column }}_{{ end }},
            {% endfor %}
            max(case when facts.quantity like '{{ pattern }}' then facts.quantity end) as {{ column }}_quantity,
        {% endfor %}
        max(case when facts.quantity like '%EPS%' then facts.currency end) as eps_currency,
        max(case when facts.quantity like '%PT (%' then facts.currency end) as target_currency,
        max(facts.table_ref) as table_ref,
        max(facts.known_on) as known_on
    from {{ ref('stg_price_targets') }} as facts
    group by facts.document_id, facts.ticker
),

-- the value a share before discounting, in the currency of the earnings, and the exchange rate of the document's day
valued as (
    select
        inputs.*,
        horizons.years_of_discounting,
        horizons.reason,
        horizons.document_id as years_document_id,
        inputs.eps_value * inputs.multiple_value / power(1 + inputs.wacc_value, horizons.years_of_discounting) as value,
        inputs.eps_low * inputs.multiple_low / power(1 + inputs.wacc_high, horizons.years_of_discounting) as value_low,
        inputs.eps_high * inputs.multiple_high / power(1 + inputs.wacc_low, horizons.years_of_discounting) as value_high,
        case when inputs.eps_currency = 'HKD' then 1 else 1 / rates.per_hkd end as hkd_per_eps_currency,
        rates.rate_on as fx_rate_on,
        rates.document_id as fx_document_id,
        greatest(inputs.known_on, coalesce(rates.known_on, inputs.known_on)) as row_known_on
    from inputs
    inner join {{ ref('stg_documents') }} as documents on inputs.document_id = documents.document_id
    cross join {{ ref('stg_price_target_horizons') }} as horizons
    left join {{ ref('fct_fx_rate') }} as rates
        on
            {{ fx_on('rates', 'inputs.eps_currency',
                described_on('inputs', 'documents')) }}
    where inputs.eps_value is not null and inputs.multiple_value is not null and inputs.wacc_value is not null
)

select
    document_id,
    ticker,
    company,
    years_of_discounting,
    reason as years_reason,
    eps_quantity,
    eps_currency,
    eps_value as eps,
    eps_low,
    eps_high,
    multiple_value as target_multiple_x,
    multiple_low as target_multiple_low_x,
    multiple_high as target_multiple_high_x,
    wacc_value as wacc_ratio,
    wacc_low as wacc_low_ratio,
    wacc_high as wacc_high_ratio,
    hkd_per_eps_currency,
    fx_rate_on,
    value * hkd_per_eps_currency as target_price_hkd,
    value_low * hkd_per_eps_currency as target_price_low_hkd,
    value_high * hkd_per_eps_currency as target_price_high_hkd,
    target_quantity as printed_target_quantity,
    case when target_currency = 'HKD' then target_value end as printed_target_hkd,
    case when target_currency = 'HKD' then target_low end as printed_target_low_hkd,
    case when target_currency = 'HKD' then target_high end as printed_target_high_hkd,
    case when target_currency = 'HKD' then target_value / nullif(value, 0) end as implied_fx,
    case when target_currency = 'HKD' then target_low / nullif(value_high, 0) end as implied_fx_low,
    case when target_currency = 'HKD' then target_high / nullif(value_low, 0) end as implied_fx_high,
    case
        when target_currency = 'HKD' and target_value > 0 and wacc_value > 0
            then ln(eps_value * multiple_value * hkd_per_eps_currency / target_value) / ln(1 + wacc_value)
    end as implied_years_of_discounting,
    fx_document_id,
    years_document_id,
    table_ref,
    row_known_on as known_on
from valued
