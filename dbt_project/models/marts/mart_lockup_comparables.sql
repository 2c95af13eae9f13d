with inputs as (
    select
        *,
        float_before_shares + released_shares as float_after_shares,
        average_price_before_hkd * total_shares as market_cap_before_hkd,
        average_price_before_hkd * float_before_shares as float_market_cap_before_hkd,
        price_at_expiry_hkd * (float_before_shares + released_shares) as float_market_cap_after_hkd
    from {{ ref('int_comparable_input') }}
)

select
    ticker,
    'printed' as basis,
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
    expiry_day_return_ratio,
    expiry_day_volume_shares,
    turnover_after_hkd,
    turnover_after_hkd / nullif(turnover_before_hkd, 0) as turnover_after_to_before_x,
    float_market_cap_after_hkd,
    turnover_after_hkd / nullif(float_market_cap_after_hkd, 0) as turnover_to_float_cap_after_ratio,
    document_id,
    table_ref,
    known_on
from inputs
