-- Of one share and day, the calendar of the best-ranked document counts: two would release the shares twice.
with holders as (
    select
        document_id,
        ticker,
        free_on,
        shares_type,
        count(*) as holders_listed
    from {{ ref('stg_lift_holders') }}
    group by document_id, ticker, free_on, shares_type
),

stated as (
    select
        stages.ticker,
        stages.free_on,
        stages.shares_type,
        stages.released_shares,
        stages.nominal_released_shares,
        cast(stages.release_value_cny as double) as release_value_cny,
        cast(stages.released_of_float_before_ratio as double) as released_of_float_before_ratio,
        cast(stages.released_of_total_ratio as double) as released_of_total_ratio,
        stages.locked_after_shares,
        cast(stages.close_before_cny as double) as close_before_cny,
        cast(stages.change_before_20d_ratio as double) as change_before_20d_ratio,
        cast(stages.change_after_20d_ratio as double) as change_after_20d_ratio,
        stages.holders,
        coalesce(holders.holders_listed, 0) as holders_listed,
        stages.document_id,
        stages.known_on
    from {{ ref('stg_lift_stages') }} as stages
    left join holders
        on
            stages.document_id = holders.document_id
            and stages.ticker = holders.ticker
            and stages.free_on = holders.free_on
            and stages.shares_type = holders.shares_type

    union all

    select
        ticker,
        free_on,
        shares_type,
        cast(sum(released_shares) as bigint) as released_shares,
        cast(null as bigint) as nominal_released_shares,
        cast(null as double) as release_value_cny,
        cast(null as double) as released_of_float_before_ratio,
        -- a holder without a ratio would make the sum too small
        case when count(*) = count(released_of_total_ratio) then cast(sum(released_of_total_ratio) as double) end
            as released_of_total_ratio,
        cast(null as bigint) as locked_after_shares,
        cast(null as double) as close_before_cny,
        cast(null as double) as change_before_20d_ratio,
        cast(null as double) as change_after_20d_ratio,
        count(distinct holder) as holders,
        count(distinct holder) as holders_listed,
        document_id,
        max(known_on) as known_on
    from {{ ref('stg_share_float') }}
    group by document_id, ticker, free_on, shares_type
),

documents_of_a_day as (
    select
        stated.ticker,
        stated.free_on,
        stated.document_id,
        cast(sum(stated.released_shares) as bigint) as released_shares,
        row_number() over (
            partition by stated.ticker, stated.free_on
            order by documents.rank, max(stated.known_on) desc, stated.document_id
        ) as document_order
    from stated
    left join {{ ref('stg_documents') }} as documents on stated.document_id = documents.document_id
    group by stated.ticker, stated.free_on, stated.document_id, documents.rank
)

select
    stated.ticker,
    stated.free_on,
    stated.shares_type,
    stated.released_shares,
    stated.nominal_released_shares,
    stated.release_value_cny,
    stated.released_of_float_before_ratio,
    stated.released_of_total_ratio,
    cast(round(stated.released_shares / nullif(stated.released_of_float_before_ratio, 0)) as bigint) as float_before_shares,
    stated.locked_after_shares,
    stated.close_before_cny,
    stated.change_before_20d_ratio,
    stated.change_after_20d_ratio,
    stated.holders,
    stated.holders_listed,
    stated.free_on > {{ as_of() }} as is_future,
    others.released_shares as other_released_shares,
    others.document_id as other_document_id,
    stated.document_id,
    stated.known_on
from stated
inner join documents_of_a_day as counted
    on
        stated.ticker = counted.ticker
        and stated.free_on = counted.free_on
        and stated.document_id = counted.document_id
        and counted.document_order = 1
left join documents_of_a_day as others
    on stated.ticker = others.ticker and stated.free_on = others.free_on and others.document_order = 2
