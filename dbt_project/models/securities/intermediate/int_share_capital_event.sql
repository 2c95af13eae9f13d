-- Every change of issued capital that a document states, with the total of all classes after it. A next-day disclosure return
-- states only the shares of the class that changed: there the total is that at the close of the last day before of which a
-- document states one, and what such returns moved since then. What several of them state counts once; like
-- events of two returns of one day that go on from one another are two, in the order of their balances.
-- What a company issues for the shares of another that it takes over is such an event too, if no document of its own states it.
with merger_issues as (
    select mergers.*
    from {{ ref('int_merger') }} as mergers
    where
        mergers.stated_issued_shares is null
        and mergers.issued_shares is not null
        -- its total follows from one that is stated before
        and exists (
            select 1 from {{ ref('stg_share_capital_events') }} as events
            where
                events.ticker = mergers.acquirer
                and events.effective_on < mergers.effective_on
                and events.total_shares_after is not null
        )
),

events as (
    select
        ticker,
        effective_on,
        event,
        event_kind,
        share_class,
        shares_issued_delta,
        issue_price_hkd_value,
        total_shares_after,
        note,
        document_id,
        table_ref,
        source_file,
        source_row,
        known_on
    from {{ ref('stg_share_capital_events') }}

    union all

    select
        acquirer as ticker,
        effective_on,
        'consideration for ' || ticker as event,
        'consideration issue' as event_kind,
        share_class,
        issued_shares as shares_issued_delta,
        null as issue_price_hkd_value,
        cast(null as bigint) as total_shares_after,
        cast(null as string) as note,
        document_id,
        table_ref,
        source_file,
        source_row,
        known_on
    from merger_issues
),

stated as (
    select
        events.*,
        documents.rank as document_rank,
        coalesce(events.share_class, 'not stated') as class_name,
        balances.shares_before as class_shares_before,
        balances.shares as class_shares_after,
        max(coalesce(balances.step_number, 0)) over (
            partition by events.ticker, events.effective_on, events.document_id
        ) as document_step,
        -- the shares that a split brings are in its factor: see int_share_capital_statement
        case
            when
                {{ is_kind_of_split('events.event_kind') }}
                and events.effective_on <= {{ add_days('splits.ex_on', 10) }}
                then 0.0
            else {{ before_splits('events.shares_issued_delta', 'splits') }}
        end as moved_before_splits,
        {{ before_splits('events.total_shares_after', 'splits') }} as total_before_splits
    from events
    inner join {{ ref('stg_documents') }} as documents on events.document_id = documents.document_id
    left join {{ ref('int_share_class_balance') }} as balances
        on
            events.ticker = balances.ticker
            and events.document_id = balances.document_id
            and events.effective_on = balances.as_of
            and events.share_class = balances.share_class
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'events.ticker', 'events.effective_on') }}
),

-- the total at the close of a day is one from which no document goes on
steps as (
    select
        ticker,
        effective_on,
        document_id,
        document_rank,
        total_before_splits,
        total_before_splits - sum(moved_before_splits) as before_splits
    from stated
    where total_before_splits is not null
    group by ticker, effective_on, document_id, document_rank, total_before_splits
),

closings as (
    select
        steps.ticker,
        steps.effective_on,
        {{ first_not_null('steps.total_before_splits', 'steps.document_rank') }} as total_before_splits
    from steps
    left join steps as onward
        on
            steps.ticker = onward.ticker
            and steps.effective_on = onward.effective_on
            and abs(steps.total_before_splits - onward.before_splits) < 0.5
            and abs(onward.total_before_splits - onward.before_splits) >= 0.5
    where onward.ticker is null
    group by steps.ticker, steps.effective_on
),

numbered as (
    select
        *,
        row_number() over (
            partition by ticker, effective_on, document_id, class_name, event_kind, shares_issued_delta
            order by source_file, source_row
        ) as same_number
    from stated
    where total_before_splits is null
),

-- of a document's like events on one day, the first is the first of another document
restated as (
    select distinct own.ticker, own.document_id, own.source_file, own.source_row
    from numbered as own
    inner join numbered as other
        on
            own.ticker = other.ticker
            and own.effective_on = other.effective_on
            and own.class_name = other.class_name
            and own.event_kind = other.event_kind
            and own.shares_issued_delta = other.shares_issued_delta
            and own.same_number = other.same_number
    where
        (
            other.document_rank < own.document_rank
            or (other.document_rank = own.document_rank and other.document_id < own.document_id)
        )
        and not {{ goes_on_from_one_another('own', 'other') }}
),

moved as (
    select
        numbered.*,
        restated.document_id is null as is_first
    from numbered
    left join restated
        on
            numbered.ticker = restated.ticker
            and numbered.document_id = restated.document_id
            and numbered.source_file = restated.source_file
            and numbered.source_row = restated.source_row
),

-- both, day by day; the closing of a day comes after what moved on it
ordered as (
    select
        ticker,
        effective_on,
        document_step,
        document_rank,
        document_id,
        false as is_closing,
        sum(case when is_first then moved_before_splits else 0.0 end) as moved_before_splits,
        cast(null as double) as total_before_splits
    from moved
    group by ticker, effective_on, document_step, document_rank, document_id
    union all
    select
        ticker,
        effective_on,
        cast(null as integer) as document_step,
        cast(null as integer) as document_rank,
        cast(null as string) as document_id,
        true as is_closing,
        0.0 as moved_before_splits,
        total_before_splits
    from closings
),

summed as (
    select
        *,
        sum(moved_before_splits) over (
            partition by ticker order by effective_on, is_closing, document_step, document_rank, document_id
            rows between unbounded preceding and current row
        ) as moved_so_far,
        max(case when is_closing then effective_on end) over (
            partition by ticker order by effective_on, is_closing, document_step, document_rank, document_id
            rows between unbounded preceding and 1 preceding
        ) as closed_on
    from ordered
),

totals as (
    select
        own.ticker,
        own.effective_on,
        own.document_id,
        {{ whole_shares(after_splits('base.total_before_splits + own.moved_so_far - base.moved_so_far', 'splits')) }}
            as total_shares_after
    from summed as own
    inner join summed as base
        on own.ticker = base.ticker and own.closed_on = base.effective_on and base.is_closing
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'own.ticker', 'own.effective_on') }}
    where not own.is_closing
)

select
    events.ticker,
    events.effective_on,
    events.event,
    -- an offer of another class, long after the listing, lists nothing of the ticker
    case
        when events.event_kind = 'listing' and {{ is_long_after('events.effective_on', 'securities.listing_latest_on') }}
            then 'other'
        else events.event_kind
    end as event_kind,
    events.share_class,
    events.shares_issued_delta,
    events.issue_price_hkd_value,
    coalesce(events.total_shares_after, totals.total_shares_after) as total_shares_after,
    events.total_shares_after is not null as is_total_stated,
    events.class_shares_before,
    events.class_shares_after,
    events.document_step,
    events.note,
    events.document_id,
    events.table_ref,
    events.source_file,
    events.source_row,
    events.known_on
from stated as events
left join totals
    on
        events.ticker = totals.ticker
        and events.effective_on = totals.effective_on
        and events.document_id = totals.document_id
        and events.total_shares_after is null
left join {{ ref('int_security') }} as securities on events.ticker = securities.ticker
