with expiries as (
    select
        ticker,
        document_id,
        is_preferred,
        first_tradable_latest_on as first_tradable_on,
        min(first_tradable_earliest_on) as first_tradable_earliest_on,
        min(case when first_tradable_on is null then 0 else 1 end) = 1 as is_date_certain,
        case when count(distinct date_basis) = 1 then max(date_basis) else 'several, see the tranches' end as date_basis,
        count(*) as tranches,
        cast(sum(case when is_listed_class then shares else 0 end) as bigint) as released_shares,
        cast(sum(case when is_listed_class then 0 else shares end) as bigint) as unlisted_shares,
        max(known_on) as known_on
    from {{ ref('fct_lockup_tranche') }}
    where date_basis <> 'at listing' and first_tradable_latest_on is not null
    group by ticker, document_id, is_preferred, first_tradable_latest_on
),

floats as (
    select
        expiries.*,
        coalesce(before_expiry.float_shares, 0) as float_before_shares,
        on_expiry.total_shares,
        on_expiry.listed_shares
    from expiries
    left join {{ ref('int_float_step') }} as before_expiry
        on
            expiries.ticker = before_expiry.ticker
            and expiries.document_id = before_expiry.document_id
            and before_expiry.policy = 'unlocked'
            and before_expiry.step_on < expiries.first_tradable_on
            and coalesce(before_expiry.next_step_on, {{ never() }}) >= expiries.first_tradable_on
    left join {{ ref('int_float_step') }} as on_expiry
        on
            expiries.ticker = on_expiry.ticker
            and expiries.document_id = on_expiry.document_id
            and on_expiry.policy = 'unlocked'
            and on_expiry.step_on <= expiries.first_tradable_on
            and coalesce(on_expiry.next_step_on, {{ never() }}) > expiries.first_tradable_on
),

valued as (
    select
        floats.*,
        inputs.average_price_before_hkd as price_hkd,
        inputs.turnover_before_hkd as turnover_20d_hkd,
        floats.released_shares * inputs.average_price_before_hkd as release_value_hkd,
        inputs.document_id as price_document_id
    from floats
    left join {{ ref('int_comparable_input') }} as inputs on floats.ticker = inputs.ticker
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
    turnover_20d_hkd,
    case when price_hkd is not null then 'printed average of the period before' end as price_basis,
    case when turnover_20d_hkd is not null then 'printed average of the period before' end as turnover_basis,
    price_document_id,
    release_value_hkd / nullif(turnover_20d_hkd, 0) as days_to_absorb,
    release_value_hkd / nullif(0.1 * turnover_20d_hkd, 0) as days_to_absorb_at_10pct,
    release_value_hkd / nullif(0.2 * turnover_20d_hkd, 0) as days_to_absorb_at_20pct,
    release_value_hkd / nullif(0.3 * turnover_20d_hkd, 0) as days_to_absorb_at_30pct,
    known_on
from valued
