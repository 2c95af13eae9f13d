{{ config(meta={'dagster': {'ref': {'name': 'int_float_step'}}}) }}
-- What the acquirer issues for a company that it takes over is what the ratio gives for the listed shares that this had on its
-- last day, and what was locked of these is locked of the acquirer's. Where something does not tell, no float is right.
with lasts as (
    select
        steps.ticker,
        steps.document_id,
        steps.listed_shares,
        steps.locked_shares,
        steps.lent_shares
    from {{ ref('int_float_step') }} as steps
    inner join {{ ref('int_listing_end') }} as ends on steps.ticker = ends.ticker
    where
        steps.is_preferred
        and steps.policy = 'unlocked'
        and steps.step_on < ends.ended_on
        and coalesce(steps.next_step_on, {{ never() }}) >= ends.ended_on
),

carried as (
    select
        lots.came_from as ticker,
        lots.ticker as acquirer,
        count(*) as lots,
        sum(case when lots.locked_from_on <= mergers.issued_on then lots.shares else 0 end) as locked_shares
    from {{ ref('int_lot') }} as lots
    inner join {{ ref('int_merger') }} as mergers on lots.came_from = mergers.ticker and lots.ticker = mergers.acquirer
    group by lots.came_from, lots.ticker
),

chains as (
    select
        mergers.ticker,
        mergers.acquirer,
        count(*) as events
    from {{ ref('int_merger') }} as mergers
    inner join {{ ref('int_share_capital') }} as capital
        on mergers.acquirer = capital.ticker and mergers.issued_on > capital.effective_on
    group by mergers.ticker, mergers.acquirer
),

judged as (
    select
        mergers.ticker,
        mergers.acquirer,
        mergers.effective_on,
        mergers.issued_shares,
        mergers.stated_issued_shares,
        lasts.listed_shares,
        lasts.locked_shares,
        carried.locked_shares as carried_shares,
        mergers.document_id,
        case
            when mergers.issued_shares is null
                then 'no document states the share capital of the ticker: write exchanged_shares, or its share_capital_events'
            when chains.ticker is null
                then 'no document states the share capital of the acquirer before that day: add it to share_capital_events'
            when abs(mergers.stated_issued_shares - mergers.issued_shares) > greatest(1, mergers.issued_shares / 1000.0)
                then
                    'the consideration issues that are stated of these days are not what the ratio gives: correct new_shares,'
                    || ' old_shares or exchanged_shares, or the event_kind of an issue for something else'
            when
                mergers.exchanged_shares is null
                and abs(
                    cast(lasts.listed_shares as double) * mergers.new_shares / mergers.old_shares - mergers.issued_shares
                ) > mergers.new_shares + 1
                then 'not all shares of the ticker are listed, or some are in treasury: write exchanged_shares'
            when lasts.ticker is not null and acquirers.ticker is null
                then 'no document states what of the acquirer is locked: add its table to filing_lockups'
            when
                lasts.lent_shares > 0
                or abs(
                    cast(lasts.locked_shares as double) * mergers.new_shares / mergers.old_shares
                    - coalesce(carried.locked_shares, 0)
                ) > (mergers.new_shares + 1) * (coalesce(carried.lots, 0) + 1)
                then
                    'shares of the ticker are locked at its end that no lot of its table has, as lent ones, or those that changed'
                    || ' their class: correct the lots by amends in filing_lockups'
        end as reason
    from {{ ref('int_merger') }} as mergers
    left join lasts on mergers.ticker = lasts.ticker
    left join carried on mergers.ticker = carried.ticker and mergers.acquirer = carried.acquirer
    left join chains on mergers.ticker = chains.ticker and mergers.acquirer = chains.acquirer
    left join {{ ref('int_lockup_document') }} as acquirers on mergers.acquirer = acquirers.ticker and acquirers.is_preferred
)

select * from judged
where reason is not null
