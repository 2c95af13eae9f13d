-- What is known of each over-allocation: column by column the best-ranked document that says anything decides, the newest first.
-- An issue under an over-allotment option that no document explains stands for an over-allocation whose delivery is not stated.
with ranked as (
    select
        stated.*,
        row_number() over (
            partition by stated.ticker, stated.share_class
            order by documents.rank, stated.known_on desc, stated.document_id
        ) as preference,
        row_number() over (
            partition by stated.ticker, stated.share_class
            order by
                case when stated.settlement = 'not stated' then 1 else 0 end,
                documents.rank,
                stated.known_on desc,
                stated.document_id
        ) as settlement_preference
    from {{ ref('stg_over_allocations') }} as stated
    inner join {{ ref('stg_documents') }} as documents on stated.document_id = documents.document_id
),

decided as (
    select
        ticker,
        share_class,
        {{ first_not_null('over_allocated_shares', 'preference') }} as over_allocated_shares,
        {{ first_not_null('settlement', 'settlement_preference') }} as settlement,
        {{ first_not_null('lender', 'preference') }} as lender,
        {{ first_not_null('bought_in_market_shares', 'preference') }} as bought_in_market_shares,
        {{ first_not_null('exercised_shares', 'preference') }} as exercised_shares,
        {{ first_not_null('lapsed_shares', 'preference') }} as lapsed_shares,
        {{ first_not_null('last_exercise_on', 'preference') }} as last_exercise_on,
        {{ first_not_null('settled_on', 'preference') }} as settled_on,
        {{ first_not_null('document_id', 'settlement_preference') }} as document_id,
        {{ first_not_null('table_ref', 'settlement_preference') }} as table_ref,
        max(known_on) as known_on
    from ranked
    group by ticker, share_class
),

issued as (
    select
        ticker,
        share_class,
        sum(issued_shares) as issued_shares,
        max(effective_on) as issued_on,
        max(document_id) as document_id,
        max(table_ref) as table_ref,
        max(known_on) as known_on
    from {{ ref('int_share_capital') }}
    where is_over_allotment and issued_shares > 0
    group by ticker, share_class
)

select
    ticker,
    share_class,
    over_allocated_shares,
    settlement,
    lender,
    bought_in_market_shares,
    exercised_shares,
    lapsed_shares,
    last_exercise_on,
    settled_on,
    false as is_assumed,
    document_id,
    table_ref,
    known_on
from decided

union all

select
    issued.ticker,
    issued.share_class,
    cast(issued.issued_shares as bigint) as over_allocated_shares,
    'not stated' as settlement,
    cast(null as string) as lender,
    cast(null as bigint) as bought_in_market_shares,
    cast(issued.issued_shares as bigint) as exercised_shares,
    cast(null as bigint) as lapsed_shares,
    cast(null as date) as last_exercise_on,
    issued.issued_on as settled_on,
    true as is_assumed,
    issued.document_id,
    issued.table_ref,
    issued.known_on
from issued
left join decided on issued.ticker = decided.ticker
where decided.ticker is null
