{{ config(meta={'dagster': {'ref': {'name': 'fct_funding_round'}}}) }}
-- the low end is never above the value, nor the value above the high end (but for the last bits of a double)
{% for mart, column, low, high in [
    ('fct_arr', 'arr_usd', 'arr_low_usd', 'arr_high_usd'),
    ('fct_funding_round', 'post_money_usd', 'post_money_low_usd', 'post_money_high_usd'),
    ('fct_funding_round', 'arr_multiple_x', 'arr_multiple_low_x', 'arr_multiple_high_x'),
    ('mart_priced_in_arr', 'implied_arr_usd', 'implied_arr_low_usd', 'implied_arr_high_usd'),
    ('mart_priced_in_arr', 'required_growth_x', 'required_growth_low_x', 'required_growth_high_x'),
    ('mart_priced_in_arr', 'required_monthly_growth_ratio',
        'required_monthly_growth_low_ratio', 'required_monthly_growth_high_ratio'),
    ('mart_priced_in_arr', 'benchmark_monthly_growth_ratio',
        'benchmark_monthly_growth_low_ratio', 'benchmark_monthly_growth_high_ratio'),
    ('mart_relative_valuation', 'china_of_us_ratio', 'china_of_us_low_ratio', 'china_of_us_high_ratio'),
    ('mart_value_chain', 'valuation_usd', 'valuation_low_usd', 'valuation_high_usd'),
    ('mart_value_chain', 'share_of_region_ratio', 'share_of_region_low_ratio', 'share_of_region_high_ratio'),
    ('mart_value_chain', 'share_of_listed_region_ratio', 'share_of_listed_region_low_ratio', 'share_of_listed_region_high_ratio'),
    ('mart_price_target', 'target_price_hkd', 'target_price_low_hkd', 'target_price_high_hkd'),
    ('mart_price_target', 'implied_fx', 'implied_fx_low', 'implied_fx_high'),
    ('fct_scarcity_premium', 'multiple_change_ratio', 'multiple_change_low_ratio', 'multiple_change_high_ratio'),
    ('fct_scarcity_premium', 'premium_ratio', 'premium_low_ratio', 'premium_high_ratio'),
    ('mart_scarcity_outlook', 'market_cap_after_usd', 'market_cap_after_low_usd', 'market_cap_after_high_usd'),
    ('fct_capability_gap', 'gap_months', 'gap_low_months', 'gap_high_months'),
] %}
    select
        '{{ mart }}' as mart,
        '{{ column }}' as column_name,
        document_id,
        {{ column }} as figure,
        {{ low }} as low_end,
        {{ high }} as high_end
    from {{ ref(mart) }}
    where
        {{ low }} - {{ column }} > 1e-9 * abs({{ column }})
        or {{ column }} - {{ high }} > 1e-9 * abs({{ column }})
        or {{ low }} - {{ high }} > 1e-9 * abs({{ high }})
    {% if not loop.last %} union all {% endif %}
{% endfor %}
