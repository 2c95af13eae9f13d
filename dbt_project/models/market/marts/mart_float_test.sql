-- A limb asks for a ratio, a value and a time of trading; it is met where all that it asks for is. One limb is enough for a test.
with needed as (
    select
        *,
        -- a fraction of a share is not asked for: 3,564,700 of 35,647,003 shares (True Health, 2697.HK) are stated to be the 10 %
        floor(round(
            greatest(
                coalesce(denominator_shares * minimum_ratio, 0), coalesce(minimum_value_hkd / nullif(price_hkd, 0), 0)
            ), 4
        )) as needed_shares
    from {{ ref('int_float_test') }}
),

judged as (
    select
        *,
        case
            when traded_sessions < minimum_sessions then 'fails'
            when minimum_ratio is null and minimum_value_hkd is null then 'no data'
            when most_float_shares < needed_shares then 'fails'
            when minimum_value_hkd is not null and price_hkd is null then 'no data'
            when float_shares >= needed_shares then 'passes'
            else 'not certain'
        end as limb_result
    from needed
)

select
    ticker,
    policy,
    stage,
    limb,
    rule,
    issuer_kind,
    tested_on,
    float_shares,
    most_float_shares,
    denominator_shares,
    cast(float_shares as double) / nullif(denominator_shares, 0) as float_ratio,
    cast(most_float_shares as double) / nullif(denominator_shares, 0) as most_float_ratio,
    minimum_ratio,
    price_hkd,
    price_basis,
    float_shares * price_hkd as float_value_hkd,
    most_float_shares * price_hkd as most_float_value_hkd,
    minimum_value_hkd,
    traded_sessions,
    minimum_sessions,
    case
        when limb_result <> 'no data' and (minimum_value_hkd is null or price_hkd is not null)
            then float_shares - cast(needed_shares as bigint)
    end as headroom_shares,
    limb_result,
    case
        when max(case when limb_result = 'passes' then 1 else 0 end) over test = 1 then 'passes'
        when max(case when limb_result = 'not certain' then 1 else 0 end) over test = 1 then 'not certain'
        when max(case when limb_result = 'no data' then 1 else 0 end) over test = 1 then 'no data'
        else 'fails'
    end as test_result,
    document_id,
    rule_document_id,
    known_on
from judged
window test as (partition by ticker, policy, stage)
