{{ config(meta={'dagster': {'ref': {'name': 'fct_share_capital'}}}) }}
select ticker, effective_on, event, total_shares_before, issued_shares, total_shares, unexplained_shares, document_id
from {{ ref('fct_share_capital') }}
where unexplained_shares <> 0
