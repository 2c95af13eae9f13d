-- What a filing prints of the free float and the public float at listing, beside what follows from its lock-ups and capital.
with printed as (
    select
        figures.ticker,
        case figures.row when 'free float' then 'hkex_free_float' else 'hkex_public_float' end as policy,
        figures.document_id as printed_document_id,
        figures.shares as printed_shares,
        cast(figures.pct_of_issued_low as double) as printed_low_ratio,
        cast(figures.pct_of_issued_high as double) as printed_high_ratio,
        cast(figures.amount_low as double) as printed_low_hkd,
        cast(figures.amount_high as double) as printed_high_hkd,
        figures.known_on
    from {{ ref('stg_filing_figures') }} as figures
    where figures.row in ('free float', 'public float')
),

-- the limbs of a test have the same float
computed as (
    select
        ticker,
        policy,
        min(tested_on) as tested_on,
        min(float_shares) as float_shares,
        min(most_float_shares) as most_float_shares,
        min(denominator_shares) as denominator_shares,
        min(price_hkd) as price_hkd,
        min(document_id) as document_id,
        max(known_on) as known_on
    from {{ ref('int_float_test') }}
    where stage = 'listing'
    group by ticker, policy
),

compared as (
    select
        computed.*,
        cast(computed.float_shares as double) / nullif(computed.denominator_shares, 0) as float_ratio,
        cast(computed.most_float_shares as double) / nullif(computed.denominator_shares, 0) as most_float_ratio,
        computed.float_shares * computed.price_hkd as float_value_hkd,
        computed.most_float_shares * computed.price_hkd as most_float_value_hkd,
        printed.printed_shares,
        printed.printed_low_ratio,
        printed.printed_high_ratio,
        printed.printed_low_hkd,
        printed.printed_high_hkd,
        printed.printed_document_id,
        coalesce(greatest(computed.known_on, printed.known_on), computed.known_on) as newest_known_on
    from computed
    left join printed on computed.ticker = printed.ticker and computed.policy = printed.policy
)

select
    ticker,
    policy,
    tested_on,
    float_shares,
    most_float_shares,
    float_ratio,
    most_float_ratio,
    float_value_hkd,
    most_float_value_hkd,
    printed_shares,
    printed_low_ratio,
    printed_high_ratio,
    printed_low_hkd,
    printed_high_hkd,
    case
        when printed_shares is null and printed_low_ratio is null and printed_low_hkd is null then 'nothing printed'
        when
            coalesce(printed_shares < float_shares or printed_shares > most_float_shares, false)
            or coalesce(printed_high_ratio < float_ratio or printed_low_ratio > most_float_ratio, false)
            or coalesce(printed_high_hkd < float_value_hkd or printed_low_hkd > most_float_value_hkd, false)
            then 'contradicts'
        when float_shares = most_float_shares then 'reproduces'
        else 'within'
    end as verdict,
    case
        when printed_shares < float_shares then printed_shares - float_shares
        when printed_shares > most_float_shares then printed_shares - most_float_shares
        when printed_shares is not null then 0
    end as difference_shares,
    document_id,
    printed_document_id,
    newest_known_on as known_on
from compared
