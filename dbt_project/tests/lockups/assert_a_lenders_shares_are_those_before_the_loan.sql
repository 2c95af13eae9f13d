{{ config(meta={'dagster': {'ref': {'name': 'int_float_step'}}}) }}
-- A document whose locked shares leave out exactly the over-allocated ones counts its lender after the loan: they would float
-- twice.
with openings as (
    select
        steps.*,
        row_number() over (partition by steps.ticker, steps.document_id order by steps.step_on) as step_number
    from {{ ref('int_float_step') }} as steps
    where steps.policy = 'unlocked'
),

offers as (
    select
        ticker,
        effective_on,
        sum(issued_shares) as offer_shares
    from {{ ref('int_share_capital') }}
    where event_kind = 'listing'
    group by ticker, effective_on
)

select
    openings.ticker,
    openings.document_id,
    loans.document_id as over_allocation_document_id,
    offers.offer_shares,
    loans.over_allocated_shares,
    openings.float_shares - openings.lent_shares as float_without_loan_shares,
    'the locked shares leave out what was lent: '
    || {{ text_literal("write the lender's shares in filing_lockups as before the loan") }} as reason
from openings
inner join offers on openings.ticker = offers.ticker and openings.step_on = offers.effective_on
inner join {{ ref('int_over_allocation') }} as loans on openings.ticker = loans.ticker
where
    openings.step_number = 1
    and loans.over_allocated_shares > 0
    and loans.settlement in ('borrowed', 'not stated')
    and openings.float_shares - openings.lent_shares = offers.offer_shares + loans.over_allocated_shares
