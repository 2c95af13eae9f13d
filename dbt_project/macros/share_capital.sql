{# True if an offer is of so much later than a listing that it isn't that listing, of which two documents may state two days. #}
{% macro is_long_after(offered_on, listed_on) -%} {{ offered_on }} > {{ add_days(listed_on, 31) }} {%- endmacro %}

{# True of two rows of documents whose shares of a class, `class_shares_before` and `class_shares_after` the documents' events of
   the day, go on from one another or lie apart: then like events of theirs are two events. False where one doesn't state them. #}
{% macro goes_on_from_one_another(own, other) -%}
coalesce(
    {{ own }}.class_shares_before <> {{ own }}.class_shares_after
    and {{ other }}.class_shares_before <> {{ other }}.class_shares_after
    and (
        {{ own }}.class_shares_before = {{ other }}.class_shares_after
        or {{ own }}.class_shares_after = {{ other }}.class_shares_before
        or least({{ own }}.class_shares_before, {{ own }}.class_shares_after)
        > greatest({{ other }}.class_shares_before, {{ other }}.class_shares_after)
        or greatest({{ own }}.class_shares_before, {{ own }}.class_shares_after)
        < least({{ other }}.class_shares_before, {{ other }}.class_shares_after)
    ),
    false
)
{%- endmacro %}
