with holders as (
    select
        ticker,
        free_on,
        shares_type,
        count(*) as holders_listed
    from {{ ref('stg_lift_holders') }}
    group by ticker, free_on, shares_type
)

select
    stages.ticker,
    stages.free_on,
    stages.shares_type,
    stages.released_shares,
    stages.nominal_released_shares,
    cast(stages.release_value_cny as double) as release_value_cny,
    cast(stages.released_of_float_before_ratio as double) as released_of_float_before_ratio,
    cast(stages.released_of_total_ratio as double) as released_of_total_ratio,
    cast(
        round(stages.released_shares / nullif(cast(stages.released_of_float_before_ratio as double), 0)) as bigint
    ) as float_before_shares,
    stages.locked_after_shares,
    cast(stages.close_before_cny as double) as close_before_cny,
    cast(stages.change_before_20d_ratio as double) as change_before_20d_ratio,
    cast(stages.change_after_20d_ratio as double) as change_after_20d_ratio,
    stages.holders,
    coalesce(holders.holders_listed, 0) as holders_listed,
    stages.free_on > {{ as_of() }} as is_future,
    stages.document_id,
    stages.known_on
from {{ ref('stg_lift_stages') }} as stages
left join holders
    on
        stages.ticker = holders.ticker
        and stages.free_on = holders.free_on
        and stages.shares_type = holders.shares_type
