-- Where several documents state one action of one day, the best-ranked one counts; among equal ranks, the newest.
with ranked as (
    select
        actions.*,
        row_number() over (
            partition by actions.ticker, actions.ex_on, actions.action
            order by documents.rank, actions.known_on desc, actions.retrieved_at desc, actions.document_id
        ) as preference
    from {{ ref('stg_corporate_actions') }} as actions
    inner join {{ ref('stg_documents') }} as documents on actions.document_id = documents.document_id
)

select
    ticker,
    ex_on,
    action,
    new_shares as split_new,
    old_shares as split_old,
    cast(new_shares as double) / nullif(cast(old_shares as double), 0) as split_factor_x,
    cast(dividend_per_share as double) as dividend_per_share,
    currency,
    document_id,
    table_ref,
    retrieved_at,
    known_on
from ranked
where preference = 1
