{{ config(meta={'dagster': {'ref': {'name': 'mart_value_chain'}}}) }}
-- the layers' shares of a region add up to the whole, and so do the companies', on either denominator
select
    region,
    is_total,
    sum(layer_ratio) as layer_ratios,
    sum(layer_of_listed_ratio) as layer_of_listed_ratios
from {{ ref('mart_value_chain') }}
group by region, is_total
having abs(sum(layer_ratio) - 1) > 1e-9 or abs(sum(layer_of_listed_ratio) - 1) > 1e-9
