with expiries as (
    select
        ticker,
        document_id,
        is_preferred,
        first_tradable_on,
        min(first_tradable_earliest_on) as first_tradable_earliest_on,
        min(case when first_tradable_certain_on is null then 0 else 1 end) = 1 as is_date_certain,
        case when count(distinct date_basis) = 1 then max(date_basis) else 'several, see the tranches' end as date_basis,
        count(*) as tranches,
        cast(sum(case when is_listed_class then 0 else tradable_shares end) as bigint) as unlisted_shares,
        max(known_on) as known_on
    from {{ ref('int_lockup_tranche') }}
    where date_basis <> 'at listing' and first_tradable_on is not null
    group by ticker, document_id, is_preferred, first_tradable_on
),

-- all counts are in the shares of the expiry day; where listed shares are released, the float has a step on that day
floats as (
    select
        expiries.*,
        case when steps.step_on = expiries.first_tradable_on then steps.released_shares else 0 end as released_shares,
        case
            when steps.step_on is null then 0
            when steps.step_on = expiries.first_tradable_on then steps.float_before_shares
            else steps.float_shares
        end as float_before_shares,
        steps.total_shares,
        steps.listed_shares,
        steps.total_basis
    from expiries
    left join {{ ref('int_float_step') }} as steps
        on
            expiries.ticker = steps.ticker
            and expiries.document_id = steps.document_id
            and steps.policy = 'unlocked'
            and steps.step_on <= expiries.first_tradable_on
            and coalesce(steps.next_step_on, {{ never() }}) > expiries.first_tradable_on
),

-- the last bar before the expiry gives its price and the turnover of the sessions before; without one, the printed averages
valued as (
    select
        floats.*,
        -- a split on the expiry day: the released shares are in its share basis
        coalesce(
            bars.close_hkd / case when bars.next_bar_on = floats.first_tradable_on then bars.next_split_factor else 1 end,
            inputs.average_price_before_hkd
        ) as price_hkd,
        case
            when bars.close_hkd is null
                then case when inputs.average_price_before_hkd is not null then 'printed average of the period before' end
            when bars.next_session_on = floats.first_tradable_on then 'close of the session before'
            when bars.next_bar_on is null then 'latest close'
            else 'last close before, no bar on the session before'
        end as price_basis,
        case when bars.close_hkd is not null then bars.document_id else inputs.document_id end as price_document_id,
        case when bars.close_hkd is not null then bars.usd_per_hkd end as usd_per_hkd,
        coalesce(bars.turnover_20d_hkd, inputs.turnover_before_hkd) as turnover_20d_hkd,
        case
            when bars.is_turnover_20d_estimated then 'average of 20 sessions, some estimated'
            when bars.turnover_20d_hkd is not null then 'average of 20 sessions'
            when inputs.turnover_before_hkd is not null then 'printed average of the period before'
        end as turnover_basis,
        case when bars.turnover_20d_hkd is not null then 20 end as turnover_days,
        case when bars.turnover_20d_hkd is not null then bars.turnover_document_id else inputs.document_id end
            as turnover_document_id,
        greatest(
            floats.known_on,
            coalesce(bars.known_on, floats.known_on),
            case
                when bars.turnover_20d_hkd is null then coalesce(inputs.known_on, floats.known_on)
                else floats.known_on
            end
        ) as newest_known_on
    from floats
    left join {{ ref('int_event_bar') }} as bars
        on
            floats.ticker = bars.ticker
            and bars.trading_date < floats.first_tradable_on
            and coalesce(bars.next_bar_on, {{ never() }}) >= floats.first_tradable_on
    left join {{ ref('int_comparable_input') }} as inputs on floats.ticker = inputs.ticker
),

with_value as (
    select
        *,
        released_shares * price_hkd as release_value_hkd
    from valued
)

select
    ticker,
    document_id,
    is_preferred,
    first_tradable_on,
    first_tradable_earliest_on,
    is_date_certain,
    date_basis,
    tranches,
    released_shares,
    unlisted_shares,
    float_before_shares,
    float_before_shares + released_shares as float_after_shares,
    cast(released_shares as double) / nullif(float_before_shares, 0) as float_expansion_x,
    cast(released_shares as double) / nullif(total_shares, 0) as released_of_total_ratio,
    cast(released_shares as double) / nullif(listed_shares, 0) as released_of_listed_ratio,
    total_shares,
    listed_shares,
    price_hkd,
    release_value_hkd,
    release_value_hkd * usd_per_hkd as release_value_usd,
    turnover_20d_hkd,
    price_basis,
    turnover_basis,
    turnover_days,
    price_document_id,
    turnover_document_id,
    release_value_hkd / nullif(turnover_20d_hkd, 0) as days_to_absorb,
    release_value_hkd / nullif(0.1 * turnover_20d_hkd, 0) as days_to_absorb_at_10pct,
    release_value_hkd / nullif(0.2 * turnover_20d_hkd, 0) as days_to_absorb_at_20pct,
    release_value_hkd / nullif(0.3 * turnover_20d_hkd, 0) as days_to_absorb_at_30pct,
    newest_known_on as known_on,
    total_basis,
    case when is_date_certain then first_tradable_on end as first_tradable_certain_on
from with_value
