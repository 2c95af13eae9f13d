{# The clock of the warehouse: what is known on the day as of which it is built. #}

{# The day as of which the warehouse is built. #}
{% macro as_of() -%} (select as_of from {{ ref('int_release') }}) {%- endmacro %}

{# The landed rows of a dataset that were known on that day. A row without such a day (of a package, say) is always known. A cell
   that became known later than its row is null until then. `files` is a table expression of some of its files; none: all. #}
{% macro known(dataset, files=none) -%}
    {%- set later = cell_known_later(dataset) -%}
select {% if later %}{{ with_null_unless(source('landed', dataset), later.column, later.condition) }}{% else %}*{% endif %}

from {{ files or source('landed', dataset) }}
where known_on is null or known_on <= {{ as_of() }}
{%- endmacro %}

{# The column of a dataset that tells what came after its row was known, and the condition under which it was known too. #}
{% macro cell_known_later(dataset) -%}
    {%- if dataset == 'documents' -%}
        {#- a user's file can hold what was known long before the file was last changed -#}
        {{ return({'column': 'published_on', 'condition': 'published_on <= ' ~ as_of()}) }}
    {%- elif dataset == 'package_token_prices' -%}
        {#- a price has ended when the next one begins -#}
        {{ return({'column': 'effective_to', 'condition': 'effective_to < ' ~ as_of()}) }}
    {%- elif dataset == 'eastmoney_lift_stages' -%}
        {#- over the 20 sessions from the expiry on; both mainland exchanges have the same sessions -#}
        {%- set sessions -%}
            select
                trading_date,
                row_number() over (order by trading_date desc) as session_order
            from {{ source('landed', 'trading_days') }}
            where exchange_mic = 'XSHG' and trading_date <= {{ as_of() }}
        {%- endset -%}
        {%- set first_day = '(select trading_date from (' ~ sessions ~ ') as sessions where session_order = 20)' -%}
        {{ return({'column': 'change_after_20d_ratio', 'condition': 'free_on <= ' ~ first_day}) }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}

{# All columns of a relation, one of them null unless the condition holds. #}
{% macro with_null_unless(relation, column, condition) -%}
    {{ return(adapter.dispatch('with_null_unless')(relation, column, condition)) }}
{%- endmacro %}

{% macro default__with_null_unless(relation, column, condition) -%}
    {%- for kept in (get_columns_in_query('select * from ' ~ relation) if execute else []) if kept != column -%}
    {{ kept }},
    {% endfor -%}
case when {{ condition }} then {{ column }} end as {{ column }}
{%- endmacro %}

{% macro duckdb__with_null_unless(relation, column, condition) -%}
* replace (case when {{ condition }} then {{ column }} end as {{ column }})
{%- endmacro %}

{# Later than any day: the end of a rule that has none. #}
{% macro never() -%} cast('9999-12-31' as date) {%- endmacro %}

{# Earlier than any day: a condition that holds. #}
{% macro always() -%} cast('1900-01-01' as date) {%- endmacro %}

{# `months` months after a day; the last day of the month where the month is shorter. #}
{% macro add_months(day, months) -%} cast({{ dbt.dateadd('month', months, day) }} as date) {%- endmacro %}

{# The last day of so many months of which a day is the first: 8 January and 6 months end on 7 July. Where the last month has no
   such day, they end with it: 31 March and 6 months on 30 September, as documents print it. #}
{% macro last_day_of_months(day, months) -%}
case
    when extract(day from {{ add_months(day, months) }}) < extract(day from {{ day }}) then {{ add_months(day, months) }}
    else {{ add_days(add_months(day, months), -1) }}
end
{%- endmacro %}

{# `days` calendar days after a day. #}
{% macro add_days(day, days) -%} cast({{ dbt.dateadd('day', days, day) }} as date) {%- endmacro %}

{# The weekday after a day: what stands in for a session beyond the last one that is known. Day 0 is a Monday. #}
{% macro next_weekday(day) -%}
    {%- set weekday = 'mod(' ~ dbt.datediff("cast('2001-01-01' as date)", day, 'day') ~ ', 7)' -%}
case
    {{ weekday }} when 4 then {{ add_days(day, 3) }}
    when 5 then {{ add_days(day, 2) }}
    else {{ add_days(day, 1) }}
end
{%- endmacro %}

{# The landed rows of a dataset whose facts have no day from which they are known, such as a calendar. #}
{% macro all_rows(dataset, files=none) -%}
select *
from {{ files or source('landed', dataset) }}
{%- endmacro %}

{# Whole months from one day to another: 31 January to 1 August are 6, to 30 July 5. #}
{% macro whole_months(first_day, last_day) -%}
    {%- set crossed = dbt.datediff(first_day, last_day, 'month') -%}
cast({{ crossed }} - case when {{ add_months(first_day, '(' ~ crossed ~ ')') }} > {{ last_day }} then 1 else 0 end as bigint)
{%- endmacro %}

{# True if a document's rows count a fact: the preferred document's are of all that is known, another's of what was known when it
   was written. #}
{% macro knows(document, fact) -%}
({{ document }}.is_preferred or {{ fact }}.known_on <= {{ document }}.known_on)
{%- endmacro %}

{# The columns of `alias`, which holds rows of `relation`, with `expression` in the place of `column`. #}
{% macro with_column_as(alias, relation, column, expression) -%}
    {{ return(adapter.dispatch('with_column_as')(alias, relation, column, expression)) }}
{%- endmacro %}

{% macro default__with_column_as(alias, relation, column, expression) -%}
    {%- for kept in (get_columns_in_query('select * from ' ~ relation) if execute else [column]) -%}
    {{ expression ~ ' as ' ~ column if kept == column else alias ~ '.' ~ kept }}{{ ',' if not loop.last }}
    {% endfor -%}
{%- endmacro %}

{% macro duckdb__with_column_as(alias, relation, column, expression) -%}
{{ alias }}.* replace ({{ expression }} as {{ column }})
{%- endmacro %}

{# The known rows of a dataset, and the same under each ticker that theirs goes on as later (int_succession), with the day since
   when they themselves are known. `condition` is of the rows, `stated`; `stated_ticker` is the ticker under which the document
   states it. #}
{% macro known_of_each_ticker(dataset, condition=none) -%}
with stated as (
    {{ known(dataset) }}
)

select
    stated.*,
    stated.ticker as stated_ticker
from stated

union all

select
    {{ with_column_as('stated', source('landed', dataset), 'ticker', 'successions.successor') }},
    stated.ticker as stated_ticker
from stated
inner join {{ ref('int_succession') }} as successions on stated.ticker = successions.ticker
{%- if condition %}
where {{ condition }}
{%- endif %}
{%- endmacro %}
