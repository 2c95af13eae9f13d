{{ config(meta={'dagster': {'ref': {'name': 'int_lock_conversion'}}}) }}
-- A conversion that does not tell whose locked shares are converted would free them, or lock free ones: its `reason` says what to
-- write. And a conversion changes no total: with one class only it would be an issue, or a cancellation.
select distinct
    ticker,
    effective_on,
    event,
    holder,
    share_class,
    converted_shares,
    event_document_id as document_id,
    document_id as lockup_document_id,
    refusal as reason
from {{ ref('int_lock_conversion') }}
where is_preferred and refusal is not null

union all

select
    ticker,
    effective_on,
    max(event) as event,
    '' as holder,
    max(share_class) as share_class,
    sum(issued_shares) as converted_shares,
    max(document_id) as document_id,
    cast(null as string) as lockup_document_id,
    'the rows of a class conversion do not add up to 0: write the class that the shares leave (less) and the class that they join'
    || ' (more), or another event_kind' as reason
from {{ ref('int_share_capital') }}
where event_kind = 'class conversion'
group by ticker, effective_on
having sum(issued_shares) <> 0
