-- The steps of each policy, with what its name stands on in words.
select
    ticker,
    policy,
    step_on,
    next_step_on,
    float_shares,
    most_float_shares,
    denominator,
    denominator_shares,
    cast(float_shares as double) / nullif(denominator_shares, 0) as float_ratio,
    cast(most_float_shares as double) / nullif(denominator_shares, 0) as most_float_ratio,
    cast(float_shares as double) / nullif(total_shares, 0) as float_of_total_ratio,
    cast(most_float_shares as double) / nullif(total_shares, 0) as most_float_of_total_ratio,
    factor_ratio,
    most_factor_ratio,
    minimum_ratio,
    case
        when minimum_ratio is null or factor_ratio is null then null
        when factor_ratio >= minimum_ratio then 'reaches it'
        when most_factor_ratio >= minimum_ratio then 'not certain'
        else 'below it'
    end as minimum_result,
    unlocked_shares,
    cast(unlocked_shares as double) / nullif(total_shares, 0) as unlocked_of_total_ratio,
    listed_shares,
    total_shares,
    excluded_holder_shares,
    excluded_holders,
    not_told_holder_shares,
    float_shares = most_float_shares as is_float_certain,
    nullif(
        concat_ws(
            '; ',
            'not confirmed: ' || unconfirmed,
            case when not is_band_confirmed then 'not confirmed: the band by which the float is rounded' end,
            case
                when not_told_holder_shares > 0
                    then 'holders of whom it is not told whether they count are in the most only'
            end,
            case when has_converted_shares then 'shares that have changed their class count whoever holds them' end
        ),
        ''
    ) as policy_basis,
    step_on > {{ as_of() }} as is_projected,
    document_id,
    known_on
from {{ ref('int_float_policy') }}
