{{ config(meta={'dagster': {'ref': {'name': 'fct_lockup_source_difference'}}}) }}
-- the differences of a pair of documents add up to the difference of all that they release
with totals as (
    select ticker, document_id, sum(tradable_shares) as shares
    from {{ ref('fct_lockup_tranche') }}
    where date_basis <> 'at listing' and first_tradable_latest_on is not null
    group by ticker, document_id
),

differences as (
    select ticker, document_id, preferred_document_id, sum(difference_shares) as difference_shares
    from {{ ref('fct_lockup_source_difference') }}
    group by ticker, document_id, preferred_document_id
)

select differences.*, stated.shares as stated_shares, preferred.shares as preferred_shares
from differences
inner join totals as stated on differences.ticker = stated.ticker and differences.document_id = stated.document_id
inner join totals as preferred
    on differences.ticker = preferred.ticker and differences.preferred_document_id = preferred.document_id
where differences.difference_shares <> stated.shares - preferred.shares
