-- Which classes of a security are listed, by the best-ranked document that says so; a class that no document describes is what
-- its name says. Treasury shares are no float, also where they stay listed.
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
    ranked.ticker,
    ranked.share_class,
    ranked.is_listed and not coalesce(ranked.is_treasury, names.is_treasury, false) as is_listed,
    ranked.has_weighted_votes,
    ranked.reason,
    ranked.document_id,
    ranked.known_on,
    coalesce(ranked.is_treasury, names.is_treasury, false) as is_treasury
from ranked
left join {{ ref('stg_share_class_names') }} as names on lower(ranked.share_class) = lower(names.share_class)
where ranked.preference = 1

union all

select
    mentioned.ticker,
    mentioned.share_class,
    names.is_listed
    and not coalesce(names.is_treasury, false)
    -- H shares of a company whose ticker is of Shanghai are listed elsewhere
    and coalesce(names.listed_on_mic = exchanges.exchange_mic, true) as is_listed,
    cast(null as boolean) as has_weighted_votes,
    'by its name: no document describes the class' as reason,
    mentioned.document_id,
    mentioned.known_on,
    coalesce(names.is_treasury, false) as is_treasury
from mentioned
inner join {{ ref('stg_share_class_names') }} as names on lower(mentioned.share_class) = lower(names.share_class)
left join {{ ref('stg_exchanges') }} as exchanges on mentioned.ticker like '%' || exchanges.ticker_suffix
left join ranked on mentioned.ticker = ranked.ticker and mentioned.share_class = ranked.share_class
where ranked.ticker is null
