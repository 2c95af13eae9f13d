-- The float as a step function: each day on which issued, unlisted or locked shares change, with the counts from that day on.
-- float = total issued - treasury shares - shares of unlisted classes - locked shares of listed classes. A document that does not
-- tell classes apart (a note's tranches) locks shares of the whole capital. What the issuer holds in treasury is in no total.
-- Over-allocated shares that a holder lends are his locked shares in other hands: they float until they go back to him, or his
-- lock-up ends. A lock-up that begins after the opening, as that of shares issued later, locks from its first day on.
-- A ticker as which another goes on has the other's steps in its first one: from its first day on the shares are its own.
-- Every quantity is summed in the shares from before all splits, and turned into those of the day and rounded at the end,
-- once: what a document states before a split is multiplied from the ex date on.
with tranches as (
    select
        tranches.*,
        {{ before_splits('tranches.shares', 'splits') }} as shares_before_splits
    from {{ ref('int_lockup_tranche') }} as tranches
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'tranches.ticker', 'tranches.stated_on') }}
),

documents as (
    select
        ticker,
        document_id,
        is_preferred,
        max(case when share_class <> 'not stated' then 1 else 0 end) = 1 as tells_classes_apart,
        sum(shares_before_splits) as tranche_shares,
        sum(case when is_listed_class then 0e0 else shares_before_splits end) as unlisted_lot_shares,
        max(known_on) as known_on,
        -- a table that also lists the shares that are free from the listing on lists all shares
        max(
            case when date_basis = 'at listing' and coalesce(release_rule, 'at_listing') like '%at_listing%' then 1 else 0 end
        ) = 1 as lists_all_shares,
        -- where no document tells when a company was listed, its steps begin on the day before its first release
        least(min(stated_on), {{ add_days('min(first_tradable_earliest_on)', -1) }}) as stands_from
    from tranches
    group by ticker, document_id, is_preferred
),

events as (
    select
        events.*,
        {{ before_splits('events.issued_shares', 'splits') }} as issued_before_splits,
        {{ before_splits('events.closing_shares', 'splits') }} as total_before_splits
    from {{ ref('int_share_capital') }} as events
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'events.ticker', 'events.effective_on') }}
),

capital as (
    select
        ticker,
        effective_on,
        max(total_before_splits)
        - coalesce(lag(max(total_before_splits)) over (partition by ticker order by effective_on), 0) as total_delta,
        max(known_on) as known_on
    from events
    group by ticker, effective_on
),

openings as (
    select
        documents.*,
        capital_openings.opening_on is not null as has_capital_chain,
        -- without a chain of share capital, the document's own tranches are all the shares there are, if it lists all
        case
            when capital_openings.opening_on is not null then 'share capital'
            when documents.lists_all_shares then 'tranches of the document'
        end as total_basis,
        coalesce(capital_openings.opening_on, securities.listing_on, documents.stands_from) as opening_on
    from documents
    inner join {{ ref('int_security') }} as securities on documents.ticker = securities.ticker
    left join (
        select ticker, min(effective_on) as opening_on from capital
        group by ticker
    ) as capital_openings on documents.ticker = capital_openings.ticker
),

class_openings as (
    select
        ticker,
        sum(case when not is_listed and not is_treasury then opening_before_splits end) as unlisted_shares,
        sum(case when is_treasury then opening_before_splits else 0 end) as treasury_shares,
        max(case when not is_listed then known_on end) as known_on
    from {{ ref('int_share_class_opening') }}
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
        0 as lent_delta,
        0 as treasury_delta,
        cast(null as string) as policy,
        capital.known_on
    from openings
    inner join capital
        on
            openings.ticker = capital.ticker
            and ({{ knows('openings', 'capital') }} or capital.effective_on = openings.opening_on)

    union all

    select
        ticker,
        document_id,
        opening_on as step_on,
        tranche_shares as total_delta,
        0 as unlisted_delta,
        0 as locked_delta,
        0 as lent_delta,
        0 as treasury_delta,
        null as policy,
        known_on
    from openings
    where not has_capital_chain

    union all

    -- a split changes none of these, only the shares in which they count
    select
        openings.ticker,
        openings.document_id,
        splits.ex_on as step_on,
        0 as total_delta,
        0 as unlisted_delta,
        0 as locked_delta,
        0 as lent_delta,
        0 as treasury_delta,
        null as policy,
        splits.known_on
    from openings
    inner join {{ ref('int_split') }} as splits on openings.ticker = splits.ticker and openings.opening_on < splits.ex_on

    union all

    select
        openings.ticker,
        openings.document_id,
        openings.opening_on as step_on,
        0 as total_delta,
        case
            when openings.tells_classes_apart then coalesce(class_openings.unlisted_shares, openings.unlisted_lot_shares)
            else 0
        end as unlisted_delta,
        0 as locked_delta,
        0 as lent_delta,
        case when openings.has_capital_chain then coalesce(class_openings.treasury_shares, 0) else 0 end as treasury_delta,
        null as policy,
        coalesce(class_openings.known_on, openings.known_on) as known_on
    from openings
    left join class_openings on openings.ticker = class_openings.ticker
    where openings.tells_classes_apart or class_openings.treasury_shares <> 0

    union all

    select
        openings.ticker,
        openings.document_id,
        events.effective_on as step_on,
        0 as total_delta,
        case when classes.is_treasury then 0e0 else events.issued_before_splits end as unlisted_delta,
        0 as locked_delta,
        0 as lent_delta,
        case when classes.is_treasury then events.issued_before_splits else 0 end as treasury_delta,
        null as policy,
        events.known_on
    from openings
    inner join events on openings.ticker = events.ticker
    inner join {{ ref('int_share_class') }} as classes
        on events.ticker = classes.ticker and events.share_class = classes.share_class
    where
        not classes.is_listed
        and (openings.tells_classes_apart or classes.is_treasury)
        and not events.is_split
        and events.effective_on > openings.opening_on
        and {{ knows('openings', 'events') }}

    union all

    select
        openings.ticker,
        openings.document_id,
        greatest(openings.opening_on, coalesce(tranches.locked_from_on, openings.opening_on)) as step_on,
        0 as total_delta,
        0 as unlisted_delta,
        tranches.shares_before_splits as locked_delta,
        0 as lent_delta,
        0 as treasury_delta,
        null as policy,
        tranches.known_on
    from openings
    inner join tranches
        on openings.ticker = tranches.ticker and openings.document_id = tranches.document_id
    where tranches.is_listed_class and tranches.date_basis <> 'at listing'

    union all

    select
        openings.ticker,
        openings.document_id,
        -- where no day is told, none: the engines' greatest() passes over what is null
        case
            when policies.policy = 'unlocked' and tranches.first_tradable_latest_on is not null
                then greatest(tranches.first_tradable_latest_on, coalesce(tranches.locked_from_on, openings.opening_on))
            when policies.policy <> 'unlocked' and tranches.first_tradable_earliest_on is not null
                then greatest(tranches.first_tradable_earliest_on, coalesce(tranches.locked_from_on, openings.opening_on))
        end as step_on,
        0 as total_delta,
        0 as unlisted_delta,
        -tranches.shares_before_splits as locked_delta,
        0 as lent_delta,
        0 as treasury_delta,
        policies.policy,
        tranches.known_on
    from openings
    inner join tranches
        on openings.ticker = tranches.ticker and openings.document_id = tranches.document_id
    cross join policies
    where tranches.is_listed_class and tranches.date_basis <> 'at listing'

    union all

    select
        openings.ticker,
        openings.document_id,
        loans.step_on,
        0 as total_delta,
        0 as unlisted_delta,
        0 as locked_delta,
        loans.lent_before_splits as lent_delta,
        0 as treasury_delta,
        loans.policy,
        loans.known_on
    from openings
    inner join {{ ref('int_share_loan') }} as loans on openings.ticker = loans.ticker
    where openings.has_capital_chain and {{ knows('openings', 'loans') }}

    union all

    -- the lock goes along with unlisted shares that become listed ones
    select
        openings.ticker,
        openings.document_id,
        conversions.effective_on as step_on,
        0 as total_delta,
        0 as unlisted_delta,
        conversions.locked_before_splits as locked_delta,
        0 as lent_delta,
        0 as treasury_delta,
        null as policy,
        conversions.known_on
    from openings
    inner join {{ ref('int_lock_conversion') }} as conversions
        on openings.ticker = conversions.ticker and openings.document_id = conversions.document_id
    where conversions.refusal is null and {{ knows('openings', 'conversions') }}

    union all

    select
        openings.ticker,
        openings.document_id,
        case
            when policies.policy = 'unlocked' then conversions.first_tradable_latest_on
            -- where no day is told, none: the engines' greatest() passes over what is null
            when conversions.first_tradable_earliest_on is not null
                then greatest(conversions.first_tradable_earliest_on, conversions.effective_on)
        end as step_on,
        0 as total_delta,
        0 as unlisted_delta,
        -conversions.locked_before_splits as locked_delta,
        0 as lent_delta,
        0 as treasury_delta,
        policies.policy,
        conversions.known_on
    from openings
    inner join {{ ref('int_lock_conversion') }} as conversions
        on openings.ticker = conversions.ticker and openings.document_id = conversions.document_id
    cross join policies
    where conversions.refusal is null and {{ knows('openings', 'conversions') }}
),

steps as (
    select
        deltas.ticker,
        deltas.document_id,
        policies.policy,
        greatest(deltas.step_on, coalesce(successions.began_on, deltas.step_on)) as step_on,
        sum(deltas.total_delta - deltas.treasury_delta) as total_delta,
        sum(deltas.treasury_delta) as treasury_delta,
        sum(deltas.total_delta - deltas.treasury_delta - deltas.unlisted_delta) as listed_delta,
        sum(deltas.locked_delta) as locked_delta,
        sum(deltas.lent_delta) as lent_delta,
        -sum(
            case
                when deltas.policy is not null and deltas.step_on >= coalesce(successions.began_on, deltas.step_on)
                    then deltas.locked_delta
                else 0
            end
        ) as released,
        max(case when deltas.step_on <= successions.began_on then 1 else 0 end) = 1 as is_beginning,
        greatest(max(deltas.known_on), coalesce(max(successions.known_on), max(deltas.known_on))) as known_on
    from deltas
    inner join policies on coalesce(deltas.policy, policies.policy) = policies.policy
    left join {{ ref('int_succession') }} as successions on deltas.ticker = successions.successor and successions.is_direct
    where deltas.step_on is not null
    group by
        deltas.ticker, deltas.document_id, policies.policy,
        greatest(deltas.step_on, coalesce(successions.began_on, deltas.step_on))
),

standing as (
    select
        *,
        sum(total_delta) over (partition by ticker, document_id, policy order by step_on) as total,
        sum(treasury_delta) over (partition by ticker, document_id, policy order by step_on) as treasury,
        sum(listed_delta) over (partition by ticker, document_id, policy order by step_on) as listed,
        sum(locked_delta) over (partition by ticker, document_id, policy order by step_on) as locked,
        sum(lent_delta) over (partition by ticker, document_id, policy order by step_on) as lent,
        max(known_on) over (partition by ticker, document_id, policy order by step_on) as newest_known_on
    from steps
),

-- a sum is rounded, never its parts, so that no rounding makes the float negative or a release differ from what it unlocks
counted as (
    select
        standing.ticker,
        standing.document_id,
        standing.policy,
        standing.step_on,
        standing.newest_known_on,
        {{ whole_shares(after_splits('standing.total_delta', 'splits')) }} <> 0 as is_capital_event,
        {{ whole_shares(after_splits('standing.total', 'splits')) }} as total_shares,
        {{ whole_shares(after_splits('standing.treasury', 'splits')) }} as treasury_shares,
        {{ whole_shares(after_splits('standing.listed', 'splits')) }} as listed_shares,
        {{ whole_shares(after_splits('standing.locked', 'splits')) }} as restricted_shares,
        {{ whole_shares(after_splits('greatest(standing.locked - standing.lent, 0)', 'splits')) }} as locked_shares,
        {{ whole_shares(after_splits('standing.locked + standing.released', 'splits')) }} as restricted_before_release_shares,
        -- what a ticker begins with it had before under another
        {{ whole_shares(after_splits(
            'standing.listed - case when standing.is_beginning then 0 else standing.listed_delta end', 'splits'
        )) }} as listed_before_shares,
        {{ whole_shares(after_splits(
            'greatest(case when standing.is_beginning then standing.locked + standing.released - standing.lent '
            ~ 'else standing.locked - standing.locked_delta - standing.lent + standing.lent_delta end, 0)', 'splits'
        )) }} as locked_before_shares
    from standing
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'standing.ticker', 'standing.step_on') }}
)

select
    counted.ticker,
    counted.document_id,
    openings.is_preferred,
    counted.policy,
    counted.step_on,
    -- the day before the next step is the last on which this one stands
    lead(counted.step_on) over (partition by counted.ticker, counted.document_id, counted.policy order by counted.step_on)
        as next_step_on,
    counted.restricted_before_release_shares - counted.restricted_shares as released_shares,
    counted.is_capital_event,
    case when openings.total_basis is not null then counted.total_shares end as total_shares,
    case when openings.total_basis is not null then counted.listed_shares end as listed_shares,
    counted.locked_shares,
    case when openings.total_basis is not null then counted.listed_before_shares - counted.locked_before_shares end
        as float_before_shares,
    case when openings.total_basis is not null then counted.listed_shares - counted.locked_shares end as float_shares,
    openings.total_basis,
    counted.restricted_shares - counted.locked_shares as lent_shares,
    counted.newest_known_on as known_on,
    counted.treasury_shares
from counted
inner join openings on counted.ticker = openings.ticker and counted.document_id = openings.document_id
