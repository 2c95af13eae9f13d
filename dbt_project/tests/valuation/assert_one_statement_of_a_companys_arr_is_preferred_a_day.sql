{{ config(meta={'dagster': {'ref': {'name': 'fct_arr'}}}) }}
select
    company,
    as_of,
    is_forecast,
    count(*) as preferred_statements
from {{ ref('fct_arr') }}
where is_preferred
group by company, as_of, is_forecast
having count(*) > 1
