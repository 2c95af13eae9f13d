-- The comparison of six-month expiries, each metric once as printed figures give it and once as daily bars do: of all that is
-- known (`document_on` is null; what the mart publishes), and of what was known on the day that a printed table is of.
{% set ranged = [
    'ipo_price_hkd',
    'price_at_expiry_hkd',
    'price_after_hkd',
    'average_price_before_hkd',
    'turnover_before_hkd',
    'turnover_after_hkd',
    'total_shares',
    'ipo_shares',
    'float_before_shares',
    'released_shares',
] %}
{% set stated = [
    'ticker',
    'issuer',
    'listing_on',
    'expiry_on',
    'ipo_price_hkd',
    'price_at_expiry_hkd',
    'price_after_hkd',
    'total_shares',
    'ipo_shares',
    'float_before_shares',
    'released_shares',
    'average_price_before_hkd',
    'turnover_before_hkd',
    'expiry_day_return_ratio',
    'expiry_day_volume_shares',
    'turnover_after_hkd',
    'document_id',
    'known_on',
] %}
with inputs as (
    select
        'printed' as basis,
        {% for column in stated %}
            {{ column }},
        {% endfor %}
        {% for column in ranged %}
            {% for end in ['low', 'high'] %}
                {{ column }}_{{ end }} as {{ column }}_{{ end }},
            {% endfor %}
        {% endfor %}
        cast(null as date) as document_on,
        cast(null as bigint) as bars_before,
        cast(null as double) as average_price_after_hkd,
        cast(null as bigint) as bars_after,
        -- no average price of the period after is printed
        price_at_expiry_hkd as price_of_float_after_hkd,
        table_ref,
        'printed comparison table' as share_basis,
        document_id as share_document_id,
        'printed comparison table' as total_basis
    from {{ ref('int_comparable_input') }}

    union all

    select
        'market data' as basis,
        {% for column in stated %}
            {{ column }},
        {% endfor %}
        -- of bars and filings: exact
        {% for column in ranged %}
            {% for end in ['low', 'high'] %}
                cast({{ column }} as double) as {{ column }}_{{ end }},
            {% endfor %}
        {% endfor %}
        document_on,
        bars_before,
        average_price_after_hkd,
        bars_after,
        average_price_after_hkd as price_of_float_after_hkd,
        cast(null as string) as table_ref,
        share_basis,
        share_document_id,
        total_basis
    from {{ ref('int_event_comparable') }}
),

with_values as (
    select
        *,
        float_before_shares + released_shares as float_after_shares,
        average_price_before_hkd * total_shares as market_cap_before_hkd,
        average_price_before_hkd * float_before_shares as float_market_cap_before_hkd,
        price_of_float_after_hkd * (float_before_shares + released_shares) as float_market_cap_after_hkd
    from inputs
)

select
    ticker,
    document_on,
    basis,
    issuer,
    listing_on,
    expiry_on,
    ipo_price_hkd,
    price_at_expiry_hkd,
    price_after_hkd,
    price_at_expiry_hkd / nullif(ipo_price_hkd, 0) - 1 as change_to_expiry_ratio,
    price_after_hkd / nullif(price_at_expiry_hkd, 0) - 1 as return_after_ratio,
    total_shares,
    ipo_shares,
    cast(ipo_shares as double) / nullif(total_shares, 0) as ipo_of_total_ratio,
    float_before_shares,
    cast(float_before_shares as double) / nullif(total_shares, 0) as float_before_of_total_ratio,
    released_shares,
    cast(released_shares as double) / nullif(total_shares, 0) as released_of_total_ratio,
    float_after_shares,
    average_price_before_hkd,
    market_cap_before_hkd,
    float_market_cap_before_hkd,
    turnover_before_hkd,
    turnover_before_hkd / nullif(float_market_cap_before_hkd, 0) as turnover_to_float_cap_before_ratio,
    cast(released_shares as double) / nullif(float_before_shares, 0) as float_expansion_x,
    bars_before,
    expiry_day_return_ratio,
    expiry_day_volume_shares,
    average_price_after_hkd,
    turnover_after_hkd,
    turnover_after_hkd / nullif(turnover_before_hkd, 0) as turnover_after_to_before_x,
    float_market_cap_after_hkd,
    turnover_after_hkd / nullif(float_market_cap_after_hkd, 0) as turnover_to_float_cap_after_ratio,
    bars_after,
    document_id,
    table_ref,
    share_basis,
    share_document_id,
    known_on,
    total_basis,
    -- the low end takes each input at the end that makes the result least
    price_at_expiry_hkd_low / nullif(ipo_price_hkd_high, 0) - 1 as change_to_expiry_low_ratio,
    price_at_expiry_hkd_high / nullif(ipo_price_hkd_low, 0) - 1 as change_to_expiry_high_ratio,
    price_after_hkd_low / nullif(price_at_expiry_hkd_high, 0) - 1 as return_after_low_ratio,
    price_after_hkd_high / nullif(price_at_expiry_hkd_low, 0) - 1 as return_after_high_ratio,
    ipo_shares_low / nullif(total_shares_high, 0) as ipo_of_total_low_ratio,
    ipo_shares_high / nullif(total_shares_low, 0) as ipo_of_total_high_ratio,
    float_before_shares_low / nullif(total_shares_high, 0) as float_before_of_total_low_ratio,
    float_before_shares_high / nullif(total_shares_low, 0) as float_before_of_total_high_ratio,
    released_shares_low / nullif(total_shares_high, 0) as released_of_total_low_ratio,
    released_shares_high / nullif(total_shares_low, 0) as released_of_total_high_ratio,
    released_shares_low / nullif(float_before_shares_high, 0) as float_expansion_low_x,
    released_shares_high / nullif(float_before_shares_low, 0) as float_expansion_high_x,
    turnover_after_hkd_low / nullif(turnover_before_hkd_high, 0) as turnover_after_to_before_low_x,
    turnover_after_hkd_high / nullif(turnover_before_hkd_low, 0) as turnover_after_to_before_high_x,
    turnover_before_hkd_low / nullif(average_price_before_hkd_high * float_before_shares_high, 0)
        as turnover_to_float_cap_before_low_ratio,
    turnover_before_hkd_high / nullif(average_price_before_hkd_low * float_before_shares_low, 0)
        as turnover_to_float_cap_before_high_ratio
from with_values
