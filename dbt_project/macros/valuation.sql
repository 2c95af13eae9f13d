{# Money in US dollars and months between days: what the valuation marts share. #}

{# An amount in US dollars; `rates` is the row of fct_fx_rate that `usd_rate_on` joins for the currency and the day. #}
{% macro in_usd(amount, currency, rates) -%}
cast({{ amount }} as double) / case when {{ currency }} = 'USD' then 1e0 else {{ rates }}.per_usd end
{%- endmacro %}

{# The join condition for it; dollars need no rate. #}
{% macro usd_rate_on(rates, currency, day) -%}
{{ currency }} <> 'USD' and {{ fx_on(rates, currency, day) }}
{%- endmacro %}

{# Calendar months from one day to another, negative where the other is earlier: a day is 1/31 of a month, but between two last
   days of months there are whole ones (28 February to 31 December: 10). #}
{% macro months_between(from_day, to_day) -%}
(
    12 * (extract(year from {{ to_day }}) - extract(year from {{ from_day }}))
    + extract(month from {{ to_day }}) - extract(month from {{ from_day }})
    + case
        when {{ dbt.last_day(from_day, 'month') }} = {{ from_day }} and {{ dbt.last_day(to_day, 'month') }} = {{ to_day }}
            then 0e0
        else (extract(day from {{ to_day }}) - extract(day from {{ from_day }})) / cast(31 as double)
    end
)
{%- endmacro %}

{# The day that a fact describes where its row names none: that of its document's data, else of its publication, but not a day
   after the one on which it was known. #}
{% macro described_on(facts, documents) -%}
coalesce({{ documents }}.data_as_of, least({{ documents }}.published_on, {{ facts }}.known_on), {{ facts }}.known_on)
{%- endmacro %}

{# The name by which a company is known here; `names` is the row of stg_company_names for its printed name. #}
{% macro known_as(printed_name, names) -%} coalesce({{ names }}.company, {{ printed_name }}) {%- endmacro %}
