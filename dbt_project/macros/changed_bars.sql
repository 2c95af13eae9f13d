{# What an incremental build of the models of bars builds again, so that a new day costs the same however long the history is:
   nothing here reads rows of the history but by a first day, as a literal by which the engine skips them. Only DuckDB builds
   so. #}

{# What a model notes when it is built: up to which retrieval it has taken up the bars, those of before `since` included. Its own
   rows don't tell, where it has few. The audits that read one that is built in full look at all of its bars again. #}
{% macro note_taken_up(since) -%}
{{ create_taken_up_table() }};
delete from {{ taken_up_table() }}
where model in ('{{ (audits_of(model.unique_id) + [this.identifier] if not since else [this.identifier]) | join("', '") }}');
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
    {%- do return(noted_retrieval(this.identifier) if execute and is_incremental() else none) -%}
{%- endmacro %}

{# What a model or an audit has noted, as a literal; none where that is nothing. #}
{% macro noted_retrieval(name) -%}
    {%- do return(newest_retrieval(taken_up_table() ~ " where model = '" ~ name ~ "'", create_taken_up_table() ~ '; ')) -%}
{%- endmacro %}

{# The one value that the last of some statements gives. #}
{% macro value_of(statements) -%}
    {%- do return(run_query(statements).columns[0].values()[0]) -%}
{%- endmacro %}

{# The tickers whose bars an incremental build builds again, each with the day from which on: all bars from the first changed
   one on, since later ones look back. Changed are bars and splits retrieved since the last build; bars without volume whose
   meaning can change with those, since int_zero_volume_bar looks at the other securities of the day and of the session before;
   and bars of counters after a rate retrieved since, at which int_price_bar converts what they traded.
   Gives their temporary table (`name`: columns ticker and first_changed_on), the first of these days (`first_on`) and that as a
   literal (`first_day`), by which the history is skipped. None where all is built: in a full build, and if nothing is built
   yet. `followed` is a query on tables of the tickers of a model that has not those of all: one that is new there, or no longer,
   changes with all its bars. Of a model that `reads_float`, what a ticker goes on as changes with it, and who took it over: price
   conditions of lots that went over look at its bars. #}
{% macro changed_bars(followed=none, reads_float=false) -%}
    {%- set bars, days = ref('int_bar_candidate'), ref('int_trading_day') -%}
    {%- set splits, instruments = ref('int_price_adjustment'), ref('int_instrument') -%}
    {%- set rates = ref('int_fx_rate') -%}
    {%- set series = ref('int_bar_series') if followed -%}
    {%- set successions, mergers = (ref('int_succession'), ref('int_merger')) if reads_float else (none, none) -%}
    {%- set since = last_retrieval() -%}
    {%- if not since -%} {%- do return(none) -%} {%- endif -%}
    {%- set first = value_of('select min(trading_date) from ' ~ bars ~ ' where retrieved_at > ' ~ since) -%}
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
    where zero_volume_bars.volume_shares = 0 and zero_volume_bars.trading_date >= {{ day_literal(first) }}

    union all

    -- bars before a split that their feed should not have multiplied by it are held back (int_held_back_bar)
    select
        ticker,
        cast('0001-01-01' as date) as changed_on
    from {{ splits }}
    where retrieved_at > {{ since }}

    union all

    -- what a counter traded is converted at the last rate before its day
    select
        counters.ticker,
        {{ add_days('min(rates.rate_on)', 1) }} as changed_on
    from {{ rates }} as rates
    cross join {{ instruments }} as counters
    where rates.retrieved_at > {{ since }} and counters.counter_of is not null
    group by counters.ticker
    {% if followed %}
        union all

        select
            coalesce(followed.ticker, built.ticker) as ticker,
            cast('0001-01-01' as date) as changed_on
        from ({{ followed }}) as followed
        full outer join (select distinct ticker from {{ this }}) as built on followed.ticker = built.ticker
        where
            followed.ticker is null
            -- one that never had a bar is not new each time
            or (built.ticker is null and followed.ticker in (select series.ticker from {{ series }} as series))
    {% endif %}
) as changes
inner join {{ instruments }} as changed_members on changes.ticker = changed_members.ticker
-- the counters of one share change together
inner join {{ instruments }} as members
    on coalesce(changed_members.counter_of, changed_members.ticker) = coalesce(members.counter_of, members.ticker)
group by members.ticker
    {%- endset -%}
    {%- if reads_float -%}
        {%- set changed -%}
with changed as ({{ changed }}),

changed_with_successors as (
    select * from changed

    union all

    select
        successions.successor as ticker,
        changed.first_changed_on
    from changed
    inner join {{ successions }} as successions on changed.ticker = successions.ticker
)

select
    ticker,
    min(first_changed_on) as first_changed_on
from (
    select * from changed_with_successors

    union all

    -- the shares that are given for its own can be issued some days before its last one
    select
        mergers.acquirer as ticker,
        least(changed.first_changed_on, mergers.issued_on) as first_changed_on
    from changed_with_successors as changed
    inner join {{ mergers }} as mergers on changed.ticker = mergers.ticker
)
group by ticker
        {%- endset -%}
    {%- endif -%}
    {%- set name = this.identifier ~ '__changed' -%}
    {%- set first_on = value_of('create or replace temporary table ' ~ name ~ ' as ' ~ changed ~ '; ' ~ first_change(name)) -%}
    {%- do return({'name': name, 'first_day': day_literal(first_on)}) -%}
{%- endmacro %}

{% macro first_change(changed) -%} select min(first_changed_on) from {{ changed }} {%- endmacro %}

{# A day as a literal; without one, that after all days. #}
{% macro day_literal(day) -%} cast('{{ day or '9999-12-31' }}' as date) {%- endmacro %}

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
   table (`name`: ticker, from_on, last_on), and the first of these days as a literal (`first_day`). None in a full build. #}
{% macro kept_before(changed) -%}
    {%- if not changed -%} {%- do return(none) -%} {%- endif -%}
    {%- set name = this.identifier ~ '__before' -%}
    {%- set recently = add_days(changed.first_day, -60) -%}
    {%- set last_bars -%}
select
    built.ticker,
    coalesce(max_by(built.sessions_from_on, built.trading_date), max(built.trading_date)) as from_on,
    max(built.trading_date) as last_on
from {{ this }} as built
inner join {{ changed.name }} as changed on built.ticker = changed.ticker and built.trading_date < changed.first_changed_on
    {%- endset -%}
    {%- set older = 'select ticker from ' ~ changed.name ~ ' where ticker not in (select ticker from ' ~ name ~ ')' -%}
    {#- only these are looked for in all of the history -#}
    {%- if value_of('create or replace temporary table ' ~ name ~ ' as ' ~ last_bars ~ ' where built.trading_date >= ' ~ recently
        ~ ' group by built.ticker; select count(*) from (' ~ older ~ ') as older') > 0 -%}
        {%- do run_query('insert into ' ~ name ~ ' ' ~ last_bars
            ~ ' where built.trading_date < ' ~ recently ~ ' and built.ticker in (' ~ older ~ ') group by built.ticker') -%}
    {%- endif -%}
    {%- do return({'name': name, 'first_day': day_literal(value_of('select min(from_on) from ' ~ name))}) -%}
{%- endmacro %}

{# What an incremental build of int_newest_bar needs of the history: the bars of tickers that had one since their first change and
   have none any more. Gives their temporary table (ticker, first_changed_on); none where there is no such ticker. #}
{% macro without_newest_bar(changed) -%}
    {%- set bars = ref('int_price_bar') -%}
    {%- if not changed -%} {%- do return(none) -%} {%- endif -%}
    {%- set name = this.identifier ~ '__lost' -%}
    {%- set lost -%}
select
    changed.ticker,
    changed.first_changed_on
from {{ changed.name }} as changed
inner join {{ this }} as built on changed.ticker = built.ticker and built.trading_date >= changed.first_changed_on
where changed.ticker not in (select bars.ticker from {{ of_changed(bars, changed) }} as bars where bars.kind = 'security')
    {%- endset -%}
    {%- set tickers = value_of('create or replace temporary table ' ~ name ~ ' as ' ~ lost ~ '; select count(*) from ' ~ name) -%}
    {%- do return(name if tickers > 0 else none) -%}
{%- endmacro %}

{# For int_held_back_bar: the bars that are judged (`is_judged`) and, in an incremental build, what a leap of their series is told
   by: none of most, since those whose closes never were far apart have no leap. Of the others, 90 days, if more than 20 bars in a
   row of these stand on one level: each bar after them is beside that level or a later one; else all. An incremental build has
   them in a temporary table, since they are read more than once. #}
{% macro judged_bars(changed) -%}
    {%- set bars, series, zero_volume = ref('int_bar_candidate'), ref('int_bar_series'), ref('int_zero_volume_bar') -%}
    {%- if not changed -%}
        {%- do return('(select bars.*, true as is_judged from ' ~ bars ~ ' as bars)') -%}
    {%- endif -%}
    {%- set wide, judged = this.identifier ~ '__wide', this.identifier ~ '__judged' -%}
    {%- set recently = add_days(changed.first_day, -90) -%}
    {%- set columns = 'bars.ticker, bars.kind, bars.trading_date, bars.document_id, bars.source_rank, bars.close,'
        ~ ' bars.volume_shares, bars.known_on' -%}
    {%- set before -%}
select
    {{ columns }},
    false as is_judged
from {{ bars }} as bars
inner join {{ wide }} as series
    on bars.ticker = series.ticker and bars.document_id = series.document_id and bars.trading_date < series.before_on
    {%- endset -%}
    {%- set wide_series = value_of('create or replace temporary table ' ~ wide ~ ' as
        select series.ticker, series.document_id, changed.first_changed_on as before_on
        from ' ~ series ~ ' as series inner join ' ~ changed.name ~ ' as changed on series.ticker = changed.ticker
        where series.highest_close > 50 * series.lowest_close; select count(*) from ' ~ wide) -%}
    {%- do run_query('create or replace temporary table ' ~ judged ~ ' as select ' ~ columns ~ ', true as is_judged from '
        ~ of_changed(bars, changed) ~ ' as bars'
        ~ (' union all ' ~ before ~ ' and bars.trading_date >= ' ~ recently if wide_series > 0)) -%}
    {%- if wide_series == 0 -%} {%- do return(judged) -%} {%- endif -%}
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
        from {{ judged }} as bars
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
            not bars.is_judged
            and distrusted.ticker is null
            and coalesce(zero_volume_bars.zero_volume_kind, 'halt') = 'halt'
            and (bars.kind <> 'security' or coalesce(bars.volume_shares, 1) > 0)
    ) as recent_bars
) as levels
group by ticker, document_id, level_number
having count(*) > 20
    {%- endset -%}
    {%- set settled_series = 'delete from ' ~ wide ~ ' as wide using (' ~ settled ~ ') as settled
        where wide.ticker = settled.ticker and wide.document_id = settled.document_id; select count(*) from ' ~ wide -%}
    {%- if value_of(settled_series) > 0 -%}
        {%- do run_query('insert into ' ~ judged ~ ' ' ~ before ~ ' and bars.trading_date < ' ~ recently) -%}
    {%- endif -%}
    {%- do return(judged) -%}
{%- endmacro %}

{# How an incremental model takes up its new rows, by its `incremental_strategy`. `newest_version`: each takes the place of the
   row with its key. `from_first_change`: of each changed ticker, all rows from the first change on are replaced, so that a row
   that no longer exists is removed too. Rows of before the first of these days are not read. #}

{# That day, after the statement that makes `new_rows`. #}
{% macro first_replaced_day(new_rows) -%}
    {%- if config.get('incremental_strategy') == 'from_first_change' -%} {{ first_change(this.identifier ~ '__changed') }}
    {%- elif 'trading_date' in config.get('unique_key') -%} select min(trading_date) from {{ new_rows }}
    {%- else -%} select '0001-01-01'
    {%- endif -%}
{%- endmacro %}

{# The rows that they replace are deleted; `first_day` is that day as a literal. #}
{% macro delete_replaced(new_rows, first_day) -%}
    {%- set key = config.get('unique_key') -%}
delete from {{ this }} as built
where
    {% if 'trading_date' in key %}built.trading_date >= {{ first_day }} and{% endif %}
    exists (
        {% if config.get('incremental_strategy') == 'from_first_change' %}
        select 1 from {{ this.identifier }}__changed as changed
        where
            built.{{ key[0] }} = changed.ticker
            {% if 'trading_date' in key %}and built.trading_date >= changed.first_changed_on{% endif %}
        {% else %}
        select 1 from {{ new_rows }} as new_rows
        where {% for column in key %}{{ 'and ' if not loop.first }}built.{{ column }} = new_rows.{{ column }} {% endfor %}
        {% endif %}
    )
{%- endmacro %}
