{{ config(meta={'dagster': {'ref': {'name': 'int_filing_lockup'}}}) }}
-- Amendments together can't take more of a lot than it has; and shares of a table are of its day: across a split, single lots
-- can't be added to them or taken from them.
select
    lots.ticker,
    lots.document_id,
    lots.holder,
    lots.share_class,
    lots.shares,
    lots.known_on,
    'more is released early or transferred than the lot has: mend the shares of its amendments in filing_lockups' as reason
from {{ ref('int_filing_lockup') }} as lots
where lots.shares < 0

union all

select
    amendments.ticker,
    amendments.document_id,
    amendments.holder,
    amendments.share_class,
    amendments.stated_shares as shares,
    amendments.known_on,
    'a split lies between the table and its amendment: write the full table in the new shares, without amends' as reason
from {{ ref('int_filing_lockup') }} as amendments
inner join
    (
        select
            ticker,
            document_id,
            min(stated_on) as stated_on
        from {{ ref('int_filing_lockup') }}
        where amends is null
        group by ticker, document_id
    ) as tables
    on amendments.ticker = tables.ticker and amendments.document_id = tables.document_id
inner join {{ ref('int_split') }} as splits
    on
        amendments.ticker = splits.ticker
        and splits.ex_on > tables.stated_on
        and splits.ex_on <= amendments.stated_on
where amendments.amends is not null
