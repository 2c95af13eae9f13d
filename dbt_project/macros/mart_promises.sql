{# What every mart promises. Each `marts_that_...` macro gives one query over all marts, whose rows break the promise; a test in
   tests/marts runs it. One test per promise, since a test for each mart or column costs more time than all the models.

   A column's name says what it holds: `_on` a day, `_shares` a whole number, `_ratio` and `_x` a finite number, `_hkd`, `_usd`
   and `_cny` money in that currency, `is_` true or false. `known_on` is no later than the as-of day, and `document_id`, alone or
   at the end of a name, is a document of dim_document. What columns a mart has is asked of the database; what it should have is
   what its YAML documents. #}

{# Each mart of `marts()`: its name, relation and columns as built (name -> type), the names of its documented columns, its
   documented key, and the columns of that which are there. Of marts that take up bars by the day, the relation is of the rows
   from `first_day` on, if there is one. #}
{% macro mart_tables(first_day=none) -%}
    {%- set relations = {} -%}
    {%- for name in marts() -%} {%- do relations.update({name: ref(name)}) -%} {%- endfor -%}
    {%- set found = [] -%}
    {%- if execute -%}
        {%- set columns = columns_of_relations(relations) -%}
        {%- for name, relation in relations.items() -%}
            {%- set node = graph.nodes['model.' ~ project_name ~ '.' ~ name] -%}
            {%- set is_cut = first_day and node.config.materialized == 'incremental' -%}
            {%- set documented_key = node.config.meta.get('key', []) -%}
            {%- do found.append({
                'name': name,
                'relation': '(select * from ' ~ relation ~ ' where trading_date >= ' ~ first_day ~ ')' if is_cut else relation,
                'columns': columns[name],
                'documented': node.columns.keys() | list,
                'documented_key': documented_key,
                'key': documented_key | select('in', columns[name]) | list,
            }) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}

{# The columns of relations of one schema, as they are in the database: name of the relation -> name of the column -> type. #}
{% macro columns_of_relations(relations) -%}
    {{ return(adapter.dispatch('columns_of_relations')(relations)) }}
{%- endmacro %}

{% macro default__columns_of_relations(relations) -%}
    {%- set found = {} -%}
    {%- for name, relation in relations.items() -%}
        {%- set columns = {} -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}
            {%- do columns.update({column.name: column.dtype | lower}) -%}
        {%- endfor -%}
        {%- do found.update({name: columns}) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# One question instead of one per relation, which would take longer than all the tests. #}
{% macro duckdb__columns_of_relations(relations) -%}
    {%- set found = {} -%}
    {%- for name in relations -%} {%- do found.update({name: {}}) -%} {%- endfor -%}
    {%- set schema = (relations.values() | first).schema -%}
    {%- set rows = run_query(
        "select table_name, column_name, lower(data_type) from duckdb_columns()"
        ~ " where schema_name = '" ~ schema ~ "' order by table_name, column_index"
    ) -%}
    {%- for table, column, data_type in rows if table in found -%}
        {%- do found[table].update({column: data_type}) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# One query out of many; out of none, one without a row. #}
{% macro union_of(queries) -%}
    {{ return((queries or ["select 'none' as mart where 1 = 0"]) | join('\nunion all\n')) }}
{%- endmacro %}

{# What a row is known by, as text: its key, an empty part as `empty`. #}
{% macro key_in_words(key) -%}
concat_ws(', '{% for column in key %}, coalesce(cast({{ column }} as {{ dbt.type_string() }}), 'empty'){% endfor %})
{%- endmacro %}

{# A mart's columns and those that its YAML documents differ, or its key is not among them. #}
{% macro marts_that_are_documented_otherwise() -%}
    {%- set queries = [] -%}
    {%- for mart in mart_tables() -%}
        {%- set faults = [] -%}
        {%- for column in mart.columns if column not in mart.documented -%}
            {%- do faults.append(column ~ ' is not documented') -%}
        {%- endfor -%}
        {%- for column in mart.documented if column not in mart.columns -%}
            {%- do faults.append(column ~ ' is documented and not there') -%}
        {%- endfor -%}
        {%- for column in mart.documented_key if column not in mart.columns -%}
            {%- do faults.append(column ~ ' is part of the key and not there') -%}
        {%- endfor -%}
        {%- if not mart.documented_key -%} {%- do faults.append('no key is documented') -%} {%- endif -%}
        {%- for fault in faults -%}
            {%- do queries.append("select '" ~ mart.name ~ "' as mart, '" ~ fault ~ "' as fault") -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ union_of(queries) }}
{%- endmacro %}

{# Two rows have the same key, or a part of a key is empty. A key of bars has their day, so rows of before `first_day` (see
   `audited_from`) are beside none from it on. #}
{% macro marts_that_repeat_a_key(first_day=none) -%}
    {%- set queries = [] -%}
    {%- for mart in mart_tables(first_day) if mart.key -%}
        {%- set query -%}
select
    '{{ mart.name }}' as mart,
    '{{ mart.key | join(', ') }}' as key_columns,
    {{ key_in_words(mart.key) }} as key_values,
    count(*) as rows_with_it
from {{ mart.relation }}
group by {{ mart.key | join(', ') }}
having count(*) > 1{% for column in mart.key %} or {{ column }} is null{% endfor %}
        {%- endset -%}
        {%- do queries.append(query) -%}
    {%- endfor -%}
    {{ union_of(queries) }}
{%- endmacro %}

{# A row is known only after the as-of day. #}
{% macro marts_that_know_the_future() -%}
    {%- set queries, today = [], as_of() -%}
    {%- for mart in mart_tables() if 'known_on' in mart.columns -%}
        {%- set query -%}
select
    '{{ mart.name }}' as mart,
    {{ key_in_words(mart.key) }} as key_values,
    known_on
from {{ mart.relation }}
where known_on > {{ today }}
        {%- endset -%}
        {%- do queries.append(query) -%}
    {%- endfor -%}
    {{ union_of(queries) }}
{%- endmacro %}

{# A row names a document that dim_document doesn't hold. #}
{% macro marts_that_name_an_unknown_document() -%}
    {%- set queries, documents = [], ref('dim_document') -%}
    {%- for mart in mart_tables() -%}
        {%- for column in mart.columns if column.endswith('document_id') -%}
            {%- set query -%}
select
    '{{ mart.name }}' as mart,
    '{{ column }}' as column_name,
    cast(named.{{ column }} as {{ dbt.type_string() }}) as document_id,
    named.rows_with_it
from (
    select
        {{ column }},
        count(*) as rows_with_it
    from {{ mart.relation }}
    group by {{ column }}
) as named
left join {{ documents }} as documents on named.{{ column }} = documents.document_id
where named.{{ column }} is not null and documents.document_id is null
            {%- endset -%}
            {%- do queries.append(query) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ union_of(queries) }}
{%- endmacro %}

{# A column holds what its name does not promise: another type, or a value that breaks the promise; of bars, those from
   `first_day` on (see `audited_from`). #}
{% macro marts_that_break_the_promise_of_a_name(first_day=none) -%}
    {%- set queries = [] -%}
    {%- for mart in mart_tables(first_day) -%}
        {%- set faults = [] -%}
        {%- for column, data_type in mart.columns.items() -%}
            {%- set promise = promise_of_name(column) -%}
            {%- if promise and data_type not in promise.types -%}
                {%- do queries.append(
                    "select '" ~ mart.name ~ "' as mart, 'all' as key_values, '" ~ column ~ ' is ' ~ data_type
                    ~ ', not ' ~ promise.words ~ "' as faults"
                ) -%}
            {%- elif promise and promise.broken -%}
                {%- do faults.append({'name': column, 'broken': promise.broken, 'words': promise.words}) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if faults -%}
            {%- set query -%}
select
    '{{ mart.name }}' as mart,
    {{ key_in_words(mart.key) }} as key_values,
    concat_ws('; '{% for fault in faults %},
        case
            when {{ fault.broken }}
                then '{{ fault.name }} is ' || coalesce(cast({{ fault.name }} as {{ dbt.type_string() }}), 'empty')
                    || ', not {{ fault.words }}'
        end{% endfor %}
    ) as faults
from {{ mart.relation }}
where {% for fault in faults %}{{ 'or ' if not loop.first }}({{ fault.broken }}) {% endfor %}
            {%- endset -%}
            {%- do queries.append(query) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ union_of(queries) }}
{%- endmacro %}

{# What the name of a column promises: types that it may have, the condition that breaks the promise, and the promise in words.
   Nothing where the name promises nothing. #}
{% macro promise_of_name(name) -%}
    {#- a difference or a change may be negative; any other count of shares may not -#}
    {%- set signed_shares = ['difference_shares', 'headroom_shares', 'issued_shares', 'unexplained_shares'] -%}
    {%- set numbers = ['double', 'double precision'] -%}
    {%- if name.endswith('_on') or name in ['as_of', 'trading_date'] -%}
        {{ return({'types': ['date'], 'broken': none, 'words': 'a day'}) }}
    {%- elif name in signed_shares or name.endswith('_difference_shares') -%}
        {{ return({'types': ['bigint'], 'broken': none, 'words': 'a whole number'}) }}
    {%- elif name.endswith('_shares') or name == 'shares' -%}
        {{ return({'types': ['bigint'], 'broken': name ~ ' < 0', 'words': 'a whole number that is not negative'}) }}
    {%- elif name.endswith('_x') -%}
        {{ return({
            'types': numbers,
            'broken': name ~ ' < 0 or not ' ~ is_finite(name),
            'words': 'a finite number that is not negative',
        }) }}
    {%- elif name.endswith('_ratio') or name.endswith('_hkd') or name.endswith('_usd') or name.endswith('_cny') -%}
        {{ return({'types': numbers, 'broken': 'not ' ~ is_finite(name), 'words': 'a finite number'}) }}
    {%- elif name.startswith('is_') -%}
        {{ return({'types': ['boolean'], 'broken': name ~ ' is null', 'words': 'true or false'}) }}
    {%- elif name == 'ticker' -%}
        {{ return({
            'types': ['varchar', 'string', 'text'],
            'broken': 'not ' ~ matches_regular_expression(name, '^[0-9A-Z][0-9A-Z\-]{0,11}[.][A-Z]{1,4}$'),
            'words': 'a ticker with the suffix of its exchange',
        }) }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}
