{# Shares across splits, bonus issues and consolidations: what a document states on its day, in the shares of another day. #}

{# The join condition by which `splits` (of int_split, or for prices of int_price_adjustment) gives what has been split up to a
   day; no row: nothing. #}
{% macro splits_until(splits, ticker, day) -%}
{{ splits }}.ticker = {{ ticker }}
and {{ splits }}.ex_on <= {{ day }}
and coalesce({{ splits }}.next_ex_on, {{ never() }}) > {{ day }}
{%- endmacro %}

{# Shares of a day, in those from before all splits; `splits` is the row of int_split that `splits_until` gives for the day. #}
{% macro before_splits(shares, splits) -%}
cast({{ shares }} as double)
* coalesce({{ splits }}.cumulative_denominator, 1)
/ coalesce({{ splits }}.cumulative_numerator, 1)
{%- endmacro %}

{# The way back: shares from before all splits, in those of a day. #}
{% macro after_splits(shares, splits) -%}
({{ shares }})
* coalesce({{ splits }}.cumulative_numerator, 1)
/ coalesce({{ splits }}.cumulative_denominator, 1)
{%- endmacro %}

{# Rounded to the share, a half up; four decimals first, so that the last bit of a double doesn't decide what is a half. #}
{% macro whole_shares(shares) -%} cast(round(round({{ shares }}, 4)) as bigint) {%- endmacro %}

{# The day in whose shares a row of lock-ups counts: that on which its document was known, or the first day of the listing, or of
   the ticker under which the document states it, if that is later. `securities` is the row of int_security of that ticker. #}
{% macro day_of_shares(lockups, securities) -%}
greatest({{ lockups }}.known_on, {{ securities }}.listing_on, {{ securities }}.began_on)
{%- endmacro %}

{# Rounded down to the share, after four decimals: an issuer disregards the fraction of a share that a consolidation leaves a
   holder. #}
{% macro no_more_than_whole_shares(shares) -%} cast(floor(round({{ shares }}, 4)) as bigint) {%- endmacro %}

{# True if a kind of capital event is what a split of int_split does: its shares are in the factor. #}
{% macro is_kind_of_split(event_kind) -%}
{{ event_kind }} in ('bonus issue', 'share split', 'consolidation')
{%- endmacro %}

{# True of n:1, 1:n, and n:m with terms of at most 10 after cancelling (3:2, 5:4). A factor that a feed computes from prices, of a
   rights issue or a spin-off, has three or four digits (1085:1000), and so cancels to such terms in one of thirty at most. #}
{% macro is_small_ratio(new, old) -%}
(
    {{ new }} % {{ old }} = 0
    or {{ old }} % {{ new }} = 0
    {% for term in range(2, 11) %}
        or ({{ new }} * {{ term }} <= {{ old }} * 10 and ({{ new }} * {{ term }}) % {{ old }} = 0)
    {% endfor %}
)
{%- endmacro %}

{# The factors of each ticker's splits as fractions of whole numbers (1.49 for 1 is 149/100), and their product so far. #}
{% macro split_factors(known_on, condition='true') -%}
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
    where action = 'split' and {{ condition }}
),

fractions as (
    select
        ticker,
        ex_on,
        cast(split_new * scale as double) as factor_numerator,
        cast(split_old * scale as double) as factor_denominator,
        document_id,
        retrieved_at,
        {{ known_on }} as factor_known_on
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
    max(factor_known_on) over (partition by ticker order by ex_on) as known_on
from fractions
{%- endmacro %}
