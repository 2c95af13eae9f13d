{# A table of the build database in one statement. dbt's own way makes it beside the one that is there, renames both and drops the
   old one, so that readers see no gap: a dozen statements a model, each prepared in Jinja. Nobody reads the build database while
   it is built. What is said of a table and its columns is set in a release. #}
{% materialization table, adapter='duckdb' -%}
    {%- set relation = this.incorporate(type='table') -%}
    {%- call statement('main', fetch_result=True) -%}
    create or replace table {{ relation }} as (
    {{ compiled_code }}
    );
    {{ content_of(relation) }}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {#- what a refresh knows the table by: another table with the same digest has the same rows in the same order -#}
    {%- set content = load_result('main').table.columns[0].values()[0] -%}
    {{ store_raw_result('main', message='content ' ~ content, code='OK', rows_affected='') }}
    {{ return({'relations': [relation]}) }}
{%- endmaterialization %}

{# A table of the build database that takes up what was added (changed_bars.sql), in two calls: for its new rows and the first day
   on which they replace others, and to replace these. dbt's own way takes twenty, which cost more than the rows of a day. #}
{% materialization incremental, adapter='duckdb' -%}
    {%- set relation = this.incorporate(type='table') -%}
    {%- set since = last_retrieval() -%}
    {%- set new_rows = this.identifier ~ '__new' -%}
    {%- if since -%}
        {%- set new_table = 'create or replace temporary table ' ~ new_rows ~ ' as (' ~ compiled_code ~ ')' -%}
        {%- set replaced_from = value_of(new_table ~ '; ' ~ first_replaced_day(new_rows)) -%}
        {%- set first_day = day_literal(replaced_from) -%}
    {%- endif -%}
    {%- call statement('main') -%}
    {%- if since %}
    {{ delete_replaced(new_rows, first_day) }};
    insert into {{ relation }} by name select * from {{ new_rows }};
    drop table {{ new_rows }};
    {%- else %}
    create or replace table {{ relation }} as (
    {{ compiled_code }}
    );
    {%- endif %}
    {{ note_taken_up(since) }}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {#- what a release need not write: a table's rows of before that day are those of the last build -#}
    {%- if since and 'trading_date' in config.get('unique_key') -%}
        {{ store_raw_result('main', message='replaced from ' ~ (replaced_from or '9999-12-31'), code='OK', rows_affected='') }}
    {%- endif -%}
    {{ return({'relations': [relation]}) }}
{%- endmaterialization %}

{# On Spark a table is a folder of Parquet files, made anew: nothing is renamed. #}
{% materialization table, adapter='spark' -%}
    {%- set relation = this.incorporate(type='table') -%}
    {%- set sql = with_steps_as_tables(compiled_code) -%}
    {%- call statement('main') -%} {{ create_spark_table(relation, sql) }} {%- endcall -%}
    {{ return({'relations': [relation]}) }}
{%- endmaterialization %}

{# Always in full: Parquet files have no delete. #}
{% materialization incremental, adapter='spark' -%}
    {{ return(materialization_table_spark()) }}
{%- endmaterialization %}

{% macro create_spark_table(relation, sql) -%}
create table {{ relation }} using parquet
location '{{ var('data_dir') }}/build/spark/{{ relation.identifier }}'
as {{ sql }}
{%- endmacro %}

{# The digest of a table's rows in their order: their number, and the sum of the digests of each. #}
{% macro content_of(relation) -%}
select count(*) || ' ' || coalesce(sum(hash(counted, counted.rowid)), 0) as content from {{ relation }} as counted;
{%- endmacro %}

{# A model that stays as it is, in the place of its own materialization. #}
{% materialization kept, default -%}
    {{ store_raw_result('main', message='kept', code='OK', rows_affected='') }}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{%- endmaterialization %}
