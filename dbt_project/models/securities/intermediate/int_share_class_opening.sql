-- The shares of each class on the day on which the chain of share capital opens. A statement is of its own day: the events of the
-- class between the opening and that day are taken out of the first one (or added, where it is from before the opening).
-- In shares from before all splits.
with chains as (
    select
        ticker,
        min(effective_on) as opening_on
    from {{ ref('int_share_capital') }}
    group by ticker
),

ranked as (
    -- of several documents on one day the best-ranked one counts, whatever they call the classes
    select
        stated.*,
        rank() over (partition by stated.ticker, stated.as_of order by documents.rank, stated.document_id) as preference
    from {{ ref('int_share_class_balance') }} as stated
    inner join {{ ref('stg_documents') }} as documents on stated.document_id = documents.document_id
    where stated.is_at_close
),

numbered as (
    select
        *,
        row_number() over (partition by ticker, share_class order by as_of) as statement_number
    from ranked
    where preference = 1
),

first_statements as (
    select
        numbered.ticker,
        numbered.share_class,
        numbered.as_of,
        numbered.document_id,
        numbered.known_on,
        chains.opening_on,
        {{ before_splits('numbered.shares', 'splits') }} as stated_before_splits,
        -- half a share of its day: what rounding can have taken from it
        {{ before_splits('0.5', 'splits') }} as rounding_before_splits
    from numbered
    left join chains on numbered.ticker = chains.ticker
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'numbered.ticker', 'numbered.as_of') }}
    where numbered.statement_number = 1
),

events as (
    select
        events.ticker,
        events.share_class,
        events.effective_on,
        events.known_on,
        {{ before_splits('events.issued_shares', 'splits') }} as issued_before_splits
    from {{ ref('int_share_capital') }} as events
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'events.ticker', 'events.effective_on') }}
    where not events.is_split
),

rolled_back as (
    select
        first_statements.ticker,
        first_statements.share_class,
        sum(case when events.effective_on > first_statements.opening_on then events.issued_before_splits else 0 end)
            as issued_since_opening,
        sum(case when events.effective_on <= first_statements.opening_on then events.issued_before_splits else 0 end)
            as issued_to_opening,
        max(events.known_on) as known_on
    from first_statements
    inner join events
        on
            first_statements.ticker = events.ticker
            and first_statements.share_class = events.share_class
            and events.effective_on > least(first_statements.opening_on, first_statements.as_of)
            and events.effective_on <= greatest(first_statements.opening_on, first_statements.as_of)
    group by first_statements.ticker, first_statements.share_class
)

select
    first_statements.ticker,
    first_statements.share_class,
    classes.is_listed,
    classes.is_treasury,
    first_statements.opening_on,
    first_statements.as_of as stated_on,
    first_statements.stated_before_splits
    - coalesce(rolled_back.issued_since_opening, 0)
    + coalesce(rolled_back.issued_to_opening, 0) as opening_before_splits,
    first_statements.rounding_before_splits,
    first_statements.document_id,
    greatest(first_statements.known_on, coalesce(rolled_back.known_on, first_statements.known_on)) as known_on
from first_statements
inner join {{ ref('int_share_class') }} as classes
    on first_statements.ticker = classes.ticker and first_statements.share_class = classes.share_class
left join rolled_back
    on first_statements.ticker = rolled_back.ticker and first_statements.share_class = rolled_back.share_class
