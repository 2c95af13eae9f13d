{# What an incremental build of the models of bars builds again, so that a new day costs the same however long the history is:
   nothing here reads rows of the history but by a first day, as a literal by which the engine skips them. Only DuckDB builds
   so. #}

{# What the post-hook of a model notes: up to which retrieval it has taken up the bars. Its own rows don't tell, where it has
   few. #}
{% macro note_taken_up() -%} {{ return(adapter.dispatch('note_taken_up')()) }} {%- endmacro %}

{# Always built in full. #}
{% macro default__note_taken_up() -%} {%- endmacro %}

{% macro duckdb__note_taken_up() -%}
    {%- set since = last_retrieval() -%}
{{ create_taken_up_table() }};
delete from {{ taken_up_table() }} where model = '{{ this.identifier }}';
insert into {{ taken_up_table() }}
select
    '{{ this.identifier }}' as model,
    coalesce(max(retrieved_at), {{ since or 'null' }}) as retrieved_at
from {{ this if this.identifier == 'int_bar_candidate' else ref('int_bar_candidate') }}
{% if since %} where retrieved_at > {{ since }} {% endif %};
{%- endmacro %}

{# The table of these notes, a row for each model. #}
{% macro taken_up_table() -%}
{{ (this if this.identifier == 'int_bar_candidate' else ref('int_bar_candidate')).schema }}.bars_taken_up
{%- endmacro %}

{% macro create_taken_up_table() -%}
create table if not exists {{ taken_up_table() }} (model string, retrieved_at timestamp with time zone)
{%- endmacro %}

{# In an incremental build, the newest retrieval that the model has taken up, as a literal, so that what is older is not even
   read. None in a full build, and if it has taken up nothing. #}
{% macro last_retrieval() -%}
    {%- if not (execute and is_incremental()) -%} {%- do return(none) -%} {%- endif -%}
    {%- do run_query(create_taken_up_table()) -%}
    {#- the space keeps it text: dbt would make a time without its zone of it -#}
    {%- set newest = run_query("select cast(max(retrieved_at) as string) || ' ' from " ~ taken_up_table()
        ~ " where model = '" ~ this.identifier ~ "'").columns[0].values()[0] -%}
    {%- do return("cast('" ~ newest.strip() ~ "' as timestamp with time zone)" if newest else none) -%}
{%- endmacro %}

{# The tickers whose bars an incremental build builds again, each with the day from which on: all bars from the first changed
   one on, since later ones look back. Changed are bars and splits retrieved since the last build, and bars without volume whose
   meaning can change with those, since int_zero_volume_bar looks at the other securities of the day and of the session before.
   Gives their temporary table (`name`: columns ticker and first_changed_on), the first of these days (`first_on`) and that as a
   literal (`first_day`), by which the history is skipped. None where all is built: in a full build, and if nothing is built
   yet. #}
{% macro changed_bars() -%}
    {%- set bars, days = ref('int_bar_candidate'), ref('int_trading_day') -%}
    {%- set splits, instruments = ref('int_price_adjustment'), ref('int_instrument') -%}
    {%- set since = last_retrieval() -%}
    {%- if not since -%} {%- do return(none) -%} {%- endif -%}
    {%- set first_day = 'select min(trading_date) from ' ~ bars ~ ' where retrieved_at > ' ~ since -%}
    {%- set first = run_query(first_day).columns[0].values()[0] -%}
    {%- set changed -%}
select
    members.ticker,
    min(changes.changed_on) as first_changed_on
from (
    select
        ticker,
        trading_date as changed_on
    from {{ bars }}
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
    where zero_volume_bars.volume_shares = 0 and zero_volume_bars.trading_date >= cast('{{ first or '9999-12-31' }}' as date)

    union all

    -- bars before a split that their feed should not have multiplied by it are held back (int_held_back_bar)
    select
        ticker,
        cast('0001-01-01' as date) as changed_on
    from {{ splits }}
    where retrieved_at > {{ since }}
) as changes
inner join {{ instruments }} as changed_members on changes.ticker = changed_members.ticker
-- the counters of one share change together
inner join {{ instruments }} as members
    on coalesce(changed_members.counter_of, changed_members.ticker) = coalesce(members.counter_of, members.ticker)
group by members.ticker
    {%- endset -%}
    {%- do run_query('create or replace temporary table ' ~ this.identifier ~ '__changed as ' ~ changed) -%}
    {%- do return(changed_bars_again()) -%}
{%- endmacro %}

{# The same, once that table is there: when the rows of the model, which is compiled before, take the place of the ones before. #}
{% macro changed_bars_again() -%}
    {%- if not last_retrieval() -%} {%- do return(none) -%} {%- endif -%}
    {%- set name = this.identifier ~ '__changed' -%}
    {%- set first_on = run_query('select min(first_changed_on) from ' ~ name).columns[0].values()[0] or '9999-12-31' -%}
    {%- do return({'name': name, 'first_on': first_on, 'first_day': "cast('" ~ first_on ~ "' as date)"}) -%}
{%- endmacro %}

{# The rows of a relation that are built: in a full build all. #}
{% macro of_changed(relation, changed) -%}
    {%- if not changed -%} {{ relation }}
    {%- else -%}
(
        select rows_of_all.*
        from {{ relation }} as rows_of_all
        inner join {{ changed.name }} as changed
            on
                rows_of_all.ticker = changed.ticker
                and rows_of_all.trading_date >= changed.first_changed_on
                -- follows from the line before; as a literal it lets the history be skipped
                and rows_of_all.trading_date >= {{ changed.first_day }}
    )
    {%- endif -%}
{%- endmacro %}

{# The rows of a relation that stand beside these: in a full build all. #}
{% macro since_first_change(relation, changed) -%}
{{ '(select * from ' ~ relation ~ ' where trading_date >= ' ~ changed.first_day ~ ')' if changed else relation }}
{%- endmacro %}

{# What an incremental build of int_price_bar needs of its bars from before the changed ones: of each ticker those from the
   first of its last 20 sessions that traded on, however long ago a ticker with gaps or halts had that. Gives their temporary
   table (`name`: ticker, from_on, before_on), and the first of these days as a literal (`first_day`). None in a full build. #}
{% macro kept_before(changed) -%}
    {%- if not changed -%} {%- do return(none) -%} {%- endif -%}
    {%- set name = this.identifier ~ '__before' -%}
    {%- set recently = add_days(changed.first_day, -60) -%}
    {%- set last_bars -%}
select
    built.ticker,
    coalesce(max_by(built.sessions_from_on, built.trading_date), max(built.trading_date)) as from_on,
    min(changed.first_changed_on) as before_on
from {{ this }} as built
inner join {{ changed.name }} as changed on built.ticker = changed.ticker and built.trading_date < changed.first_changed_on
    {%- endset -%}
    {%- do run_query('create or replace temporary table ' ~ name ~ ' as ' ~ last_bars
        ~ ' where built.trading_date >= ' ~ recently ~ ' group by built.ticker') -%}
    {%- set older = 'select ticker from ' ~ changed.name ~ ' where ticker not in (select ticker from ' ~ name ~ ')' -%}
    {#- only these are looked for in all of the history -#}
    {%- if run_query('select count(*) from (' ~ older ~ ') as older').columns[0].values()[0] > 0 -%}
        {%- do run_query('insert into ' ~ name ~ ' ' ~ last_bars
            ~ ' where built.trading_date < ' ~ recently ~ ' and built.ticker in (' ~ older ~ ') group by built.ticker') -%}
    {%- endif -%}
    {%- set first_on = run_query('select min(from_on) from ' ~ name).columns[0].values()[0] or '9999-12-31' -%}
    {%- do return({'name': name, 'first_day': "cast('" ~ first_on ~ "' as date)"}) -%}
{%- endmacro %}

{# What an incremental build of int_held_back_bar needs of the series of its changed tickers from before their changes. None of
   most: those whose closes never were far apart have no leap. Of the others, 90 days, if more than 20 bars in a row of these
   stand on one level: each bar after them is beside that level or a later one; else all. Gives for each of the two the
   temporary table of its series (`series`: ticker, document_id, before_on) and the condition on `bars.trading_date` (`days`).
   #}
{% macro series_before(changed) -%}
    {%- set bars, series, zero_volume = ref('int_bar_candidate'), ref('int_bar_series'), ref('int_zero_volume_bar') -%}
    {%- if not changed -%} {%- do return([]) -%} {%- endif -%}
    {%- set wide, unsettled = this.identifier ~ '__wide', this.identifier ~ '__unsettled' -%}
    {%- set recently = add_days(changed.first_day, -90) -%}
    {%- do run_query('create or replace temporary table ' ~ wide ~ ' as
        select series.ticker, series.document_id, changed.first_changed_on as before_on
        from ' ~ series ~ ' as series inner join ' ~ changed.name ~ ' as changed on series.ticker = changed.ticker
        where series.highest_close > 50 * series.lowest_close') -%}
    {%- if run_query('select count(*) from ' ~ wide).columns[0].values()[0] == 0 -%} {%- do return([]) -%} {%- endif -%}
    {%- set settled -%}
select
    ticker,
    document_id
from (
    select
        ticker,
        document_id,
        sum(case when close > 50 * previous_close or 50 * close < previous_close then 1 else 0 end) over (
            partition by ticker, document_id order by trading_date
        ) as level_number
    from (
        select
            bars.ticker,
            bars.document_id,
            bars.trading_date,
            bars.close,
            lag(bars.close) over (partition by bars.ticker, bars.document_id order by bars.trading_date) as previous_close
        from {{ bars }} as bars
        inner join {{ wide }} as wide
            on bars.ticker = wide.ticker and bars.document_id = wide.document_id and bars.trading_date < wide.before_on
        left join {{ zero_volume }} as zero_volume_bars
            on
                bars.ticker = zero_volume_bars.ticker
                and bars.trading_date = zero_volume_bars.trading_date
                and bars.document_id = zero_volume_bars.document_id
        left join {{ this }} as distrusted
            on
                bars.ticker = distrusted.ticker
                and bars.trading_date = distrusted.trading_date
                and bars.document_id = distrusted.document_id
                and distrusted.reason like 'a user distrusts%'
        where
            bars.trading_date >= {{ recently }}
            and distrusted.ticker is null
            and coalesce(zero_volume_bars.zero_volume_kind, 'halt') = 'halt'
            and (bars.kind <> 'security' or coalesce(bars.volume_shares, 1) > 0)
    ) as recent_bars
) as levels
group by ticker, document_id, level_number
having count(*) > 20
    {%- endset -%}
    {%- do run_query('create or replace temporary table ' ~ unsettled ~ ' as
        select wide.* from ' ~ wide ~ ' as wide left join (' ~ settled ~ ') as settled
            on wide.ticker = settled.ticker and wide.document_id = settled.document_id
        where settled.ticker is null') -%}
    {%- set parts = [{'series': wide, 'days': 'bars.trading_date >= ' ~ recently}] -%}
    {%- if run_query('select count(*) from ' ~ unsettled).columns[0].values()[0] > 0 -%}
        {%- do parts.append({'series': unsettled, 'days': 'bars.trading_date < ' ~ recently}) -%}
    {%- endif -%}
    {%- do return(parts) -%}
{%- endmacro %}

{# The incremental strategy `from_first_change`: of each changed ticker, the rows from the first change on are deleted and the
   new ones inserted; a row that no longer exists is so removed too. #}
{% macro get_incremental_from_first_change_sql(arg_dict) -%}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    {%- set changed = changed_bars_again() -%}
delete from {{ arg_dict['target_relation'] }} as built
{% if changed %}
    where
        built.trading_date >= {{ changed.first_day }}
        and exists (
            select 1 from {{ changed.name }} as changed
            where built.{{ arg_dict['unique_key'][0] }} = changed.ticker and built.trading_date >= changed.first_changed_on
        )
{% endif %};

insert into {{ arg_dict['target_relation'] }} ({{ columns }})
select {{ columns }} from {{ arg_dict['temp_relation'] }};
{%- endmacro %}

{# The incremental strategy `newest_version`: a row takes the place of the one with its key; the history before the first new
   row is not read. #}
{% macro get_incremental_newest_version_sql(arg_dict) -%}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    {%- set first = run_query('select min(trading_date) from ' ~ arg_dict['temp_relation']).columns[0].values()[0] -%}
delete from {{ arg_dict['target_relation'] }} as built
where
    built.trading_date >= cast('{{ first or '9999-12-31' }}' as date)
    and exists (
        select 1 from {{ arg_dict['temp_relation'] }} as new_rows
        where
            {%- for column in arg_dict['unique_key'] %}
            {{ 'and ' if not loop.first }}built.{{ column }} = new_rows.{{ column }}
            {%- endfor %}
    );

insert into {{ arg_dict['target_relation'] }} ({{ columns }})
select {{ columns }} from {{ arg_dict['temp_relation'] }};
{%- endmacro %}
