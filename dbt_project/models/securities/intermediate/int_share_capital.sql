-- The chain of issued capital: of several documents on one day the best-ranked one counts.
with ranked as (
    select
        events.*,
        rank() over (
            partition by events.ticker, events.effective_on
            order by documents.rank, events.document_id
        ) as preference
    from {{ ref('stg_share_capital_events') }} as events
    inner join {{ ref('stg_documents') }} as documents on events.document_id = documents.document_id
),

counted as (
    select
        ranked.*,
        -- new shares are often entered some days after the ex date of the split that brings them
        coalesce(
            ranked.effective_on <= {{ add_days('splits.ex_on', 10) }} and {{ is_kind_of_split('ranked.event_kind') }}, false
        ) as is_split
    from ranked
    left join {{ ref('int_split') }} as splits
        on {{ splits_until('splits', 'ranked.ticker', 'ranked.effective_on') }}
    where ranked.preference = 1
),

days as (
    select
        ticker,
        effective_on,
        max(total_shares_after) as total_shares,
        -- the shares that a split brings are in its factor, and not issued a second time
        cast(sum(case when is_split then 0 else shares_issued_delta end) as bigint) as issued_shares
    from counted
    group by ticker, effective_on
),

preceded as (
    select
        *,
        lag(total_shares) over (partition by ticker order by effective_on) as stated_before_shares,
        lag(effective_on) over (partition by ticker order by effective_on) as stated_before_on
    from days
),

chained as (
    select
        preceded.ticker,
        preceded.effective_on,
        preceded.total_shares,
        preceded.issued_shares,
        {{ whole_shares(after_splits(before_splits('preceded.stated_before_shares', 'earlier_splits'), 'splits')) }}
            as total_shares_before,
        case when splits.ex_on > preceded.stated_before_on then splits.known_on end as split_known_on
    from preceded
    left join {{ ref('int_split') }} as earlier_splits
        on {{ splits_until('earlier_splits', 'preceded.ticker', 'preceded.stated_before_on') }}
    left join {{ ref('int_split') }} as splits
        on {{ splits_until('splits', 'preceded.ticker', 'preceded.effective_on') }}
)

select
    counted.ticker,
    counted.effective_on,
    counted.event,
    coalesce(counted.share_class, 'not stated') as share_class,
    counted.shares_issued_delta as issued_shares,
    cast(counted.issue_price_hkd_value as double) as issue_price_hkd,
    chained.total_shares_before,
    counted.total_shares_after as total_shares,
    -- the first event of the chain has nothing before it: its stated total is where the chain begins
    chained.total_shares - coalesce(chained.total_shares_before + chained.issued_shares, chained.total_shares)
        as unexplained_shares,
    counted.is_split,
    counted.event_kind = 'over-allotment' as is_over_allotment,
    counted.note,
    counted.document_id,
    counted.table_ref,
    greatest(counted.known_on, chained.split_known_on) as known_on,
    counted.event_kind
from counted
inner join chained on counted.ticker = chained.ticker and counted.effective_on = chained.effective_on
