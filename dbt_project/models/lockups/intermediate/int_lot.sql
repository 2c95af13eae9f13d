-- One row per lot (or slice of one). The lots that are locked when their company is taken over go along: they are lots of the
-- acquirer, in its shares, from the day on which it issues these to the end of their undertakings, which count by the old ticker.
with own_lots as (
    select lots.*
    from {{ ref('int_own_lot') }} as lots
),

mergers as (
    select
        mergers.*,
        merged.document_id as lots_document_id,
        own.document_id as acquirer_document_id,
        case when own.tells_classes_apart then coalesce(mergers.share_class, 'not stated') else 'not stated' end as given_class,
        ends.ended_on,
        securities.exchange_mic
    from {{ ref('int_merger') }} as mergers
    inner join {{ ref('int_lockup_document') }} as merged on mergers.ticker = merged.ticker and merged.is_preferred
    inner join {{ ref('int_lockup_document') }} as own on mergers.acquirer = own.ticker and own.is_preferred
    inner join {{ ref('int_listing_end') }} as ends on mergers.ticker = ends.ticker
    inner join {{ ref('int_security') }} as securities on mergers.ticker = securities.ticker
),

-- what could not be sold under the old ticker: its first session after the lock-up is none of these, or in a halt
carried as (
    select
        lots.*,
        mergers.acquirer,
        mergers.acquirer_document_id,
        mergers.given_class,
        mergers.issued_on,
        greatest(lots.known_on, mergers.known_on, splits.known_on) as carried_known_on,
        {{ no_more_than_whole_shares(
            '(' ~ after_splits(before_splits('lots.shares', 'stated_splits'), 'splits') ~ ')'
            ~ ' * mergers.new_shares / mergers.old_shares'
        ) }} as new_shares
    from mergers
    inner join own_lots as lots on mergers.ticker = lots.ticker and mergers.lots_document_id = lots.document_id
    left join {{ ref('int_trading_day') }} as sessions
        on
            mergers.exchange_mic = sessions.exchange_mic
            and lots.last_locked_latest_on >= sessions.previous_trading_date
            and lots.last_locked_latest_on < sessions.trading_date
    left join {{ ref('int_trading_halt') }} as halts
        on
            mergers.ticker = halts.ticker
            and sessions.trading_date >= halts.suspended_on
            and sessions.trading_date < coalesce(halts.resumed_on, {{ never() }})
    left join {{ ref('int_split') }} as stated_splits
        on {{ splits_until('stated_splits', 'lots.ticker', 'lots.counted_on') }}
    left join {{ ref('int_split') }} as splits
        on {{ splits_until('splits', 'lots.ticker', add_days('mergers.effective_on', -1)) }}
    where
        lots.is_listed_class
        and lots.date_basis <> 'at listing'
        and case
            when sessions.trading_date is null then coalesce(lots.last_locked_latest_on >= mergers.ended_on, true)
            when halts.ticker is not null then coalesce(halts.resumed_on, {{ never() }}) >= mergers.ended_on
            else sessions.trading_date >= mergers.ended_on
        end
)

select
    ticker,
    document_id,
    holder,
    share_class,
    is_listed_class,
    lot_origin,
    lot,
    slice_up_to_shares,
    shares,
    holder_category,
    release_rule,
    restriction,
    date_basis,
    last_locked_earliest_on,
    last_locked_latest_on,
    restrictions,
    known_on,
    dates_known_on,
    is_sellable_in_control,
    no_disposal_until_on,
    waivable_by,
    locked_from_on,
    counted_on,
    cast(null as string) as came_from
from own_lots

union all

select
    acquirer as ticker,
    acquirer_document_id as document_id,
    holder,
    given_class as share_class,
    true as is_listed_class,
    lot_origin,
    lot || ' (of ' || ticker || ')' as lot,
    slice_up_to_shares,
    new_shares as shares,
    holder_category,
    -- under the acquirer's ticker a rule would count from its listing, and wait for its events
    case
        when last_locked_earliest_on = last_locked_latest_on and last_locked_latest_on < {{ never() }}
            then cast(last_locked_latest_on as string)
        else release_rule || ' (of ' || ticker || ')'
    end as release_rule,
    restriction,
    date_basis,
    -- what ends while neither is traded ends on the day before the new shares come
    case when last_locked_earliest_on is not null then greatest(last_locked_earliest_on, {{ add_days('issued_on', -1) }}) end
        as last_locked_earliest_on,
    case when last_locked_latest_on is not null then greatest(last_locked_latest_on, {{ add_days('issued_on', -1) }}) end
        as last_locked_latest_on,
    restrictions,
    carried_known_on as known_on,
    dates_known_on,
    is_sellable_in_control,
    no_disposal_until_on,
    waivable_by,
    greatest(issued_on, locked_from_on) as locked_from_on,
    issued_on as counted_on,
    ticker as came_from
from carried
where new_shares > 0
