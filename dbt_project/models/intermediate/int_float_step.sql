-- The float as a step function: each day on which issued, unlisted or locked shares change, with what stands after it.
-- float = total issued - shares of unlisted classes - locked shares of listed classes. A document that does not tell
-- classes apart (a note's tranches) locks shares of the whole issued capital.
with documents as (
    select
        tranches.ticker,
        tranches.document_id,
        tranches.is_preferred,
        max(case when tranches.share_class <> 'not stated' then 1 else 0 end) = 1 as tells_classes_apart,
        cast(sum(tranches.shares) as bigint) as tranche_shares,
        cast(sum(case when tranches.is_listed_class then 0 else tranches.shares end) as bigint) as unlisted_lot_shares,
        -- without any word on its listing, a company stands from before its first release
        least(min(tranches.known_on), {{ add_days('min(tranches.first_tradable_earliest_on)', -1) }}) as stands_from
    from {{ ref('fct_lockup_tranche') }} as tranches
    group by tranches.ticker, tranches.document_id, tranches.is_preferred
),

capital as (
    select
        ticker,
        effective_on,
        max(total_shares) - coalesce(max(total_shares_before), 0) as total_delta
    from {{ ref('fct_share_capital') }}
    group by ticker, effective_on
),

openings as (
    select
        documents.*,
        capital_openings.opening_on is not null as has_capital_chain,
        -- without a chain of share capital, the document's own tranches are all the shares there are
        coalesce(capital_openings.opening_on, securities.listing_on, documents.stands_from) as opening_on
    from documents
    inner join {{ ref('dim_security') }} as securities on documents.ticker = securities.ticker
    left join (
        select ticker, min(effective_on) as opening_on from capital
        group by ticker
    ) as capital_openings on documents.ticker = capital_openings.ticker
),

unlisted_openings as (
    -- the first statement of each unlisted class opens its chain
    select ticker, cast(sum(shares) as bigint) as shares
    from (
        select
            balances.ticker,
            balances.shares,
            row_number() over (
                partition by balances.ticker, balances.share_class
                order by balances.as_of, ranked.rank, balances.document_id
            ) as statement_number
        from {{ ref('stg_share_class_balances') }} as balances
        inner join {{ ref('stg_documents') }} as ranked on balances.document_id = ranked.document_id
        inner join {{ ref('int_share_class') }} as classes
            on balances.ticker = classes.ticker and balances.share_class = classes.share_class
        where not classes.is_listed
    ) as statements
    where statement_number = 1
    group by ticker
),

policies as (
    -- `unlocked` counts shares from the day by which they are surely tradable, `unlocked_earliest` from the first day
    -- on which they can be
    select 'unlocked' as policy
    union all
    select 'unlocked_earliest' as policy
),

deltas as (
    select
        openings.ticker,
        openings.document_id,
        capital.effective_on as step_on,
        capital.total_delta,
        0 as unlisted_delta,
        0 as locked_delta,
        cast(null as varchar) as policy
    from openings
    inner join capital on openings.ticker = capital.ticker

    union all

    select
        ticker,
        document_id,
        opening_on as step_on,
        tranche_shares as total_delta,
        0 as unlisted_delta,
        0 as locked_delta,
        null as policy
    from openings
    where not has_capital_chain

    union all

    select
        openings.ticker,
        openings.document_id,
        openings.opening_on as step_on,
        0 as total_delta,
        coalesce(unlisted_openings.shares, openings.unlisted_lot_shares) as unlisted_delta,
        0 as locked_delta,
        null as policy
    from openings
    left join unlisted_openings on openings.ticker = unlisted_openings.ticker
    where openings.tells_classes_apart

    union all

    select
        openings.ticker,
        openings.document_id,
        events.effective_on as step_on,
        0 as total_delta,
        events.issued_shares as unlisted_delta,
        0 as locked_delta,
        null as policy
    from openings
    inner join {{ ref('fct_share_capital') }} as events on openings.ticker = events.ticker
    inner join {{ ref('int_share_class') }} as classes
        on events.ticker = classes.ticker and events.share_class = classes.share_class
    where openings.tells_classes_apart and not classes.is_listed and events.effective_on > openings.opening_on

    union all

    select
        openings.ticker,
        openings.document_id,
        openings.opening_on as step_on,
        0 as total_delta,
        0 as unlisted_delta,
        tranches.shares as locked_delta,
        null as policy
    from openings
    inner join {{ ref('fct_lockup_tranche') }} as tranches
        on openings.ticker = tranches.ticker and openings.document_id = tranches.document_id
    where tranches.is_listed_class and tranches.date_basis <> 'at listing'

    union all

    select
        openings.ticker,
        openings.document_id,
        case policies.policy
            when 'unlocked' then tranches.first_tradable_latest_on
            else tranches.first_tradable_earliest_on
        end as step_on,
        0 as total_delta,
        0 as unlisted_delta,
        -tranches.shares as locked_delta,
        policies.policy
    from openings
    inner join {{ ref('fct_lockup_tranche') }} as tranches
        on openings.ticker = tranches.ticker and openings.document_id = tranches.document_id
    cross join policies
    where tranches.is_listed_class and tranches.date_basis <> 'at listing'
),

steps as (
    select
        deltas.ticker,
        deltas.document_id,
        policies.policy,
        deltas.step_on,
        sum(deltas.total_delta) as total_delta,
        sum(deltas.unlisted_delta) as unlisted_delta,
        sum(deltas.locked_delta) as locked_delta,
        -sum(case when deltas.policy is not null then deltas.locked_delta else 0 end) as released_shares
    from deltas
    inner join policies on coalesce(deltas.policy, policies.policy) = policies.policy
    where deltas.step_on is not null
    group by deltas.ticker, deltas.document_id, policies.policy, deltas.step_on
)

select
    steps.ticker,
    steps.document_id,
    openings.is_preferred,
    steps.policy,
    steps.step_on,
    -- the day before the next step is the last on which this one stands
    lead(steps.step_on) over (partition by steps.ticker, steps.document_id, steps.policy order by steps.step_on)
        as next_step_on,
    cast(steps.released_shares as bigint) as released_shares,
    steps.total_delta <> 0 as is_capital_event,
    cast(sum(steps.total_delta) over (
        partition by steps.ticker, steps.document_id, steps.policy order by steps.step_on
    ) as bigint) as total_shares,
    cast(sum(steps.total_delta - steps.unlisted_delta) over (
        partition by steps.ticker, steps.document_id, steps.policy order by steps.step_on
    ) as bigint) as listed_shares,
    cast(sum(steps.locked_delta) over (
        partition by steps.ticker, steps.document_id, steps.policy order by steps.step_on
    ) as bigint) as locked_shares,
    cast(sum(steps.total_delta - steps.unlisted_delta - steps.locked_delta) over (
        partition by steps.ticker, steps.document_id, steps.policy order by steps.step_on
    ) as bigint) as float_shares
from steps
inner join openings on steps.ticker = openings.ticker and steps.document_id = openings.document_id
