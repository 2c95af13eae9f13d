{{ config(meta={'dagster': {'ref': {'name': 'fct_share_capital'}}}) }}
-- a split that two documents date differently would multiply twice: correct the ex date of one; and a capital event of the
-- kind of a split, dated before its ex date, would be added and multiplied: date it on the ex date, or
-- write in event_kind what else it is
select
    splits.ticker,
    splits.ex_on,
    splits.document_id,
    others.ex_on as other_on,
    others.document_id as other_document_id,
    'two splits within 10 days' as reason
from {{ ref('int_price_adjustment') }} as splits
inner join {{ ref('int_price_adjustment') }} as others
    on
        splits.ticker = others.ticker
        and splits.ex_on < others.ex_on
        and {{ add_days('splits.ex_on', 10) }} >= others.ex_on

union all

select
    splits.ticker,
    splits.ex_on,
    splits.document_id,
    events.effective_on as other_on,
    events.document_id as other_document_id,
    'a capital event of the kind of the split, before its ex date: date it on that day, or correct its event_kind' as reason
from {{ ref('int_split') }} as splits
inner join {{ ref('fct_share_capital') }} as events
    on
        splits.ticker = events.ticker
        and splits.ex_on > events.effective_on
        and {{ add_days('splits.ex_on', -10) }} <= events.effective_on
where {{ is_kind_of_split('events.event_kind') }} and not events.is_split and events.total_shares_before is not null
