-- The restrictions of each full table of a filing as later documents amend it, lot by lot in the order in which they were known.
-- What extends a lot binds it beside what was said before. What is released early or transferred leaves the lot and stands on its
-- own row, as does what was missing. What corrects a lot replaces what was said of it before. A table's own rows come first.
-- A lot that was transferred, or added, is amended like one of the table: who has shares by a transfer can transfer them on.
-- A document counts in the shares of its own day: of that on which it was known, or the first of the ticker under which it states
-- the row if that is later. A lot of which several documents speak counts in the shares of the newest (`counted_on`); a fraction
-- of a share that a consolidation leaves is in none.
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

-- all shares at the listing, of which a document that counts no shares states a lot's share
openings as (
    select
        events.ticker,
        max({{ before_splits('events.total_shares', 'splits') }}) as total_before_splits
    from (
        select
            ticker,
            effective_on,
            total_shares,
            rank() over (partition by ticker order by effective_on, event_number) as event_order
        from {{ ref('int_share_capital') }}
    ) as events
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'events.ticker', 'events.effective_on') }}
    where events.event_order = 1
    group by events.ticker
),

dated as (
    select
        lockups.*,
        {{ day_of_shares('lockups', 'securities') }} as shares_of_on
    from {{ ref('stg_filing_lockups') }} as lockups
    left join {{ ref('int_security') }} as securities on lockups.stated_ticker = securities.ticker
),

stated as (
    select
        lockups.*,
        coalesce(
            lockups.shares,
            {{ whole_shares(
                'cast(lockups.pct_of_total_value as double) * ' ~ after_splits('openings.total_before_splits', 'splits')
            ) }}
        ) as lot_shares,
        splits.cumulative_numerator,
        splits.cumulative_denominator,
        tables.document_id as table_document_id,
        coalesce(lockups.lot_origin, categories.lot_origin) as known_origin,
        coalesce(lockups.lot, '') as lot_name,
        coalesce(lockups.amends in ('releases early', 'transfers'), false) as takes_from_lot,
        row_number() over (
            order by
                lockups.ticker, lockups.document_id, lockups.holder, lockups.holder_category, lockups.share_class, lockups.lot,
                lockups.stage, lockups.transferred_to, lockups.release_rule
        ) as statement_number
    from dated as lockups
    -- an amendment whose table is left out has none, and counts for nothing
    left join tables
        on
            lockups.ticker = tables.ticker
            and (
                lockups.document_id = tables.document_id
                or lockups.amended_document_id = tables.document_id
                or (lockups.amends is not null and lockups.amended_document_id is null and tables.tables_of_ticker = 1)
            )
    left join {{ ref('stg_holder_categories') }} as categories on lockups.holder_category = categories.printed_category
    left join openings on lockups.ticker = openings.ticker
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'lockups.ticker', 'lockups.shares_of_on') }}
),

-- a heading of own words binds the lot that the holder's other headings in the table bind; landing refuses it where those bind
-- lots of both kinds
tabled as (
    select
        statement_number,
        ticker,
        table_document_id,
        holder,
        holder_category,
        share_class,
        lot_name,
        coalesce(
            known_origin,
            max(known_origin) over (partition by ticker, table_document_id, holder, share_class),
            'pre-IPO'
        ) as lot_origin
    from stated
    where amends is null
),

headings as (
    select ticker, table_document_id, holder, holder_category, share_class, lot_name, max(lot_origin) as lot_origin
    from tabled
    group by ticker, table_document_id, holder, holder_category, share_class, lot_name
),

ordered as (
    select
        stated.*,
        headings.lot_origin as heading_origin,
        dense_rank() over (
            partition by stated.ticker, stated.table_document_id
            order by
                case when stated.amends is null then 0 else 1 end,
                case when stated.amends is not null then stated.known_on end,
                case when stated.amends is not null then stated.document_id end,
                -- within a document: first what the lot is, then what leaves it
                case when stated.takes_from_lot then 1 else 0 end
        ) as statement_order
    from stated
    left join headings
        on
            stated.ticker = headings.ticker
            and stated.table_document_id = headings.table_document_id
            and stated.holder = headings.holder
            and stated.holder_category = headings.holder_category
            and stated.share_class = headings.share_class
            and stated.lot_name = headings.lot_name
),

-- what leaves a lot, or was missing, is a block of shares of its own, also where its holder has one of that name
made as (
    select
        statement_number,
        ticker,
        table_document_id,
        coalesce(transferred_to, holder) as holder,
        holder_category,
        share_class,
        lot_name,
        statement_order,
        amends,
        lot_name || ' (' || amends || case when transferred_to is null then '' else ' from ' || holder end || ', ' || document_id
        || ')' as block_name,
        coalesce(case when amends <> 'adds' then heading_origin end, known_origin, 'pre-IPO') as lot_origin
    from ordered
    where takes_from_lot or amends = 'adds'
),

-- the block of which an amendment speaks: of the table, else one that a transfer made or that was added by then
aimed as (
    select
        ordered.statement_number,
        max(made.block_name) as block_name,
        max(made.lot_origin) as lot_origin
    from ordered
    inner join made
        on
            ordered.ticker = made.ticker
            and ordered.table_document_id = made.table_document_id
            and ordered.holder = made.holder
            and ordered.holder_category = made.holder_category
            and ordered.share_class = made.share_class
            and ordered.lot_name = made.lot_name
            and ordered.statement_order > made.statement_order
    where ordered.amends <> 'adds' and ordered.heading_origin is null and made.amends <> 'releases early'
    group by ordered.statement_number
),

statements as (
    select
        ordered.*,
        {{ before_splits('ordered.lot_shares', 'ordered') }} as lot_before_splits,
        coalesce(ordered.transferred_to, ordered.holder) as block_holder,
        -- an amendment is of the lot under whose heading it stands
        case
            when ordered.amends is null then tabled.lot_origin
            when ordered.amends = 'adds' then made.lot_origin
            else coalesce(ordered.heading_origin, aimed.lot_origin)
        end as decided_origin,
        coalesce(case when ordered.amends = 'adds' then made.block_name else aimed.block_name end, ordered.lot_name)
            as amended_lot,
        coalesce(made.block_name, aimed.block_name, ordered.lot_name) as block_name
    from ordered
    left join tabled on ordered.statement_number = tabled.statement_number
    left join made on ordered.statement_number = made.statement_number
    left join aimed on ordered.statement_number = aimed.statement_number
),

-- what changes a lot; shares under two headings or in two stages leave it once
changes as (
    select
        ticker,
        table_document_id,
        holder,
        share_class,
        decided_origin,
        amended_lot,
        statement_order,
        amends,
        transferred_to,
        case when takes_from_lot then max(lot_before_splits) else 0e0 end as taken_before_splits,
        max(shares_of_on) as shares_of_on,
        max(known_on) as known_on
    from statements
    where takes_from_lot or amends = 'corrects'
    group by
        ticker, table_document_id, holder, share_class, decided_origin, amended_lot, statement_order, amends, transferred_to,
        takes_from_lot
),

amended as (
    select
        statements.statement_number,
        sum(changes.taken_before_splits) as taken_before_splits,
        max(case when changes.amends = 'corrects' then 1 else 0 end) as is_replaced,
        max(changes.known_on) as known_on
    from statements
    inner join changes
        on
            statements.ticker = changes.ticker
            and statements.table_document_id = changes.table_document_id
            and statements.block_holder = changes.holder
            and statements.share_class = changes.share_class
            and statements.decided_origin = changes.decided_origin
            and statements.block_name = changes.amended_lot
            and statements.statement_order < changes.statement_order
    group by statements.statement_number
),

-- the newest document that speaks of a block, in whose shares it counts
blocks as (
    select
        ticker,
        table_document_id,
        holder,
        share_class,
        decided_origin,
        lot,
        max(shares_of_on) as counted_on,
        max(known_on) as known_on
    from (
        select
            ticker,
            table_document_id,
            block_holder as holder,
            share_class,
            decided_origin,
            block_name as lot,
            shares_of_on,
            known_on
        from statements
        union all
        select ticker, table_document_id, holder, share_class, decided_origin, amended_lot as lot, shares_of_on, known_on
        from changes
    ) as documents
    group by ticker, table_document_id, holder, share_class, decided_origin, lot
)

select
    statements.ticker,
    statements.table_document_id as document_id,
    statements.document_id as stated_in_document_id,
    statements.amends,
    statements.holder as stated_holder,
    statements.block_holder as holder,
    statements.holder_category,
    statements.share_class,
    statements.decided_origin as lot_origin,
    statements.block_name as lot,
    statements.lot_name as stated_lot,
    statements.stage,
    statements.release_rule,
    statements.restriction,
    statements.lot_shares as stated_shares,
    case
        when amended.is_replaced = 1 or statements.table_document_id is null then cast(0 as bigint)
        else {{ no_more_than_whole_shares(
            after_splits('statements.lot_before_splits - coalesce(amended.taken_before_splits, 0)', 'splits')
        ) }}
    end as shares,
    coalesce(amended.is_replaced, 0) = 1 as is_replaced,
    statements.statement_order,
    statements.known_on as stated_on,
    greatest(
        statements.known_on,
        coalesce(amended.known_on, statements.known_on),
        -- a split lies between what the row says and what it counts as
        case when splits.ex_on > statements.shares_of_on then greatest(blocks.known_on, splits.known_on) end
    ) as known_on,
    statements.table_ref,
    statements.amended_lot,
    statements.locked_from_on,
    statements.shares_of_on,
    coalesce(blocks.counted_on, statements.shares_of_on) as counted_on
from statements
left join amended on statements.statement_number = amended.statement_number
left join blocks
    on
        statements.ticker = blocks.ticker
        and statements.table_document_id = blocks.table_document_id
        and statements.block_holder = blocks.holder
        and statements.share_class = blocks.share_class
        and statements.decided_origin = blocks.decided_origin
        and statements.block_name = blocks.lot
left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'statements.ticker', 'blocks.counted_on') }}
