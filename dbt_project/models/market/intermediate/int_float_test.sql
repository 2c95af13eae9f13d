-- Each limb of each test of a float: at listing on the float of the listing day at the offer price, and ongoing on the float of
-- the as-of day at the newest price. `least` and `most` are those of the float.
with rules as (
    select
        *,
        lead(in_force_from_on) over (
            partition by policy, stage, issuer_kind, limb, market_value_up_to_hkd order by in_force_from_on
        ) as in_force_to_on
    from {{ ref('stg_float_tests') }}
),

floats as (
    select
        *,
        row_number() over (partition by ticker, policy order by step_on) as step_number
    from {{ ref('int_float_policy') }}
),

sessions as (
    select
        securities.ticker,
        count(*) as traded_sessions
    from {{ ref('int_security') }} as securities
    inner join {{ ref('int_trading_day') }} as days
        on
            securities.exchange_mic = days.exchange_mic
            and securities.listing_on <= days.trading_date
            and days.trading_date <= {{ as_of() }}
    group by securities.ticker
),

tested as (
    select
        floats.ticker,
        floats.policy,
        'listing' as stage,
        floats.step_on as tested_on,
        securities.ipo_price as price_hkd,
        'offer price' as price_basis,
        floats.float_shares,
        floats.most_float_shares,
        floats.denominator_shares,
        cast(null as bigint) as traded_sessions,
        floats.document_id,
        greatest(floats.known_on, securities.known_on) as known_on
    from floats
    inner join {{ ref('int_security') }} as securities on floats.ticker = securities.ticker
    where floats.step_number = 1

    union all

    select
        floats.ticker,
        floats.policy,
        'ongoing' as stage,
        {{ as_of() }} as tested_on,
        prices.price_hkd,
        prices.price_basis || case when prices.is_price_stale then ', stale' else '' end as price_basis,
        floats.float_shares,
        floats.most_float_shares,
        floats.denominator_shares,
        coalesce(sessions.traded_sessions, 0) as traded_sessions,
        floats.document_id,
        coalesce(greatest(floats.known_on, prices.known_on), floats.known_on) as known_on
    from floats
    left join {{ ref('int_newest_price') }} as prices on floats.ticker = prices.ticker
    left join sessions on floats.ticker = sessions.ticker
    where floats.step_on <= {{ as_of() }} and coalesce(floats.next_step_on, {{ never() }}) > {{ as_of() }}
),

limbs as (
    select
        tested.*,
        kinds.issuer_kind,
        rules.limb,
        rules.table_ref as rule,
        rules.minimum_sessions,
        rules.is_prescribed_at_listing,
        cast(rules.minimum_ratio as double) as minimum_ratio,
        cast(rules.minimum_value_hkd as double) as minimum_value_hkd,
        rules.document_id as rule_document_id,
        greatest(tested.known_on, rules.known_on) as newest_known_on
    from tested
    inner join {{ ref('int_issuer_kind') }} as kinds on tested.ticker = kinds.ticker
    inner join rules
        on
            tested.policy = rules.policy
            and tested.stage = rules.stage
            and kinds.issuer_kind = rules.issuer_kind
            and tested.tested_on >= rules.in_force_from_on
            and tested.tested_on < coalesce(rules.in_force_to_on, {{ never() }})
    where
        (rules.market_value_above_hkd is null or tested.denominator_shares * tested.price_hkd > rules.market_value_above_hkd)
        and (rules.market_value_up_to_hkd is null or tested.denominator_shares * tested.price_hkd <= rules.market_value_up_to_hkd)
),

-- the higher of a percentage and of what is worth an amount, as the listing document prints it
prescribed as (
    select
        ticker,
        policy,
        round(max(
            greatest(coalesce(minimum_ratio, 0), coalesce(minimum_value_hkd / nullif(denominator_shares * price_hkd, 0), 0))
        ), 12) as prescribed_ratio
    from limbs
    where stage = 'listing'
    group by ticker, policy
)

select
    limbs.ticker,
    limbs.policy,
    limbs.stage,
    limbs.limb,
    limbs.rule,
    limbs.issuer_kind,
    limbs.tested_on,
    limbs.price_hkd,
    limbs.price_basis,
    limbs.float_shares,
    limbs.most_float_shares,
    limbs.denominator_shares,
    case when limbs.is_prescribed_at_listing then prescribed.prescribed_ratio else limbs.minimum_ratio end as minimum_ratio,
    limbs.minimum_value_hkd,
    limbs.minimum_sessions,
    limbs.traded_sessions,
    limbs.document_id,
    limbs.rule_document_id,
    limbs.newest_known_on as known_on
from limbs
left join prescribed on limbs.ticker = prescribed.ticker and limbs.policy = prescribed.policy
