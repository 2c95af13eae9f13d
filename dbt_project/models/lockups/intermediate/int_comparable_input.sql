-- The inputs of the printed comparison table, one row per issuer; the ratios printed beside them are claims, which are not read.
with ranked as (
    select
        comparables.*,
        dense_rank() over (
            partition by comparables.ticker
            order by documents.rank, comparables.known_on desc, comparables.document_id
        ) as preference
    from {{ ref('stg_lockup_comparables') }} as comparables
    inner join {{ ref('stg_documents') }} as documents on comparables.document_id = documents.document_id
)

select
    ticker,
    max(issuer) as issuer,
    max(case when metric = 'Listing Date' then printed_earliest_on end) as listing_on,
    max(case when metric = '6M Lock-up Expiry Date' then printed_earliest_on end) as expiry_on,
    {% for metric, column in [
        ('IPO Price (HKD)', 'ipo_price_hkd'),
        ('Price at 6M Expiry (HKD)', 'price_at_expiry_hkd'),
        ('6M Post Expiry Price (HKD)', 'price_after_hkd'),
        ('Pre-6M Avg Price (HKD)', 'average_price_before_hkd'),
        ('Daily Turnover Pre-6M (HKD bn)', 'turnover_before_hkd'),
        ('6M Expiry Day Performance', 'expiry_day_return_ratio'),
        ('Daily Turnover Post-6M (HKD bn)', 'turnover_after_hkd'),
    ] %}
        cast(max(case when metric = '{{ metric }}' then value end) as double) as {{ column }},
    {% endfor %}
    {% for metric, column in [
        ('Total Shares Outstanding (mn)', 'total_shares'),
        ('IPO Shares Issued (mn)', 'ipo_shares'),
        ('Public Shares at 6M (Float) (mn)', 'float_before_shares'),
        ('Shares Released at 6M (mn shares)', 'released_shares'),
        ('6M Expiry Day Volume (mn shares)', 'expiry_day_volume_shares'),
    ] %}
        cast(max(case when metric = '{{ metric }}' then value end) as bigint) as {{ column }},
    {% endfor %}
    document_id,
    max(table_ref) as table_ref,
    max(known_on) as known_on,
    -- what rounds to the printed figure
    {% for metric, column in [
        ('IPO Price (HKD)', 'ipo_price_hkd'),
        ('Price at 6M Expiry (HKD)', 'price_at_expiry_hkd'),
        ('6M Post Expiry Price (HKD)', 'price_after_hkd'),
        ('Pre-6M Avg Price (HKD)', 'average_price_before_hkd'),
        ('Daily Turnover Pre-6M (HKD bn)', 'turnover_before_hkd'),
        ('Daily Turnover Post-6M (HKD bn)', 'turnover_after_hkd'),
        ('Total Shares Outstanding (mn)', 'total_shares'),
        ('IPO Shares Issued (mn)', 'ipo_shares'),
        ('Public Shares at 6M (Float) (mn)', 'float_before_shares'),
        ('Shares Released at 6M (mn shares)', 'released_shares'),
    ] %}
        {% for end in ['low', 'high'] %}
            cast(max(case when metric = '{{ metric }}' then {{ end }} end) as double) as {{ column }}_{{ end }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
        {%- if not loop.last %},{% endif %}
    {% endfor %}
from ranked
where preference = 1
group by ticker, document_id
