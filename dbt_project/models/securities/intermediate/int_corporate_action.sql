-- Where several documents state one action of one day, the best-ranked one counts; among equal ranks, the newest.
-- A feed lists rights issues and spin-offs as splits too, since it adjusts prices by them. Those make no shares of one: a factor
-- touches shares only if a document states or confirms it, or if its terms are small, which a quotient of prices hardly ever has.
with ranked as (
    select
        actions.*,
        coalesce(documents.document_type = 'live feed', false) as is_of_feed,
        row_number() over (
            partition by actions.ticker, actions.ex_on, actions.action
            order by documents.rank, actions.known_on desc, actions.retrieved_at desc, actions.document_id
        ) as preference
    from {{ ref('stg_corporate_actions') }} as actions
    inner join {{ ref('stg_documents') }} as documents on actions.document_id = documents.document_id
),

chosen as (
    select *
    from ranked
    where preference = 1
),

confirmed as (
    select
        chosen.ticker,
        chosen.ex_on,
        chosen.action,
        min(events.known_on) as known_on
    from chosen
    inner join {{ ref('stg_share_capital_events') }} as events
        on
            chosen.ticker = events.ticker
            and events.effective_on between {{ add_days('chosen.ex_on', -10) }} and {{ add_days('chosen.ex_on', 10) }}
    where {{ is_kind_of_split('events.event_kind') }}
    group by chosen.ticker, chosen.ex_on, chosen.action
),

judged as (
    select
        chosen.*,
        confirmed.known_on as confirmed_on,
        case
            when chosen.action <> 'split' then null
            when not chosen.is_of_feed then 'a document states it'
            when {{ is_small_ratio('chosen.new_shares', 'chosen.old_shares') }} then 'a whole small ratio'
            when confirmed.ticker is not null then 'a capital event of its kind confirms it'
            else 'prices only: an odd ratio that no document confirms'
        end as share_basis
    from chosen
    left join confirmed
        on chosen.ticker = confirmed.ticker and chosen.ex_on = confirmed.ex_on and chosen.action = confirmed.action
)

select
    ticker,
    ex_on,
    action,
    new_shares as split_new,
    old_shares as split_old,
    cast(new_shares as double) / nullif(cast(old_shares as double), 0) as split_factor_x,
    coalesce(share_basis not like 'prices only%', false) as is_share_split,
    share_basis,
    cast(dividend_per_share as double) as dividend_per_share,
    currency,
    document_id,
    table_ref,
    retrieved_at,
    known_on,
    case when share_basis like 'a capital event%' then greatest(known_on, confirmed_on) else known_on end as share_known_on
from judged
