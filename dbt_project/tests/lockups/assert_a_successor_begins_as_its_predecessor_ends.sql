{{ config(meta={'dagster': {'ref': {'name': 'int_float_step'}}}) }}
-- By one document, a ticker as which another goes on begins with the shares that the other had on its last day, in its own
-- shares; what is released on its first day comes on top. Where capital changed or shares were lent in between, the total alone
-- is compared, with what was issued.
with successions as (
    select
        successions.ticker,
        successions.successor,
        successions.began_on,
        ends.ended_on,
        cast(successors.new_shares as double) / successors.old_shares as ratio
    from {{ ref('int_succession') }} as successions
    inner join {{ ref('int_security_successor') }} as successors
        on successions.ticker = successors.ticker and successors.is_preferred
    inner join {{ ref('int_listing_end') }} as ends on successions.ticker = ends.ticker
    where successions.is_direct
),

last_steps as (
    select
        steps.*,
        successions.successor,
        successions.began_on,
        successions.ended_on,
        successions.ratio
    from {{ ref('int_float_step') }} as steps
    inner join successions on steps.ticker = successions.ticker
    where
        steps.policy = 'unlocked'
        and steps.step_on < successions.ended_on
        and coalesce(steps.next_step_on, {{ never() }}) >= successions.ended_on
),

events as (
    select
        last_steps.successor,
        sum(case when capital.is_split then 0 else capital.issued_shares end) as issued_shares,
        count(*) as changes
    from (select distinct successor, ended_on, began_on from last_steps) as last_steps
    inner join {{ ref('int_share_capital') }} as capital
        on
            last_steps.successor = capital.ticker
            and last_steps.ended_on <= capital.effective_on
            and last_steps.began_on >= capital.effective_on
    group by last_steps.successor
),

loans as (
    select distinct last_steps.successor
    from last_steps
    inner join {{ ref('int_share_loan') }} as loans
        on
            last_steps.successor = loans.ticker
            and last_steps.ended_on <= loans.step_on
            and last_steps.began_on >= loans.step_on
)

select
    last_steps.ticker,
    last_steps.successor,
    last_steps.document_id,
    last_steps.total_shares,
    begun.total_shares as successor_total_shares,
    last_steps.float_shares,
    begun.float_shares as successor_float_shares,
    begun.released_shares
from last_steps
inner join {{ ref('int_float_step') }} as begun
    on
        last_steps.successor = begun.ticker
        and last_steps.document_id = begun.document_id
        and last_steps.began_on = begun.step_on
        and begun.policy = 'unlocked'
left join events on last_steps.successor = events.successor
left join loans on last_steps.successor = loans.successor
where
    abs(last_steps.total_shares * last_steps.ratio + coalesce(events.issued_shares, 0) - begun.total_shares)
    > last_steps.ratio + 1
    or (
        coalesce(events.changes, 0) = 0
        and loans.successor is null
        and abs(last_steps.float_shares * last_steps.ratio + begun.released_shares - begun.float_shares) > last_steps.ratio + 1
    )
