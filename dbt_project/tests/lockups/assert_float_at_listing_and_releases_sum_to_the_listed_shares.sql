{{ config(meta={'dagster': {'ref': {'name': 'int_lockup_tranche'}}}) }}
-- on the first day: the float, less what holders have lent, plus everything that is locked by then and will be released is
-- everything listed.
-- A ticker as which another goes on begins with what that ended with: see assert_a_successor_begins_as_its_predecessor_ends
with openings as (
    select
        ticker,
        document_id,
        step_on,
        listed_shares,
        float_shares,
        lent_shares,
        row_number() over (partition by ticker, document_id order by step_on) as step_number
    from {{ ref('int_float_step') }}
    where policy = 'unlocked'
),

tranches as (
    select
        tranches.ticker,
        tranches.document_id,
        sum(
            case
                when
                    tranches.is_listed_class
                    and tranches.date_basis <> 'at listing'
                    and coalesce(tranches.locked_from_on <= openings.step_on, true)
                    then {{ before_splits('tranches.shares', 'splits') }}
                else 0
            end
        ) as locked
    from {{ ref('int_lockup_tranche') }} as tranches
    inner join openings
        on tranches.ticker = openings.ticker and tranches.document_id = openings.document_id and openings.step_number = 1
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'tranches.ticker', 'tranches.stated_on') }}
    group by tranches.ticker, tranches.document_id
),

released as (
    select
        openings.*,
        {{ whole_shares(after_splits('tranches.locked', 'splits')) }} as released_shares
    from openings
    inner join tranches on openings.ticker = tranches.ticker and openings.document_id = tranches.document_id
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'openings.ticker', 'openings.step_on') }}
    left join {{ ref('int_succession') }} as successions on openings.ticker = successions.successor and successions.is_direct
    where openings.step_number = 1 and successions.ticker is null
)

select ticker, document_id, listed_shares, float_shares, lent_shares, released_shares
from released
where float_shares - lent_shares + released_shares <> listed_shares
