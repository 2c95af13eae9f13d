{{ config(meta={'dagster': {'ref': {'name': 'int_filing_lockup'}}}) }}
-- What amendments of a lot can't say: more than the lot has, two things at once, what was free already, or of a table that does
-- not count. Each would lock shares that float, or the other way round.
-- Shares that a transfer took from one lot are a lot of the holder who has them, which later documents amend in their turn.
with blocks as (
    select
        ticker,
        document_id,
        stated_in_document_id,
        stated_holder,
        share_class,
        lot_origin,
        amended_lot as stated_lot,
        amends,
        release_rule,
        stated_shares,
        shares,
        is_replaced,
        statement_order,
        stated_on,
        coalesce(amends in ('releases early', 'transfers'), false) as takes_from_lot
    from {{ ref('int_filing_lockup') }}

    union all

    select
        ticker,
        document_id,
        stated_in_document_id,
        holder as stated_holder,
        share_class,
        lot_origin,
        lot as stated_lot,
        cast(null as string) as amends,
        release_rule,
        stated_shares,
        shares,
        is_replaced,
        statement_order,
        stated_on,
        false as takes_from_lot
    from {{ ref('int_filing_lockup') }}
    where amends = 'transfers'
),

rows_of_lots as (
    select
        lockups.*,
        dates.last_locked_latest_on as ends_on
    from blocks as lockups
    left join {{ ref('int_release_rule_date') }} as dates
        on lockups.ticker = dates.ticker and lockups.release_rule = dates.release_rule
),

lots as (
    select
        ticker,
        document_id,
        stated_holder,
        share_class,
        lot_origin,
        stated_lot,
        max(case when takes_from_lot then 1 else 0 end) as is_taken_from,
        max(case when not takes_from_lot and release_rule like 'parts(%' then 1 else 0 end) as has_parts,
        max(case when takes_from_lot then statement_order end) as taken_order,
        max(case when amends = 'corrects' then statement_order end) as corrected_order,
        min(case when not takes_from_lot and not is_replaced then shares end) as least_shares,
        max(case when not takes_from_lot and not is_replaced then shares end) as most_shares
    from rows_of_lots
    where document_id is not null
    group by ticker, document_id, stated_holder, share_class, lot_origin, stated_lot
),

-- each amendment beside what its lot was until then
amendments as (
    select
        own.ticker,
        own.document_id,
        own.stated_in_document_id,
        own.stated_holder,
        own.share_class,
        own.stated_lot,
        own.amends,
        own.stated_shares,
        own.stated_on,
        own.ends_on,
        own.shares,
        max(case when not before.takes_from_lot then before.shares end) as lot_shares,
        max(case when before.takes_from_lot then 1 else 0 end) as is_taken_from,
        max(before.ends_on) as lot_ends_on,
        max(
            case
                when
                    before.amends is not null
                    and before.stated_on = own.stated_on
                    and before.stated_in_document_id <> own.stated_in_document_id
                    and (before.takes_from_lot <> own.takes_from_lot or 'corrects' in (before.amends, own.amends))
                    then 1
                else 0
            end
        ) as is_ordered_by_chance
    from rows_of_lots as own
    inner join rows_of_lots as before
        on
            own.ticker = before.ticker
            and own.document_id = before.document_id
            and own.stated_holder = before.stated_holder
            and own.share_class = before.share_class
            and own.lot_origin = before.lot_origin
            and own.stated_lot = before.stated_lot
            and own.statement_order > before.statement_order
    where own.amends is not null and own.amends <> 'adds'
    group by
        own.ticker, own.document_id, own.stated_in_document_id, own.stated_holder, own.share_class, own.stated_lot, own.amends,
        own.stated_shares, own.stated_on, own.ends_on, own.shares
),

judged as (
    select
        lots.ticker,
        lots.document_id,
        lots.stated_holder as holder,
        lots.share_class,
        lots.stated_lot as lot,
        case
            when lots.least_shares < 0 then 'more is released early or transferred than the lot has'
            when lots.is_taken_from = 1 and (lots.least_shares <> lots.most_shares or lots.has_parts = 1)
                then
                    'shares leave a lot of which single parts are bound by restrictions of their own, or which is extended by'
                    || ' more than is left: write the parts as lots of their own names'
            when lots.taken_order < lots.corrected_order
                then 'the lot is corrected after shares left it: write the full table as it is now, without amends'
        end as reason
    from lots

    union all

    select
        amendments.ticker,
        amendments.stated_in_document_id as document_id,
        amendments.stated_holder as holder,
        amendments.share_class,
        amendments.stated_lot as lot,
        case
            when amendments.is_ordered_by_chance = 1
                then 'two documents of one day change the lot, and nothing says which comes first: write known_on of each'
            when amendments.lot_ends_on < amendments.stated_on
                then 'the lot was free before this was known: check the days; a lot can not be locked again by an amendment'
            when
                amendments.amends = 'extends'
                and amendments.shares > amendments.lot_shares
                and amendments.is_taken_from = 0
                then 'more is extended than the lot has: each document counts in the shares of its own day'
            when amendments.amends = 'extends' and amendments.ends_on < amendments.lot_ends_on
                then 'an extension that ends before the lot does: check last_day_locked'
            when amendments.amends = 'releases early' and amendments.ends_on > amendments.lot_ends_on
                then 'an early release that ends after the lot does: check last_day_locked'
        end as reason
    from amendments

    union all

    select
        amendments.ticker,
        amendments.stated_in_document_id as document_id,
        amendments.stated_holder as holder,
        amendments.share_class,
        amendments.stated_lot as lot,
        case
            when tranches.is_preferred = 0
                then
                    'the table that is amended does not count, another document of this ticker does: write that one in'
                    || ' amended_document_id'
        end as reason
    from {{ ref('int_filing_lockup') }} as amendments
    inner join
        (
            select
                ticker,
                document_id,
                max(case when is_preferred then 1 else 0 end) as is_preferred
            from {{ ref('fct_lockup_tranche') }}
            group by ticker, document_id
        ) as tranches
        on amendments.ticker = tranches.ticker and amendments.document_id = tranches.document_id
    where amendments.amends is not null
)

select * from judged
where reason is not null
