{{ config(meta={'dagster': {'ref': {'name': 'fct_share_capital'}}}) }}
-- shares of a class of which nothing tells whether it is listed would be float or not by chance: add the class, with is_listed,
-- to inbox/share_classes/, or call it as the other documents do
select events.ticker, events.effective_on, events.event, events.share_class, events.document_id, events.table_ref
from {{ ref('fct_share_capital') }} as events
left join {{ ref('int_share_class') }} as classes on events.ticker = classes.ticker and events.share_class = classes.share_class
where classes.ticker is null and events.share_class <> 'not stated'
