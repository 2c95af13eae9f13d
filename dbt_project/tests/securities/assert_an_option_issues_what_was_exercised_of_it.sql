{{ config(meta={'dagster': {'ref': {'name': 'fct_over_allocation'}}}) }}
-- an option covers what was allotted beyond the offer, and no more; once settled, what was exercised of it is in issue
with issued as (
    select
        loans.ticker,
        loans.document_id,
        loans.over_allocated_shares,
        loans.exercised_shares,
        loans.settled_on,
        coalesce(sum(events.issued_shares), 0) as issued_shares,
        -- what is exercised again later is issued after the day that this document speaks of
        coalesce(sum(case when events.effective_on <= loans.settled_on then events.issued_shares end), 0) as settled_shares
    from {{ ref('fct_over_allocation') }} as loans
    left join {{ ref('int_share_capital') }} as events
        on
            loans.ticker = events.ticker
            and events.is_over_allotment
            and (events.share_class is null or events.share_class = 'not stated' or events.share_class = loans.share_class)
    group by
        loans.ticker,
        loans.document_id,
        loans.over_allocated_shares,
        loans.exercised_shares,
        loans.settled_on
),

judged as (
    select
        issued.*,
        case
            when issued.issued_shares > issued.over_allocated_shares
                then 'more was issued under the option than was over-allocated: mend over_allocations or share_capital_events'
            when issued.settled_on <= {{ as_of() }} and issued.exercised_shares <> issued.settled_shares
                then
                    'the shares that were exercised are not those issued under the option: add the issue to share_capital_events,'
                    || ' or mend exercised_shares (of all exercises) in over_allocations'
        end as reason
    from issued
)

select * from judged
where reason is not null
