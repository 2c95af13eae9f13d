{{ config(meta={'dagster': {'ref': {'name': 'fct_over_allocation'}}}) }}
-- an option covers what was allotted beyond the offer, and no more: mend over_allocations or share_capital_events
select
    loans.ticker,
    loans.document_id,
    loans.over_allocated_shares,
    sum(events.issued_shares) as issued_shares
from {{ ref('fct_over_allocation') }} as loans
inner join {{ ref('int_share_capital') }} as events on loans.ticker = events.ticker
where events.is_over_allotment
group by loans.ticker, loans.document_id, loans.over_allocated_shares
having sum(events.issued_shares) > loans.over_allocated_shares
