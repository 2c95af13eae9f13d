{# The clock of the warehouse: what is known on the day as of which it is built. #}

{# The day as of which the warehouse is built. #}
{% macro as_of() -%} (select as_of from {{ ref('dim_release') }}) {%- endmacro %}

{# The landed rows of a dataset that were known on that day (a package or feed has no such day: it is always known). #}
{% macro known(dataset) -%}
select *
from {{ source('landed', dataset) }}
where known_on is null or known_on <= {{ as_of() }}
{%- endmacro %}

{# Later than any day: the end of a rule that has none. #}
{% macro never() -%} cast('9999-12-31' as date) {%- endmacro %}

{# `months` months after a day; the last day of the month where the month is shorter. #}
{% macro add_months(day, months) -%} cast({{ dbt.dateadd('month', months, day) }} as date) {%- endmacro %}

{# `days` calendar days after a day. #}
{% macro add_days(day, days) -%} cast({{ dbt.dateadd('day', days, day) }} as date) {%- endmacro %}

{# The landed rows of a dataset whose facts have no day from which they are known, such as a calendar. #}
{% macro all_rows(dataset) -%}
select *
from {{ source('landed', dataset) }}
{%- endmacro %}
