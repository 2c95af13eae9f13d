{{ config(meta={'dagster': {'ref': {'name': 'int_float_step'}}}) }}
-- and is never negative: a document that locks more than is listed is wrong, or a capital event is missing
select ticker, document_id, policy, step_on, float_shares, listed_shares, locked_shares, total_shares
from {{ ref('int_float_step') }}
where float_shares < 0 or float_shares > listed_shares or listed_shares > total_shares
