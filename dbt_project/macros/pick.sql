{# The value of an expression in the row with the lowest `order_by` in which it is not null, as an aggregate. #}
{% macro first_not_null(expression, order_by) -%}
    {{ return(adapter.dispatch('first_not_null')(expression, order_by)) }}
{%- endmacro %}

{% macro default__first_not_null(expression, order_by) -%}
min_by({{ expression }}, case when ({{ expression }}) is not null then {{ order_by }} end)
{%- endmacro %}

{# What a statement of an event that takes an earlier one back says: see `corporate_events`. #}
{% macro taken_back() -%} ('postponed', 'withdrawn', 'did not happen') {%- endmacro %}

{# What a statement of a catalyst says that speaks of all earlier ones: it takes the event back, or tells its outcome. #}
{% macro settled() -%} ('postponed', 'withdrawn', 'did not happen', 'past', 'outcome not known') {%- endmacro %}

{# True if `taking`, which takes an event back, overrules `statement`. Both have `status`, `rank`, `known_on` and `latest_on`. It
   overrules what was known by then, unless a document of a better rank announces it or says that it happened; and what a document
   of a worse rank says after it, unless that is of the event on a day since. #}
{% macro takes_back(taking, statement) -%}
case
    when {{ taking }}.known_on >= {{ statement }}.known_on
        then {{ taking }}.rank <= {{ statement }}.rank or {{ statement }}.status = 'expected'
    when {{ statement }}.status = 'past' and {{ statement }}.latest_on > {{ taking }}.known_on then false
    else {{ taking }}.rank < {{ statement }}.rank
end
{%- endmacro %}

{# True if `statement` says of the event that `taking` takes back what counts again. #}
{% macro restores(statement, taking) -%}
(
    {{ statement }}.status not in {{ taken_back() }}
    and {{ statement }}.known_on > {{ taking }}.known_on
    and (
        {{ statement }}.rank <= {{ taking }}.rank
        or ({{ statement }}.status = 'past' and {{ statement }}.latest_on > {{ taking }}.known_on)
    )
)
{%- endmacro %}
