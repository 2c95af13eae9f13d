-- A price target from its inputs, for each number of years of discounting; the printed target stands beside it, unread.
with inputs as (
    select
        facts.document_id,
        facts.ticker,
        max(facts.company) as company,
        {% for column, pattern in [
            ('eps', '%EPS%'),
            ('multiple', 'Target multiple%'),
            ('wacc', 'WACC%'),
            ('target', '%PT (%'),
            ('net_profit', '2030E%net profit%'),
            ('revenue', '2030E Revenue%'),
            ('first_revenue', '2026E Revenue%'),
        ] %}
            {% for end in ['value', 'low', 'high'] %}
                cast(max(case when facts.quantity like '{{ pattern }}' then facts.{{ end }} end) as double)
                    as {{ column }}_{{ end }},
            {% endfor %}
            max(case when facts.quantity like '{{ pattern }}' then facts.quantity end) as {{ column }}_quantity,
        {% endfor %}
        max(case when facts.quantity like '%EPS%' then facts.currency end) as eps_currency,
        max(case when facts.quantity like '%PT (%' then facts.currency end) as target_currency,
        {% for column, pattern in [
            ('net_profit', '2030E%net profit%'),
            ('revenue', '2030E Revenue%'),
            ('first_revenue', '2026E Revenue%'),
        ] %}
            max(case when facts.quantity like '{{ pattern }}' then facts.currency end) as {{ column }}_currency,
        {% endfor %}
        max(case when lower(facts.quantity) = 'rating' then facts.printed end) as rating,
        max(facts.table_ref) as table_ref,
        max(facts.known_on) as known_on
    from {{ ref('stg_price_targets') }} as facts
    group by facts.document_id, facts.ticker
),

-- shares in issue, as the newest event leaves them and as they were on the document's day
{% for shares, until in [('newest', as_of()), ('then', described_on('inputs', 'documents'))] %}
    {{ shares }}_shares as (
        select
            inputs.document_id,
            inputs.ticker,
            capital.effective_on,
            capital.closing_shares as total_shares,
            capital.document_id as capital_document_id,
            capital.known_on,
            row_number() over (
                partition by inputs.document_id, inputs.ticker order by capital.effective_on desc, capital.event_number
            ) as newest_first
        from inputs
        inner join {{ ref('stg_documents') }} as documents on inputs.document_id = documents.document_id
        inner join {{ ref('int_share_capital') }} as capital
            on inputs.ticker = capital.ticker and capital.effective_on <= {{ until }}
    ),
{% endfor %}

-- the value a share before discounting, in the currency of the earnings, and the exchange rate of the document's day
valued as (
    select
        inputs.*,
        -- the market value at the target over the target: multiple and discount are in both
        case when inputs.net_profit_currency = inputs.eps_currency then inputs.net_profit_value / nullif(inputs.eps_value, 0) end
            as implied_shares,
        case when inputs.net_profit_currency = inputs.eps_currency then inputs.net_profit_low / nullif(inputs.eps_high, 0) end
            as implied_low_shares,
        case when inputs.net_profit_currency = inputs.eps_currency then inputs.net_profit_high / nullif(inputs.eps_low, 0) end
            as implied_high_shares,
        newest_shares.total_shares,
        newest_shares.effective_on as total_shares_on,
        newest_shares.capital_document_id as total_shares_document_id,
        then_shares.total_shares as total_then_shares,
        prices.price_hkd,
        prices.price_on,
        prices.price_basis,
        prices.price_age_days,
        coalesce(prices.is_price_stale, false) as is_price_stale,
        prices.document_id as price_document_id,
        case when inputs.target_currency = 'HKD' then inputs.target_value end as printed_target,
        horizons.years_of_discounting,
        horizons.reason,
        horizons.document_id as years_document_id,
        inputs.eps_value * inputs.multiple_value / power(1 + inputs.wacc_value, horizons.years_of_discounting) as value,
        inputs.eps_low * inputs.multiple_low / power(1 + inputs.wacc_high, horizons.years_of_discounting) as value_low,
        inputs.eps_high * inputs.multiple_high / power(1 + inputs.wacc_low, horizons.years_of_discounting) as value_high,
        case when inputs.eps_currency = 'HKD' then 1e0 else 1e0 / rates.per_hkd end as hkd_per_eps_currency,
        rates.rate_on as fx_rate_on,
        rates.document_id as fx_document_id,
        greatest(
            inputs.known_on,
            coalesce(rates.known_on, inputs.known_on),
            coalesce(newest_shares.known_on, inputs.known_on),
            coalesce(prices.known_on, inputs.known_on)
        ) as row_known_on
    from inputs
    inner join {{ ref('stg_documents') }} as documents on inputs.document_id = documents.document_id
    cross join {{ ref('stg_price_target_horizons') }} as horizons
    left join {{ ref('fct_fx_rate') }} as rates
        on
            {{ fx_on('rates', 'inputs.eps_currency',
                described_on('inputs', 'documents')) }}
    {% for shares in ['newest', 'then'] %}
        left join {{ shares }}_shares
            on
                inputs.document_id = {{ shares }}_shares.document_id
                and inputs.ticker = {{ shares }}_shares.ticker
                and {{ shares }}_shares.newest_first = 1
    {% endfor %}
    left join {{ ref('int_newest_price') }} as prices on inputs.ticker = prices.ticker
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
    row_known_on as known_on,
    rating,
    net_profit_currency,
    net_profit_value as net_profit,
    revenue_currency,
    revenue_value as revenue,
    net_profit_value / nullif(case when revenue_currency = net_profit_currency then revenue_value end, 0) as net_margin_ratio,
    cast(round(implied_shares) as bigint) as implied_shares,
    cast(round(implied_low_shares) as bigint) as implied_low_shares,
    cast(round(implied_high_shares) as bigint) as implied_high_shares,
    total_shares,
    total_shares_on,
    implied_shares / nullif(total_shares, 0) as implied_of_total_ratio,
    case
        when implied_high_shares < total_shares then 'fewer than in issue'
        when implied_low_shares > total_shares then 'more than in issue'
        when implied_shares is not null and total_shares is not null then 'as many as in issue'
    end as shares_verdict,
    total_then_shares as total_on_document_day_shares,
    case
        when implied_high_shares < total_then_shares then 'fewer than in issue'
        when implied_low_shares > total_then_shares then 'more than in issue'
        when implied_shares is not null and total_then_shares is not null then 'as many as in issue'
    end as shares_then_verdict,
    printed_target * total_shares as market_cap_at_target_hkd,
    printed_target * implied_shares as market_cap_at_target_implied_hkd,
    price_hkd,
    price_on,
    price_basis,
    price_age_days,
    is_price_stale,
    printed_target / nullif(price_hkd, 0) - 1 as upside_ratio,
    value * hkd_per_eps_currency / nullif(price_hkd, 0) - 1 as derived_upside_ratio,
    case
        when first_revenue_currency = revenue_currency and first_revenue_value > 0
            then power(revenue_value / first_revenue_value, 0.25) - 1
    end as revenue_growth_2026_to_2030_ratio,
    case
        when revenue_value is null then 'the document prints no 2030 revenue'
        when first_revenue_value is null then 'the document prints no 2026 revenue'
        when coalesce(first_revenue_currency, '') <> coalesce(revenue_currency, '')
            then 'the two revenues are in different currencies'
    end as growth_missing_reason,
    total_shares_document_id,
    price_document_id
from valued
