{# What the audits of bars look at: what was retrieved since they last passed, so that they don't read the history for each new
   day. Notes of that stand in `bars_taken_up`, beside those of the models. #}

{# In an audit: the first day of the bars retrieved since it last passed, or of those that a rate retrieved since can change, as
   a literal; none where it looks at all bars, which it does after a build in full and if a split became known, which can change
   what counts of all bars of its ticker. #}
{% macro audited_from() -%}
    {%- set bars, splits, rates = ref('int_bar_candidate'), ref('int_price_adjustment'), ref('int_fx_rate') -%}
    {%- if not execute or target.type != 'duckdb' or not load_cached_relation(bars) -%} {%- do return(none) -%} {%- endif -%}
    {%- set since = noted_retrieval(model.name) -%}
    {%- if not since or value_of('select count(*) from ' ~ splits ~ ' where retrieved_at > ' ~ since) > 0 -%}
        {%- do return(none) -%}
    {%- endif -%}
    {%- do return(day_literal(value_of(
        'select least((select min(trading_date) from ' ~ bars ~ ' where retrieved_at > ' ~ since ~ '), (select '
        ~ add_days('min(rate_on)', 1) ~ ' from ' ~ rates ~ ' where retrieved_at > ' ~ since ~ '))'
    ))) -%}
{%- endmacro %}

{# The names of the audits of bars that read a model. #}
{% macro audits_of(name) -%}
    {%- set found = [] -%}
    {%- for node in graph.nodes.values()
        if 'macro.freefloat.audited_from' in node.depends_on.macros and name in node.depends_on.nodes -%}
        {%- do found.append(node.name) -%}
    {%- endfor -%}
    {%- do return(found) -%}
{%- endmacro %}

{# At the end of a run: each audit of bars that passed notes up to which retrieval of bars and splits; one that failed looks at
   the same bars again. #}
{% macro note_audited(results, bars, splits) -%}
    {%- set passed = [] -%}
    {%- for result in (results if execute and target.type == 'duckdb' else [])
        if result.node.resource_type == 'test' and result.status == 'pass'
        and 'macro.freefloat.audited_from' in result.node.depends_on.macros -%}
        {%- do passed.append("'" ~ result.node.name ~ "'") -%}
    {%- endfor -%}
    {%- if passed %}
delete from {{ bars.schema }}.bars_taken_up where model in ({{ passed | join(', ') }});
        {%- for name in passed %}
insert into {{ bars.schema }}.bars_taken_up
select
    {{ name }} as model,
    greatest((select max(retrieved_at) from {{ bars }}), (select max(retrieved_at) from {{ splits }})) as retrieved_at;
        {%- endfor %}
    {%- endif %}
{%- endmacro %}
