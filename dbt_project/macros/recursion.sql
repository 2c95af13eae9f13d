{# Rows that lead to further rows: a table expression that reads itself, which not every engine has. #}

{# The table expression `name`: the rows of the query `first`, and what the query `further` makes of the rows of `name` that were
   new before, until nothing comes of them. With `is_distinct`, a row that is there already is not new. The statement begins with
   `with recursive`, which `recursive()` writes where the engine wants it. #}
{% macro recursive_rows(name, first, further, is_distinct=false) -%}
    {{ return(adapter.dispatch('recursive_rows')(name, first, further, is_distinct)) }}
{%- endmacro %}

{% macro default__recursive_rows(name, first, further, is_distinct) -%}
{{ name }} as (
    {{ first }}
    {{ 'union' if is_distinct else 'union all' }}
    {{ further }}
)
{%- endmacro %}

{# Marks, by which the materialisation finds the parts and makes a table of each step (`with_steps_as_tables`). #}
{% macro spark__recursive_rows(name, first, further, is_distinct) -%}
/*recursion*/{{ name }}/*{{ 'distinct' if is_distinct else 'all' }}*/{{ first }}/*further*/{{ further }}/*end*/
{%- endmacro %}

{% macro recursive() -%} {{ return(adapter.dispatch('recursive')()) }} {%- endmacro %}

{% macro default__recursive() -%} with recursive {%- endmacro %}

{% macro spark__recursive() -%} with {%- endmacro %}

{# A statement in which each such table expression reads tables, one for each step, which are made here; at most 1,000 steps. #}
{% macro with_steps_as_tables(sql) -%}
    {%- set text = namespace(left=sql) -%}
    {%- for _ in range(sql.count('/*recursion*/')) -%}
        {%- set before, _, rest = text.left.partition('/*recursion*/') -%}
        {%- set is_distinct = '/*distinct*/' in rest.partition('/*further*/')[0] -%}
        {%- set name, _, rest = rest.partition('/*distinct*/' if is_distinct else '/*all*/') -%}
        {%- set first, _, rest = rest.partition('/*further*/') -%}
        {%- set further, _, after = rest.partition('/*end*/') -%}
        {%- set step_name = model.name ~ '_' ~ name ~ '_' -%}
        {%- set made = [] -%}
        {%- for step in range(1000) -%}
            {%- set table = this.incorporate(path={'identifier': step_name ~ step}) -%}
            {%- if step == 0 -%}
                {%- set rows = before ~ ' step_rows as (' ~ first ~ ') select ' ~ ('distinct ' if is_distinct else '')
                    ~ '* from step_rows' -%}
            {%- else -%}
                {%- set rows = before ~ name ~ ' as (select * from ' ~ made[-1] ~ '), step_rows as (select * from ' ~ made[0]
                    ~ ' where false union all ' ~ further ~ ') select * from step_rows' -%}
            {%- endif -%}
            {%- if step > 0 and is_distinct -%}
                {%- set rows = rows ~ ' except select * from (select * from ' ~ made | join(' union all select * from ')
                    ~ ') as known_rows' -%}
            {%- endif -%}
            {%- call statement(table.identifier) -%} {{ create_spark_table(table, rows) }} {%- endcall -%}
            {%- do made.append(table | string) -%}
            {%- if run_query('select count(*) from ' ~ table).columns[0].values()[0] == 0 -%} {%- break -%} {%- endif -%}
            {%- if loop.last -%}
                {%- do exceptions.raise_compiler_error(name ~ ' has not ended after 1,000 steps') -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set text.left = before ~ name ~ ' as (select * from ' ~ made | join(' union all select * from ') ~ ')' ~ after -%}
    {%- endfor -%}
    {{ return(text.left) }}
{%- endmacro %}
