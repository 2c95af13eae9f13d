{# Interval arithmetic: what a derived figure can be, given what its inputs can be.

   An operand `a` is a pair of columns `a_low`, `a_high`; an open end is -infinity or infinity. `bound` is 'low' or 'high': the
   end of the result that the macro gives. Each formula is monotone in each operand, so its ends lie at ends of the operands;
   an operand that enters twice takes the same end both times, so that it does not widen the result twice. #}

{# The readings of an approximate number (`~$700mn`), each with the prefix of its columns: to the last significant digit, which is
   what verdicts go by, and to the last printed digit, zeros too. #}
{% macro readings() -%} {{ return([('significant digits', ''), ('all digits', 'all_digits_')]) }} {%- endmacro %}

{% macro interval_other(bound) -%} {{ return('high' if bound == 'low' else 'low') }} {%- endmacro %}

{# The sum of those rows of a relation of operands (`low`, `high`) that meet a condition, as an aggregate. #}
{% macro interval_sum(bound, operands, condition) -%}
{{ ordered_sum('case when ' ~ condition ~ ' then ' ~ operands ~ '.' ~ bound ~ ' end') }}
{%- endmacro %}

{# A sum whose last digit does not depend on the order in which the rows are added up. #}
{% macro ordered_sum(number) -%} {{ return(adapter.dispatch('ordered_sum')(number)) }} {%- endmacro %}

{% macro default__ordered_sum(number) -%} sum({{ number }}) {%- endmacro %}

{% macro duckdb__ordered_sum(number) -%} sum({{ number }} order by {{ number }}) {%- endmacro %}

{% macro interval_difference(bound, a, b) -%} ({{ a }}_{{ bound }} - {{ b }}_{{ interval_other(bound) }}) {%- endmacro %}

{% macro interval_product(bound, a, b) -%}
    {{ 'least' if bound == 'low' else 'greatest' }}(
        {{ a }}_low * {{ b }}_low, {{ a }}_low * {{ b }}_high, {{ a }}_high * {{ b }}_low, {{ a }}_high * {{ b }}_high
    )
{%- endmacro %}

{# Null where the divisor can be zero: nothing is known then. #}
{% macro interval_ratio(bound, a, b) -%}
    case
        when {{ b }}_low > 0 or {{ b }}_high < 0
            then {{ 'least' if bound == 'low' else 'greatest' }}(
                {{ a }}_low / {{ b }}_low, {{ a }}_low / {{ b }}_high, {{ a }}_high / {{ b }}_low, {{ a }}_high / {{ b }}_high
            )
    end
{%- endmacro %}

{# From `a` to `b`: b / a - 1, in which `a` (which (b - a) / a names twice) stands once. #}
{% macro interval_percentage_change(bound, a, b) -%} (({{ interval_ratio(bound, b, a) }}) - 1) {%- endmacro %}

{# a / (a + rest), of amounts that are not negative: `a` stands on both sides and takes the same end on both. #}
{% macro interval_share(bound, a, rest) -%}
    (
        case
            when {{ a }}_{{ bound }} = cast('infinity' as double) then 1e0
            else greatest({{ a }}_{{ bound }}, 0)
                / nullif(greatest({{ a }}_{{ bound }}, 0) + greatest({{ rest }}_{{ interval_other(bound) }}, 0), 0)
        end
    )
{%- endmacro %}

{# The fall of a multiple: 1 - (1 + price change) / ((1 + index change) * (1 + revision)); `c` is 0 where there is no third. #}
{% macro interval_multiple_contraction(bound, a, b, c) -%}
    (
        1 - (1 + {{ a }}_{{ interval_other(bound) }})
        / ((1 + {{ b }}_{{ bound }}) * (1 + {{ c }}_{{ bound }}))
    )
{%- endmacro %}

{# True if two intervals overlap; the macro takes the four ends, of which a null one is open. Ends that touch on paper touch
   here: they are compared up to the rounding error of the arithmetic (1e-12 of their size), which is none of the figures'. #}
{% macro intervals_overlap(a_low, a_high, b_low, b_high) -%}
(
    coalesce({{ a_low }} <= {{ b_high }} + abs({{ b_high }}) * 1e-12, true)
    and coalesce({{ b_low }} <= {{ a_high }} + abs({{ a_high }}) * 1e-12, true)
)
{%- endmacro %}

{# True of a number that is neither infinite nor undefined (which is greater than any). The maximum of infinities is the greatest
   double on Sail. #}
{% macro is_finite(number) -%} (abs({{ number }}) < 1e308) {%- endmacro %}

{# Null for an end that is open or unknown. #}
{% macro finite_or_null(number) -%} case when {{ is_finite(number) }} then {{ number }} end {%- endmacro %}

{# An operand as it is. #}
{% macro interval_of(bound, a) -%} {{ a }}_{{ bound }} {%- endmacro %}

{# A number that is known exactly: both ends are the same. #}
{% macro interval_of_number(bound, number) -%} {{ number }} {%- endmacro %}

{# The months from a day of `a` to a day of `b`, a month being 365.2425 / 12 days. #}
{% macro interval_of_months(bound, a, b) -%}
{{ dbt.datediff(
    a ~ ('_latest_on' if bound == 'low' else '_earliest_on'), b ~ ('_earliest_on' if bound == 'low' else '_latest_on'), 'day'
) }} / 30.436875e0
{%- endmacro %}

{# Intervals of days: an operand `a` is a pair of columns `a_earliest_on`, `a_latest_on`, and `bound` is 'earliest' or 'latest'.
   #}

{# An operand as it is. #}
{% macro days_of(bound, a) -%} {{ a }}_{{ bound }}_on {%- endmacro %}

{# The day `count` months after. #}
{% macro days_months_after(bound, a, count) -%}
{{ add_months(a ~ '_' ~ bound ~ '_on', 'cast(' ~ count ~ '_low as integer)') }}
{%- endmacro %}

{# The last day of `count` months, of which `a` is the first day. #}
{% macro days_that_end_months(bound, a, count) -%}
{{ last_day_of_months(a ~ '_' ~ bound ~ '_on', 'cast(' ~ count ~ '_low as integer)') }}
{%- endmacro %}

{# The earlier of a day and another, both of which must be known. The day is the backstop: what can end earlier has it as its
   latest. #}
{% macro days_earlier_of(bound, a, b) -%}
case
    when {{ b }}_earliest_on is not null and {{ b }}_latest_on is not null then least({{ a }}_latest_on, {{ b }}_{{ bound }}_on)
end
{%- endmacro %}
