{{ config(meta={'dagster': {'ref': {'name': 'mart_value_chain'}}}) }}
-- the layers' shares of a region add up to the whole, and so do the companies', on either denominator
select
    region,
    is_total,
    sum(share_of_region_ratio) as layer_ratios,
    sum(share_of_listed_region_ratio) as layer_of_listed_ratios
from {{ ref('mart_value_chain') }}
group by region, is_total
having abs(sum(share_of_region_ratio) - 1) > 1e-9 or abs(sum(share_of_listed_region_ratio) - 1) > 1e-9
