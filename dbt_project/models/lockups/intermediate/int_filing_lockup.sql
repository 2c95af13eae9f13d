-- The restrictions of each full table of a filing as later documents amend it, lot by lot in the order in which they were known.
-- What extends a lot binds it beside what was said before. What is released early or transferred leaves the lot and stands on its
-- own row. What corrects a lot replaces all that was said of it. A table's own rows come first, whatever their day.
with tables as (
    select
        ticker,
        document_id,
        count(*) over (partition by ticker) as tables_of_ticker
    from
        (
            select distinct ticker, document_id
            from {{ ref('stg_filing_lockups') }}
            where amends is null
        ) as documents
),

statements as (
    select
        lockups.*,
        tables.document_id as table_document_id,
        -- a heading of own words binds the lot that the holder's other headings bind; where those bind both kinds, landing
        -- refuses it
        coalesce(
            lockups.lot_origin,
            categories.lot_origin,
            max(coalesce(lockups.lot_origin, categories.lot_origin))
                over (partition by lockups.ticker, tables.document_id, lockups.holder, lockups.share_class),
            'pre-IPO'
        ) as decided_lot_origin,
        coalesce(lockups.lot, '') as lot_name,
        coalesce(lockups.amends in ('releases early', 'transfers'), false) as takes_from_lot,
        row_number() over (
            order by
                lockups.ticker, lockups.document_id, lockups.holder, lockups.holder_category, lockups.share_class, lockups.lot,
                lockups.stage, lockups.transferred_to, lockups.release_rule
        ) as statement_number,
        dense_rank() over (
            partition by lockups.ticker, tables.document_id
            order by
                case when lockups.amends is null then 0 else 1 end,
                case when lockups.amends is not null then lockups.known_on end,
                case when lockups.amends is not null then lockups.document_id end,
                -- within a document: first what the lot is, then what leaves it
                case when lockups.amends in ('releases early', 'transfers') then 1 else 0 end
        ) as statement_order
    from {{ ref('stg_filing_lockups') }} as lockups
    inner join tables
        on
            lockups.ticker = tables.ticker
            and (
                lockups.document_id = tables.document_id
                or lockups.amended_document_id = tables.document_id
                or (lockups.amends is not null and lockups.amended_document_id is null and tables.tables_of_ticker = 1)
            )
    left join {{ ref('stg_holder_categories') }} as categories on lockups.holder_category = categories.printed_category
),

amended as (
    select
        statements.statement_number,
        sum(case when amendments.takes_from_lot then amendments.shares else 0 end) as taken_shares,
        max(case when amendments.amends = 'corrects' then 1 else 0 end) as is_replaced,
        max(amendments.known_on) as known_on
    from statements
    inner join statements as amendments
        on
            statements.ticker = amendments.ticker
            and statements.table_document_id = amendments.table_document_id
            and statements.holder = amendments.holder
            and statements.share_class = amendments.share_class
            and statements.decided_lot_origin = amendments.decided_lot_origin
            and statements.lot_name = amendments.lot_name
            and statements.statement_order < amendments.statement_order
    where amendments.amends = 'corrects' or (amendments.takes_from_lot and not statements.takes_from_lot)
    group by statements.statement_number
)

select
    statements.ticker,
    statements.table_document_id as document_id,
    statements.document_id as stated_in_document_id,
    statements.amends,
    statements.holder as stated_holder,
    coalesce(statements.transferred_to, statements.holder) as holder,
    statements.holder_category,
    statements.share_class,
    statements.decided_lot_origin as lot_origin,
    -- what left a lot is another block of shares, also where its holder has one of that name
    case
        when statements.takes_from_lot
            then statements.lot_name || ' (' || statements.amends || ', ' || statements.document_id || ')'
        else statements.lot_name
    end as lot,
    statements.lot as stated_lot,
    statements.stage,
    statements.release_rule,
    statements.restriction,
    statements.shares as stated_shares,
    case
        when amended.is_replaced = 1 then 0
        else cast(statements.shares - coalesce(amended.taken_shares, 0) as bigint)
    end as shares,
    statements.known_on as stated_on,
    greatest(statements.known_on, coalesce(amended.known_on, statements.known_on)) as known_on,
    statements.table_ref
from statements
left join amended on statements.statement_number = amended.statement_number
