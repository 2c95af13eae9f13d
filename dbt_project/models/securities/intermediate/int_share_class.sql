-- Which classes of a security are listed, by the best-ranked document that says so; a class that no document describes is what
-- its name says.
with ranked as (
    select
        classes.*,
        row_number() over (
            partition by classes.ticker, classes.share_class
            order by documents.rank, classes.known_on desc, classes.document_id
        ) as preference
    from {{ ref('stg_share_classes') }} as classes
    inner join {{ ref('stg_documents') }} as documents on classes.document_id = documents.document_id
),

mentioned as (
    select
        ticker,
        share_class,
        min(document_id) as document_id,
        min(known_on) as known_on
    from (
        select ticker, share_class, document_id, known_on from {{ ref('stg_share_class_balances') }}
        union all
        select ticker, share_class, document_id, known_on from {{ ref('stg_share_capital_events') }}
    ) as mentions
    where share_class is not null
    group by ticker, share_class
)

select
    ticker,
    share_class,
    is_listed,
    has_weighted_votes,
    reason,
    document_id,
    known_on
from ranked
where preference = 1

union all

select
    mentioned.ticker,
    mentioned.share_class,
    names.is_listed,
    cast(null as boolean) as has_weighted_votes,
    'by its name: no document describes the class' as reason,
    mentioned.document_id,
    mentioned.known_on
from mentioned
inner join {{ ref('stg_share_class_names') }} as names on lower(mentioned.share_class) = lower(names.share_class)
left join ranked on mentioned.ticker = ranked.ticker and mentioned.share_class = ranked.share_class
where ranked.ticker is null
