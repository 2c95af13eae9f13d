-- The factors of each ticker's splits as fractions of whole numbers (1.49 for 1 is 149/100), and their product so far.
with scaled as (
    select
        *,
        -- the smallest power of ten that makes both terms whole; they have six decimals at most
        case
            {% for scale in [1, 10, 100, 1000, 10000, 100000] %}
                when
                    floor(split_new * {{ scale }}) = split_new * {{ scale }}
                    and floor(split_old * {{ scale }}) = split_old * {{ scale }}
                    then {{ scale }}
            {% endfor %}
            else 1000000
        end as scale
    from {{ ref('int_corporate_action') }}
    where action = 'split'
),

fractions as (
    select
        ticker,
        ex_on,
        cast(split_new * scale as double) as factor_numerator,
        cast(split_old * scale as double) as factor_denominator,
        document_id,
        retrieved_at,
        known_on
    from scaled
)

select
    ticker,
    ex_on,
    -- the day before the next split is the last on which the shares of this one are those of the day
    lead(ex_on) over (partition by ticker order by ex_on) as next_ex_on,
    factor_numerator,
    factor_denominator,
    round({{ running_product('factor_numerator', 'ticker', 'ex_on') }}) as cumulative_numerator,
    round({{ running_product('factor_denominator', 'ticker', 'ex_on') }}) as cumulative_denominator,
    document_id,
    retrieved_at,
    max(known_on) over (partition by ticker order by ex_on) as known_on
from fractions
