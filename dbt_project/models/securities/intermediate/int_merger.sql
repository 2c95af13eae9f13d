-- Each company whose shares become those of another that has shares of its own, with what that one issues for them: once, under
-- its ticker and each that this goes on as. Of several statements about one ticker the best-ranked document's newest counts.
-- What the acquirer states itself (a consideration issue of these days) is that issue; else it follows from the ratio.
with ranked as (
    select
        mergers.*,
        row_number() over (
            partition by mergers.ticker
            order by documents.rank, mergers.known_on desc, mergers.document_id, mergers.effective_on desc
        ) as preference
    from {{ ref('stg_mergers') }} as mergers
    inner join {{ ref('stg_documents') }} as documents on mergers.document_id = documents.document_id
),

preferred as (
    select *
    from ranked
    where preference = 1 and status <> 'withdrawn'
),

-- an acquirer that goes on as another ticker has its history under both
named as (
    select
        preferred.*,
        preferred.acquirer as acquirer_ticker
    from preferred
    union all
    select
        preferred.*,
        successions.successor as acquirer_ticker
    from preferred
    inner join {{ ref('int_succession') }} as successions on preferred.acquirer = successions.ticker
),

-- what the absorbed company had in issue on the day before: the newest total that is stated, and what moved after it
stated as (
    select
        preferred.ticker,
        preferred.effective_on as merged_on,
        events.effective_on,
        {{ before_splits('events.total_shares_after', 'splits') }} as total_before_splits,
        {{ before_splits('events.shares_issued_delta', 'splits') }} as moved_before_splits,
        events.known_on,
        row_number() over (
            partition by preferred.ticker
            order by
                case when events.total_shares_after is null then 1 else 0 end,
                events.effective_on desc,
                documents.rank,
                events.document_id,
                events.source_row desc
        ) as totals_back
    from preferred
    inner join {{ ref('stg_share_capital_events') }} as events
        on preferred.ticker = events.ticker and preferred.effective_on > events.effective_on
    inner join {{ ref('stg_documents') }} as documents on events.document_id = documents.document_id
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'events.ticker', 'events.effective_on') }}
),

totals as (
    select
        newest.ticker,
        max(newest.total_before_splits) + coalesce(sum(moved.moved_before_splits), 0) as total_before_splits,
        greatest(max(newest.known_on), max(moved.known_on)) as known_on
    from stated as newest
    left join stated as moved
        on
            newest.ticker = moved.ticker
            and newest.effective_on < moved.effective_on
            and moved.total_before_splits is null
    where newest.totals_back = 1 and newest.total_before_splits is not null
    group by newest.ticker
),

issues as (
    select
        named.ticker,
        named.acquirer_ticker,
        min(events.effective_on) as issued_on,
        cast(sum(events.shares_issued_delta) as bigint) as issued_shares,
        max(events.known_on) as known_on
    from named
    inner join {{ ref('stg_share_capital_events') }} as events
        on
            named.acquirer_ticker = events.ticker
            and events.event_kind = 'consideration issue'
            and events.effective_on between {{ add_days('named.effective_on', -10) }} and {{ add_days('named.effective_on', 10) }}
    group by named.ticker, named.acquirer_ticker
),

-- the class that is given is the acquirer's one listed class
classes as (
    select
        ticker,
        max(share_class) as share_class
    from {{ ref('int_share_class') }}
    where is_listed
    group by ticker
    having count(*) = 1
),

counted as (
    select
        named.*,
        coalesce(
            cast(named.exchanged_shares as double), {{ after_splits('totals.total_before_splits', 'splits') }}
        ) as old_ticker_shares,
        greatest(
            named.known_on,
            case when named.exchanged_shares is null then greatest(totals.known_on, splits.known_on) end
        ) as counted_known_on
    from named
    left join totals on named.ticker = totals.ticker
    left join {{ ref('int_split') }} as splits
        on {{ splits_until('splits', 'named.ticker', add_days('named.effective_on', -1)) }}
)

select
    counted.ticker,
    counted.acquirer_ticker as acquirer,
    counted.acquirer_ticker = counted.acquirer as is_direct,
    counted.effective_on,
    counted.new_shares,
    counted.old_shares,
    counted.exchanged_shares,
    {{ no_more_than_whole_shares('counted.old_ticker_shares * counted.new_shares / counted.old_shares') }} as issued_shares,
    coalesce(issues.issued_on, counted.effective_on) as issued_on,
    issues.issued_shares as stated_issued_shares,
    classes.share_class,
    counted.document_id,
    counted.table_ref,
    counted.source_file,
    counted.source_row,
    greatest(counted.counted_known_on, issues.known_on) as known_on
from counted
left join issues on counted.ticker = issues.ticker and counted.acquirer_ticker = issues.acquirer_ticker
left join classes on counted.acquirer_ticker = classes.ticker
