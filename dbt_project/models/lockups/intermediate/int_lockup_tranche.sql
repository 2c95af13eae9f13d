-- Lots count in the shares of the newest document that speaks of them; their tranche in those of the newest of all of these.
with lots as (
    select
        lots.ticker,
        lots.document_id,
        lots.holder_category,
        lots.share_class,
        lots.is_listed_class,
        lots.release_rule,
        lots.date_basis,
        lots.last_locked_earliest_on,
        lots.last_locked_latest_on,
        lots.locked_from_on,
        sum({{ before_splits('lots.shares', 'splits') }}) as shares_before_splits,
        max(lots.counted_on) as stated_on,
        count(distinct lots.holder) as holders,
        max(lots.restriction) as restriction,
        max(lots.known_on) as known_on,
        -- what its days wait for can be known later than its shares
        max(lots.dates_known_on) as dates_known_on,
        sum(case when lots.is_sellable_in_control then {{ before_splits('lots.shares', 'splits') }} else 0e0 end)
            as sellable_before_splits,
        max(case when lots.is_sellable_in_control then lots.no_disposal_until_on end) as no_disposal_until_on,
        max(lots.waivable_by) as waivable_by
    from {{ ref('int_lot') }} as lots
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'lots.ticker', 'lots.counted_on') }}
    group by
        lots.ticker, lots.document_id, lots.holder_category, lots.share_class, lots.is_listed_class, lots.release_rule,
        lots.date_basis, lots.last_locked_earliest_on, lots.last_locked_latest_on, lots.locked_from_on
),

tranches as (
    select
        lots.*,
        {{ no_more_than_whole_shares(after_splits('lots.shares_before_splits', 'splits')) }} as shares,
        {{ no_more_than_whole_shares(after_splits('lots.sellable_before_splits', 'splits')) }} as sellable_in_control_shares
    from lots
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'lots.ticker', 'lots.stated_on') }}
),

-- the last locked day is inclusive: the first tradable day is the next session
unlocked as (
    select
        tranches.*,
        securities.exchange_mic,
        coalesce(tranches.locked_from_on, securities.listing_on, tranches.known_on) as locked_since_on,
        -- beyond the last session that is known, the next weekday
        case
            when tranches.last_locked_earliest_on < {{ never() }} and securities.exchange_mic is not null
                then coalesce(earliest.trading_date, {{ next_weekday('tranches.last_locked_earliest_on') }})
        end as first_tradable_earliest_on,
        case
            when tranches.last_locked_latest_on < {{ never() }} and securities.exchange_mic is not null
                then coalesce(latest.trading_date, {{ next_weekday('tranches.last_locked_latest_on') }})
        end as first_tradable_latest_on,
        coalesce(
            tranches.last_locked_earliest_on < {{ never() }} and coalesce(earliest.is_provisional, earliest.trading_date is null)
            or tranches.last_locked_latest_on < {{ never() }} and coalesce(latest.is_provisional, latest.trading_date is null),
            false
        ) as is_session_provisional
    from tranches
    inner join {{ ref('int_security') }} as securities on tranches.ticker = securities.ticker
    left join {{ ref('int_trading_day') }} as earliest
        on
            securities.exchange_mic = earliest.exchange_mic
            and tranches.last_locked_earliest_on >= earliest.previous_trading_date
            and tranches.last_locked_earliest_on < earliest.trading_date
    left join {{ ref('int_trading_day') }} as latest
        on
            securities.exchange_mic = latest.exchange_mic
            and tranches.last_locked_latest_on >= latest.previous_trading_date
            and tranches.last_locked_latest_on < latest.trading_date
),

-- what a suspension of trading covers can be sold when trading resumes, and nothing once the listing has ended
resumed as (
    select
        unlocked.*,
        case
            when early_halts.ticker is null then unlocked.first_tradable_earliest_on
            else greatest(unlocked.first_tradable_earliest_on, early_halts.resumed_earliest_on)
        end as saleable_earliest_on,
        case when late_halts.ticker is null then unlocked.first_tradable_latest_on else late_halts.resumed_on end
            as saleable_latest_on,
        late_halts.ticker is not null and late_halts.resumed_on is null as waits_for_resumption,
        least(early_halts.suspended_on, late_halts.suspended_on) as suspended_on,
        greatest(early_halts.known_on, late_halts.known_on) as halt_known_on,
        ends.ended_on,
        ends.known_on as end_known_on
    from unlocked
    left join {{ ref('int_trading_halt') }} as early_halts
        on
            unlocked.ticker = early_halts.ticker
            and unlocked.first_tradable_earliest_on >= early_halts.suspended_on
            and unlocked.first_tradable_earliest_on < coalesce(early_halts.resumed_on, {{ never() }})
    left join {{ ref('int_trading_halt') }} as late_halts
        on
            unlocked.ticker = late_halts.ticker
            and unlocked.first_tradable_latest_on >= late_halts.suspended_on
            and unlocked.first_tradable_latest_on < coalesce(late_halts.resumed_on, {{ never() }})
    left join {{ ref('int_listing_end') }} as ends on unlocked.ticker = ends.ticker
),

-- what the ticker from which this one goes on could trade, it had: what ends when that is no longer listed ends for this one
successions as (
    select
        successions.successor as ticker,
        successions.began_on,
        ends.ended_on as left_on,
        greatest(successions.known_on, ends.known_on) as known_on
    from {{ ref('int_succession') }} as successions
    inner join {{ ref('int_listing_end') }} as ends on successions.ticker = ends.ticker
    where successions.is_direct
),

continued as (
    select
        resumed.*,
        coalesce(resumed.saleable_latest_on < successions.left_on, false) as is_free_at_beginning,
        case
            when resumed.saleable_earliest_on < successions.left_on then resumed.saleable_earliest_on
            when resumed.saleable_earliest_on < successions.began_on then successions.began_on
            else resumed.saleable_earliest_on
        end as goes_on_earliest_on,
        case
            when resumed.saleable_latest_on < successions.left_on then resumed.saleable_latest_on
            when resumed.saleable_latest_on < successions.began_on then successions.began_on
            else resumed.saleable_latest_on
        end as goes_on_latest_on,
        successions.known_on as succession_known_on
    from resumed
    left join successions on resumed.ticker = successions.ticker
),

tradable as (
    select
        ticker,
        document_id,
        exchange_mic,
        holder_category,
        share_class,
        is_listed_class,
        holders,
        shares,
        stated_on,
        release_rule,
        restriction,
        last_locked_earliest_on,
        last_locked_latest_on,
        sellable_in_control_shares,
        no_disposal_until_on,
        is_session_provisional,
        suspended_on,
        waivable_by,
        locked_from_on,
        locked_since_on,
        known_on,
        case when goes_on_earliest_on >= ended_on then null else goes_on_earliest_on end as first_tradable_earliest_on,
        case when goes_on_latest_on >= ended_on then null else goes_on_latest_on end as first_tradable_latest_on,
        case
            when is_free_at_beginning then 'at listing'
            when coalesce(goes_on_latest_on, {{ never() }}) >= ended_on then 'listing ended'
            when waits_for_resumption then 'trading suspended, no backstop'
            else date_basis
        end as date_basis,
        greatest(
            coalesce(dates_known_on, known_on),
            halt_known_on,
            succession_known_on,
            case when coalesce(goes_on_latest_on, {{ never() }}) >= ended_on then end_known_on end
        ) as dates_known_on
    from continued
)

select
    tradable.ticker,
    tradable.document_id,
    lockup_documents.is_preferred,
    tradable.holder_category,
    tradable.share_class,
    tradable.is_listed_class,
    tradable.holders,
    tradable.shares,
    tradable.stated_on,
    case
        when tradable.first_tradable_latest_on is not null
            then {{ whole_shares(after_splits(before_splits('tradable.shares', 'stated_splits'), 'splits')) }}
    end as tradable_shares,
    tradable.release_rule,
    tradable.restriction,
    case
        when tradable.date_basis <> 'at listing' and tradable.last_locked_earliest_on = tradable.last_locked_latest_on
            then nullif(tradable.last_locked_latest_on, {{ never() }})
    end as last_locked_on,
    nullif(tradable.last_locked_earliest_on, {{ never() }}) as last_locked_earliest_on,
    nullif(tradable.last_locked_latest_on, {{ never() }}) as last_locked_latest_on,
    -- the same meaning as in an expiry, which stands on this day: a join of the two loses no share
    tradable.first_tradable_latest_on as first_tradable_on,
    tradable.first_tradable_earliest_on,
    tradable.first_tradable_latest_on,
    tradable.date_basis,
    greatest(
        tradable.known_on,
        coalesce(tradable.dates_known_on, tradable.known_on),
        case when splits.ex_on > tradable.stated_on then splits.known_on end
    ) as known_on,
    case
        when tradable.first_tradable_earliest_on = tradable.first_tradable_latest_on and not tradable.is_session_provisional
            then tradable.first_tradable_latest_on
    end as first_tradable_certain_on,
    tradable.sellable_in_control_shares,
    tradable.no_disposal_until_on,
    tradable.is_session_provisional,
    tradable.suspended_on,
    tradable.waivable_by,
    tradable.locked_from_on,
    tradable.locked_since_on
from tradable
inner join {{ ref('int_lockup_document') }} as lockup_documents
    on tradable.ticker = lockup_documents.ticker and tradable.document_id = lockup_documents.document_id
left join {{ ref('int_split') }} as stated_splits
    on {{ splits_until('stated_splits', 'tradable.ticker', 'tradable.stated_on') }}
left join {{ ref('int_split') }} as splits
    on {{ splits_until('splits', 'tradable.ticker', 'tradable.first_tradable_latest_on') }}
