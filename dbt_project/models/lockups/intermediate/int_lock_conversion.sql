-- Shares that leave an unlisted class for a listed one while they are locked: the lock goes along, so the listed shares that they
-- become are locked from the day of the conversion to the end of their lot. A conversion that names a holder is of that holder's
-- lots, else of the whole class. Which shares are converted is told where all of these are locked to one end, or all of them are
-- converted; else `refusal` says what to write. Shares are in those from before all splits, unless another day is said.
with chains as (
    select
        ticker,
        min(effective_on) as opening_on
    from {{ ref('int_share_capital') }}
    group by ticker
),

events as (
    select
        events.ticker,
        events.effective_on,
        events.event_number,
        events.event_kind,
        events.event,
        events.document_id,
        events.issued_shares,
        events.known_on,
        coalesce(stated.holder, '') as holder,
        classes.share_class,
        coalesce(classes.is_listed, false) as is_listed,
        {{ before_splits('events.issued_shares', 'splits') }} as issued_before_splits
    from {{ ref('int_share_capital') }} as events
    inner join chains on events.ticker = chains.ticker and events.effective_on > chains.opening_on
    inner join {{ ref('stg_share_capital_events') }} as stated
        on
            events.ticker = stated.ticker
            and events.document_id = stated.document_id
            and events.source_file = stated.source_file
            and events.source_row = stated.source_row
    left join {{ ref('int_share_class') }} as classes
        on events.ticker = classes.ticker and events.share_class = classes.share_class
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'events.ticker', 'events.effective_on') }}
    where not events.is_split
),

conversions as (
    select
        ticker,
        effective_on,
        event,
        document_id as event_document_id,
        holder,
        -- the class that shares leave, and the event by which they join a listed one
        max(case when issued_shares < 0 then share_class end) as share_class,
        max(case when issued_shares < 0 and is_listed then 1 else 0 end) = 1 as leaves_listed_class,
        max(case when issued_shares > 0 and is_listed then event_number end) as listed_event_number,
        max(case when issued_shares > 0 and not is_listed then 1 else 0 end) = 1 as joins_unlisted_class,
        min(event_number) as event_number,
        count(*) as class_rows,
        sum(issued_shares) as changed_shares,
        sum(case when issued_shares < 0 then -issued_shares else 0 end) as converted_shares,
        sum(case when issued_shares < 0 then -issued_before_splits else 0 end) as converted_before_splits,
        max(known_on) as known_on
    from events
    where event_kind = 'class conversion'
    group by ticker, effective_on, event, document_id, holder
),

tables as (
    select
        ticker,
        document_id,
        min(known_on) as known_on
    from {{ ref('stg_filing_lockups') }}
    where amends is null
    group by ticker, document_id
),

lots as (
    select
        lots.ticker,
        lots.document_id,
        tranches.is_preferred,
        lots.holder,
        lots.share_class,
        tranches.first_tradable_earliest_on,
        tranches.first_tradable_latest_on,
        lots.date_basis <> 'at listing' as is_locked,
        sum({{ before_splits('lots.shares', 'splits') }}) as shares
    from {{ ref('int_lot') }} as lots
    inner join {{ ref('int_lockup_tranche') }} as tranches
        on
            lots.ticker = tranches.ticker
            and lots.document_id = tranches.document_id
            and lots.holder_category = tranches.holder_category
            and lots.share_class = tranches.share_class
            and lots.release_rule = tranches.release_rule
            and coalesce(lots.last_locked_earliest_on, {{ never() }}) = coalesce(tranches.last_locked_earliest_on, {{ never() }})
            and coalesce(lots.last_locked_latest_on, {{ never() }}) = coalesce(tranches.last_locked_latest_on, {{ never() }})
            and coalesce(lots.locked_from_on, {{ never() }}) = coalesce(tranches.locked_from_on, {{ never() }})
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'lots.ticker', 'lots.counted_on') }}
    group by
        lots.ticker, lots.document_id, tranches.is_preferred, lots.holder, lots.share_class,
        tranches.first_tradable_earliest_on, tranches.first_tradable_latest_on, lots.date_basis <> 'at listing'
),

-- what the class had before the conversion, where a document states any balance of it
class_balances as (
    select
        conversions.ticker,
        conversions.effective_on,
        conversions.event_number,
        max(openings.opening_before_splits) + coalesce(sum(events.issued_before_splits), 0) as class_shares
    from conversions
    inner join {{ ref('int_share_class_opening') }} as openings
        on conversions.ticker = openings.ticker and conversions.share_class = openings.share_class
    left join events
        on
            conversions.ticker = events.ticker
            and conversions.share_class = events.share_class
            and (
                conversions.effective_on > events.effective_on
                or (conversions.effective_on = events.effective_on and conversions.event_number > events.event_number)
            )
    group by conversions.ticker, conversions.effective_on, conversions.event_number
),

-- what was converted since the table, of the same holder's shares or, where no holder is named, of the class
earlier as (
    select
        conversions.ticker,
        conversions.effective_on,
        conversions.event_number,
        tables.document_id,
        sum(before.converted_before_splits) as converted_shares
    from conversions
    inner join tables on conversions.ticker = tables.ticker
    inner join conversions as before
        on
            conversions.ticker = before.ticker
            and conversions.share_class = before.share_class
            and conversions.holder in ('', before.holder)
            and before.effective_on > tables.known_on
            and (
                conversions.effective_on > before.effective_on
                or (conversions.effective_on = before.effective_on and conversions.event_number > before.event_number)
            )
    group by conversions.ticker, conversions.effective_on, conversions.event_number, tables.document_id
),

-- the lots of each document that a conversion can be of
meant as (
    select
        conversions.ticker,
        conversions.effective_on,
        conversions.event_number,
        lots.document_id,
        lots.is_preferred,
        lots.first_tradable_earliest_on,
        lots.first_tradable_latest_on,
        lots.is_locked and coalesce(lots.first_tradable_latest_on, {{ never() }}) > conversions.effective_on as is_locked,
        sum(case when conversions.holder in ('', lots.holder) then lots.shares else 0 end) as shares
    from conversions
    inner join lots on conversions.ticker = lots.ticker and conversions.share_class = lots.share_class
    group by
        conversions.ticker, conversions.effective_on, conversions.event_number, lots.document_id, lots.is_preferred,
        lots.first_tradable_earliest_on, lots.first_tradable_latest_on,
        lots.is_locked and coalesce(lots.first_tradable_latest_on, {{ never() }}) > conversions.effective_on
),

sums as (
    select
        ticker,
        effective_on,
        event_number,
        document_id,
        is_preferred,
        sum(shares) as lot_shares,
        sum(case when is_locked then shares else 0 end) as locked_shares,
        sum(case when is_locked and shares > 0 then 1 else 0 end) as ends
    from meant
    group by ticker, effective_on, event_number, document_id, is_preferred
),

judged as (
    select
        conversions.*,
        sums.document_id,
        sums.is_preferred,
        sums.ends,
        coalesce(earlier.converted_shares, 0) as earlier_shares,
        sums.locked_shares - coalesce(earlier.converted_shares, 0) as locked_before_shares,
        case
            when conversions.holder = '' and class_balances.class_shares is not null then class_balances.class_shares
            else sums.lot_shares - coalesce(earlier.converted_shares, 0)
        end as all_shares,
        -- a table from after the conversion states its lots as they are then, unless they are more than the class has left
        tables.known_on < conversions.effective_on
        or sums.locked_shares > coalesce(class_balances.class_shares, sums.lot_shares) - conversions.converted_before_splits + 0.5
            as is_of_before
    from conversions
    inner join sums
        on
            conversions.ticker = sums.ticker
            and conversions.effective_on = sums.effective_on
            and conversions.event_number = sums.event_number
    inner join tables on sums.ticker = tables.ticker and sums.document_id = tables.document_id
    left join class_balances
        on
            conversions.ticker = class_balances.ticker
            and conversions.effective_on = class_balances.effective_on
            and conversions.event_number = class_balances.event_number
    left join earlier
        on
            conversions.ticker = earlier.ticker
            and conversions.effective_on = earlier.effective_on
            and conversions.event_number = earlier.event_number
            and sums.document_id = earlier.document_id
),

decided as (
    select
        *,
        case
            when holder <> '' and ends = 0 and all_shares <= 0
                then 'filing_lockups has no lot of that holder left in the class: write the holder as it does'
            when ends = 0 then null
            when class_rows <> 2 or changed_shares <> 0
                then
                    'write two rows of each conversion in the same words, and of each holder that it names: the class that the'
                    || ' shares leave (less) and the class that they join (more)'
            when leaves_listed_class and joins_unlisted_class
                then 'listed shares that are locked leave the listed class: write the full table of lock-ups as it is then'
            when leaves_listed_class or joins_unlisted_class then null
            when holder <> '' and converted_before_splits > all_shares + 0.5
                then 'more is converted than the lots of the holder have: mend the shares, or the holder'
            when ends = 1 and locked_before_shares >= all_shares - 0.5 then null
            when abs(converted_before_splits - all_shares) <= 0.5 and earlier_shares = 0 then null
            when holder <> ''
                then
                    'the lots of the holder are locked to several days, so nothing tells which of them are converted: convert'
                    || ' them whole, or correct the lots by amends in filing_lockups'
            else
                'the class has lots that are locked to several days, or shares that are free, so nothing tells which of them are'
                || ' converted: write two rows for each holder whose shares are, and name it in the column holder'
        end as refusal
    from judged
    where is_of_before
)

select
    decided.ticker,
    decided.document_id,
    decided.is_preferred,
    decided.effective_on,
    decided.event,
    decided.event_document_id,
    decided.holder,
    decided.share_class,
    decided.converted_shares,
    decided.listed_event_number,
    meant.first_tradable_earliest_on,
    meant.first_tradable_latest_on,
    case
        when decided.refusal is not null then 0e0
        when decided.ends = 1 then decided.converted_before_splits
        else meant.shares
    end as locked_before_splits,
    case
        when decided.refusal is not null then cast(0 as bigint)
        when decided.ends = 1 then decided.converted_shares
        else {{ whole_shares(after_splits('meant.shares', 'splits')) }}
    end as locked_shares,
    decided.refusal,
    decided.known_on
from decided
left join meant
    on
        decided.ticker = meant.ticker
        and decided.effective_on = meant.effective_on
        and decided.event_number = meant.event_number
        and decided.document_id = meant.document_id
        and meant.is_locked
        and meant.shares > 0
        and not decided.leaves_listed_class
        and not decided.joins_unlisted_class
left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'decided.ticker', 'decided.effective_on') }}
where decided.refusal is not null or meant.ticker is not null
