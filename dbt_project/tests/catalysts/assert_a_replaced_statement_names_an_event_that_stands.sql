{{ config(meta={'dagster': {'ref': {'name': 'fct_catalyst'}}}) }}
select
    catalysts.catalyst_id,
    catalysts.replaced_by_catalyst_id
from {{ ref('fct_catalyst') }} as catalysts
left join {{ ref('fct_catalyst') }} as replacing
    on catalysts.replaced_by_catalyst_id = replacing.catalyst_id and replacing.is_preferred
where
    (catalysts.replaced_by_catalyst_id is not null and replacing.catalyst_id is null)
    or catalysts.earliest_on > catalysts.latest_on
