{{ config(meta={'dagster': {'ref': {'name': 'fct_share_capital'}}}) }}
-- every balance that a document states of the close of a day is what the class had at the opening of the chain, plus its events,
-- in the shares of its day; the classes together had no more than the total at the opening, and none of them less than nothing.
-- A balance of which a document of a better rank states another number does not count: `freefloat status` names it
with ranked as (
    select
        balances.*,
        rank() over (
            partition by balances.ticker, balances.share_class, balances.as_of order by documents.rank
        ) as preference
    from {{ ref('int_share_class_balance') }} as balances
    inner join {{ ref('stg_documents') }} as documents on balances.document_id = documents.document_id
    where balances.is_at_close
),

openings as (
    select
        openings.*,
        coalesce(splits.cumulative_numerator, 1) as cumulative_numerator,
        coalesce(splits.cumulative_denominator, 1) as cumulative_denominator
    from {{ ref('int_share_class_opening') }} as openings
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'openings.ticker', 'openings.opening_on') }}
),

events as (
    select
        events.ticker,
        events.share_class,
        events.effective_on,
        {{ before_splits('events.issued_shares', 'splits') }} as issued_shares
    from {{ ref('fct_share_capital') }} as events
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'events.ticker', 'events.effective_on') }}
    where not events.is_split
),

-- the events up to the day, less those up to the opening
chained as (
    select
        balances.ticker,
        balances.share_class,
        balances.as_of,
        balances.document_id,
        balances.shares as stated_shares,
        openings.stated_on,
        openings.document_id as opening_document_id,
        openings.opening_before_splits + coalesce(sum(
            case when balances.as_of >= events.effective_on then events.issued_shares else 0 end
            - case when openings.opening_on >= events.effective_on then events.issued_shares else 0 end
        ), 0) as shares
    from ranked as balances
    inner join openings on balances.ticker = openings.ticker and balances.share_class = openings.share_class
    left join events on balances.ticker = events.ticker and balances.share_class = events.share_class
    where balances.preference = 1
    group by
        balances.ticker, balances.share_class, balances.as_of, balances.document_id, balances.shares, openings.stated_on,
        openings.document_id, openings.opening_before_splits
),

counted as (
    select
        chained.*,
        {{ whole_shares(after_splits('chained.shares', 'splits')) }} as chain_shares
    from chained
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'chained.ticker', 'chained.as_of') }}
),

totals as (
    select distinct
        ticker,
        effective_on as opening_on,
        closing_shares as total_shares
    from {{ ref('fct_share_capital') }}
),

classes as (
    select
        openings.ticker,
        openings.opening_on,
        totals.total_shares,
        {{ whole_shares('sum(' ~ after_splits('openings.opening_before_splits', 'openings') ~ ')') }} as class_shares,
        sum({{ after_splits('openings.rounding_before_splits', 'openings') }}) as rounding_shares
    from openings
    inner join totals on openings.ticker = totals.ticker and openings.opening_on = totals.opening_on
    group by openings.ticker, openings.opening_on, totals.total_shares
)

select
    ticker,
    share_class,
    as_of,
    stated_shares,
    chain_shares,
    document_id,
    'by its statement of ' || cast(stated_on as string) || ' (' || opening_document_id || ') and its events in'
    || ' share_capital_events the class has another number of shares that day: add the missing event of the class (both classes'
    || ' of a conversion, and of shares that go into treasury or leave it) or the return that states it, or mend it' as reason
from counted
where stated_shares <> chain_shares

union all

select
    ticker,
    share_class,
    opening_on as as_of,
    cast(null as bigint) as stated_shares,
    {{ whole_shares(after_splits('opening_before_splits', 'openings')) }} as chain_shares,
    document_id,
    'its first statement, of ' || cast(stated_on as string) || ', less the events of the class before it leaves less than'
    || ' nothing: mend the balance, or the share_class or shares of its events in share_capital_events' as reason
from openings
where opening_before_splits < -rounding_before_splits

union all

select
    ticker,
    'all that are stated' as share_class,
    opening_on as as_of,
    total_shares as stated_shares,
    class_shares as chain_shares,
    cast(null as string) as document_id,
    'the first statements of the classes, less their events since that day, are more than the total: an event that took shares'
    || ' from one class or brought them to another is missing in share_capital_events, or two documents call one class by'
    || ' two names' as reason
from classes
where class_shares - total_shares > rounding_shares
