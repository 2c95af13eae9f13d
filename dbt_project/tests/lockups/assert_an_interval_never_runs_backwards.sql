{{ config(meta={'dagster': {'ref': {'name': 'fct_lockup_tranche'}}}) }}
select ticker, document_id, release_rule, first_tradable_earliest_on, first_tradable_latest_on
from {{ ref('fct_lockup_tranche') }}
where first_tradable_earliest_on > first_tradable_latest_on
