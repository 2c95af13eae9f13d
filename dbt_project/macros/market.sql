{# Daily bars, corporate actions and rates: the newest version of a row, exchange rates, what an incremental build builds again. #}

{# Of the rows, the newest version of each `key`: a source that restates a row gives a further one. #}
{% macro newest_version(rows, key) -%}
select *
from (
    select
        versions.*,
        row_number() over (partition by {{ key | join(', ') }} order by known_on desc, retrieved_at desc) as version_order
    from ({{ rows }}) as versions
) as ordered_versions
where version_order = 1
{%- endmacro %}

{# The same without the rows that their source no longer lists: the newest version says so. As of an earlier day they count. #}
{% macro newest_listed_version(rows, key) -%}
{{ newest_version(rows, key) }}
and not_listed_since is null
{%- endmacro %}

{# The join condition by which `rates` (int_fx_rate or fct_fx_rate) gives the rate of a day: the last one fixed until then. #}
{% macro fx_on(rates, currency, day) -%}
{{ rates }}.currency = {{ currency }}
and {{ rates }}.rate_on <= {{ day }}
and coalesce({{ rates }}.next_rate_on, {{ never() }}) > {{ day }}
{%- endmacro %}

{# The product of an expression over the rows so far, as a window function. #}
{% macro running_product(expression, partition_by, order_by) -%}
    {{ return(adapter.dispatch('running_product')(expression, partition_by, order_by)) }}
{%- endmacro %}

{% macro default__running_product(expression, partition_by, order_by) -%}
exp(sum(ln({{ expression }})) over (partition by {{ partition_by }} order by {{ order_by }}))
{%- endmacro %}

{% macro duckdb__running_product(expression, partition_by, order_by) -%}
product({{ expression }}) over (partition by {{ partition_by }} order by {{ order_by }})
{%- endmacro %}

{# True if two figures differ by more than rounding explains: by more than half of each one's last digit. #}
{% macro differs(left, right, left_precision, right_precision) -%}
(2 * abs({{ left }} - {{ right }}) > {{ left_precision }} + {{ right_precision }})
{%- endmacro %}

{# True if turnover divided by volume can lie between the low and the high, given the last digit of each. #}
{% macro is_average_price_within(turnover, turnover_precision, volume, volume_precision, low, high, price_precision) -%}
    {%- set half = 'cast(0.5 as double)' -%}
(
    {{ turnover }} - {{ half }} * {{ turnover_precision }}
    <= ({{ high }} + {{ half }} * {{ price_precision }}) * ({{ volume }} + {{ half }} * {{ volume_precision }})
    and {{ turnover }} + {{ half }} * {{ turnover_precision }}
    >= ({{ low }} - {{ half }} * {{ price_precision }}) * ({{ volume }} - {{ half }} * {{ volume_precision }})
)
{%- endmacro %}

{# In an incremental build, the newest retrieval that the model has seen, as a literal, so that what is older is not even
   read. Null in a full build, and if the model is empty. #}
{% macro last_retrieval() -%}
    {%- if not (execute and is_incremental()) -%} {%- do return(none) -%} {%- endif -%}
    {#- the space keeps it text: dbt would make a time without its zone of it -#}
    {%- set newest = run_query("select cast(max(retrieved_at) as string) || ' ' from " ~ this).columns[0].values()[0] -%}
    {%- do return("cast('" ~ newest.strip() ~ "' as timestamp with time zone)" if newest else none) -%}
{%- endmacro %}

{# The tickers whose bars an incremental build builds again, each with the day from which on: all bars from the first changed one
   on, since later ones look back. Changed are bars and splits retrieved since the last build, and bars without volume whose
   meaning can change with those, since int_zero_volume_bar looks at the other securities of the day and of the session before.
   In a full build, and if nothing is built yet, every ticker from its first bar on. #}
{% macro changed_bars() -%}
    {%- set since = last_retrieval() -%}
    {%- set bars, days, splits = ref('int_bar_candidate'), ref('int_trading_day'), ref('int_price_adjustment') -%}
    {%- if since -%}
        {%- set changed_days = run_query('select min(trading_date) from ' ~ bars ~ ' where retrieved_at > ' ~ since) -%}
        {%- set first_day = changed_days.columns[0].values()[0] or '9999-12-31' -%}
    {%- endif -%}
select
    members.ticker,
    min(changes.changed_on) as first_changed_on
from (
    select
        ticker,
        trading_date as changed_on
    from {{ bars }}
    {% if since %}
        where retrieved_at > {{ since }}

        union all

        select
            zero_volume_bars.ticker,
            zero_volume_bars.trading_date as changed_on
        from {{ bars }} as zero_volume_bars
        inner join (
            select distinct
                days.exchange_mic,
                days.trading_date
            from {{ days }} as days
            inner join (
                select distinct
                    exchange_mic,
                    trading_date
                from {{ bars }}
                where retrieved_at > {{ since }}
            ) as changed_days
                on
                    days.exchange_mic = changed_days.exchange_mic
                    and changed_days.trading_date in (days.trading_date, days.previous_trading_date)
        ) as looked_at
            on
                zero_volume_bars.exchange_mic = looked_at.exchange_mic
                and zero_volume_bars.trading_date = looked_at.trading_date
        -- no other bar has changed, so the history before can be skipped
        where zero_volume_bars.volume_shares = 0 and zero_volume_bars.trading_date >= cast('{{ first_day }}' as date)

        union all

        -- bars before a split that their feed should not have multiplied by it are held back (int_held_back_bar)
        select
            ticker,
            cast('0001-01-01' as date) as changed_on
        from {{ splits }}
        where retrieved_at > {{ since }}
    {% endif %}
) as changes
inner join (select distinct ticker, coalesce(counter_of, ticker) as share from {{ bars }}) as changed_members
    on changes.ticker = changed_members.ticker
-- the counters of one share change together
inner join (select distinct ticker, coalesce(counter_of, ticker) as share from {{ bars }}) as members
    on changed_members.share = members.share
group by members.ticker
{%- endmacro %}

{# The condition that a day is not before the first change of any ticker, with that day as a literal. The join with `changed_bars`
   already implies it; as a literal it lets an incremental build skip the history instead of reading and dropping it. #}
{% macro is_not_before_first_change(day) -%}
    {%- set first_change = none -%}
    {%- if execute and is_incremental() -%}
        {%- set changed = run_query('select min(first_changed_on) from (' ~ changed_bars() ~ ') as changed') -%}
        {%- set first_change = changed.columns[0].values()[0] -%}
    {%- endif -%}
{{ day ~ " >= cast('" ~ first_change ~ "' as date)" if first_change else 'true' }}
{%- endmacro %}

{# The incremental strategy `from_first_change`: of each changed ticker, the rows from the first change on are deleted
   and the new ones inserted; a row that no longer exists is so removed too. #}
{% macro get_incremental_from_first_change_sql(arg_dict) -%}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
delete from {{ arg_dict['target_relation'] }} as built
where
    {{ is_not_before_first_change('built.trading_date') }}
    and exists (
        select 1 from ({{ changed_bars() }}) as changed
        where built.ticker = changed.ticker and built.trading_date >= changed.first_changed_on
    );

insert into {{ arg_dict['target_relation'] }} ({{ columns }})
select {{ columns }} from {{ arg_dict['temp_relation'] }};
{%- endmacro %}

{# What a test of southbound trading measures of the bars of its window, as an aggregate; its rows have `market_cap`, `turnover` and
   `listed_market_cap`. `is_month_end` is true of the bars that a month is told by. #}
{% macro southbound_value(test, is_month_end) -%}
case {{ test }}
            when 'average market value' then avg(market_cap)
            when 'total turnover' then cast(sum(cast(turnover as decimal(24, 2))) as double)
            when 'average month-end market value' then avg(case when {{ is_month_end }} then listed_market_cap end)
        end
{%- endmacro %}
