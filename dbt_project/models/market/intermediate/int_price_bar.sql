-- The bar of a ticker and day: prices and volume of the best-ranked source that has a real one, never mixed; turnover of the
-- same source, else of another one that fits them, else an estimate. A bar that only shows a half-day or an outage of its source
-- is left out, and so is one that int_held_back_bar names. What a share's second counter traded is added to the bar of the first,
-- its money at the last rate fixed before the day, so that no later rate changes it. Averages are of 20 sessions that traded.
-- On most days a ticker has one source's bar: those go through as they are, and only the others are compared.
{{ config(materialized='incremental', incremental_strategy='from_first_change',
    unique_key=['ticker', 'trading_date']) }}

{% set changed = changed_bars() %}
{% set before = kept_before(changed) %}

{% set all_own_bars %}
(
        select
            {{ own_bar('bars', 'bars.turnover', 'bars.document_id') }},
            zero_volume_bars.zero_volume_kind,
            cast(0 as bigint) as disagreeing_sources,
            cast(null as string) as held_back_document_ids,
            bars.retrieved_at,
            bars.known_on
        {{ bars_beside_judgements(changed, 'several') }}
        where
            several.ticker is null
            and held_back.ticker is null
            and coalesce(zero_volume_bars.zero_volume_kind, 'halt') = 'halt'

        union all

        select * from bars_of_several_sources
    )
{% endset %}
{% set own_bars = 'own_bars' if changed else all_own_bars %}

with several as (
    select
        bars.ticker,
        bars.trading_date
    from {{ of_changed(ref('int_bar_candidate'), changed) }} as bars
    group by bars.ticker, bars.trading_date
    having count(*) > 1
),

beside as (
    select
        bars.*,
        zero_volume_bars.zero_volume_kind,
        coalesce(zero_volume_bars.zero_volume_kind, 'halt') = 'halt' as is_real,
        coalesce(zero_volume_bars.zero_volume_kind, 'halt') = 'halt' and held_back.ticker is null as is_counted
    {{ bars_beside_judgements(changed, 'several') }}
    where several.ticker is not null
),

sources as (
    select
        document_id,
        row_number() over (order by min(source_rank), document_id) as preference
    from beside
    group by document_id
),

-- the first that is real and not held back, if there is one
chosen_sources as (
    select
        beside.ticker,
        beside.trading_date,
        min(sources.preference) as preference
    from beside
    inner join sources on beside.document_id = sources.document_id
    where beside.is_counted
    group by beside.ticker, beside.trading_date
),

chosen as (
    select beside.*
    from beside
    inner join sources on beside.document_id = sources.document_id
    inner join chosen_sources
        on
            beside.ticker = chosen_sources.ticker
            and beside.trading_date = chosen_sources.trading_date
            and sources.preference = chosen_sources.preference
),

held_back_days as (
    select
        ticker,
        trading_date,
        {{ dbt.listagg('document_id', "', '", 'order by document_id') }} as held_back_document_ids,
        max(known_on) as known_on
    from {{ ref('int_held_back_bar') }}
    {% if changed %} where trading_date >= {{ changed.first_day }} {% endif %}
    group by ticker, trading_date
),

-- each bar of such a day beside the one that counts
compared as (
    select
        bars.ticker,
        bars.trading_date,
        bars.document_id,
        bars.turnover,
        bars.turnover_precision,
        bars.retrieved_at,
        bars.known_on,
        sources.preference,
        bars.document_id <> chosen.document_id and bars.is_real and chosen.kind = 'security' as is_other,
        {{ differs('bars.open', 'chosen.open', 'bars.price_precision', 'chosen.price_precision') }}
        or {{ differs('bars.high', 'chosen.high', 'bars.price_precision', 'chosen.price_precision') }}
        or {{ differs('bars.low', 'chosen.low', 'bars.price_precision', 'chosen.price_precision') }}
        or {{ differs('bars.close', 'chosen.close', 'bars.price_precision', 'chosen.price_precision') }}
        or coalesce({{ differs('bars.volume_shares', 'chosen.volume_shares',
            'bars.volume_precision_shares', 'chosen.volume_precision_shares') }}, false) as differs_in_bar,
        bars.is_counted and (
            bars.document_id = chosen.document_id
            or {{ is_average_price_within(
                'bars.turnover', 'bars.turnover_precision', 'chosen.volume_shares', 'chosen.volume_precision_shares',
                'chosen.low', 'chosen.high', 'chosen.price_precision') }}
        ) as has_fitting_turnover
    from beside as bars
    inner join sources on bars.document_id = sources.document_id
    inner join chosen on bars.ticker = chosen.ticker and bars.trading_date = chosen.trading_date
),

turnovers as (
    select
        ticker,
        trading_date,
        {% for column in ['turnover', 'turnover_precision', 'document_id', 'known_on'] %}
            {{ first_not_null('case when has_fitting_turnover and turnover is not null then ' ~ column ~ ' end', 'preference') }}
                as {{ 'turnover_' if not column.startswith('turnover') }}{{ column }},
        {% endfor %}
        max(retrieved_at) as retrieved_at
    from compared
    group by ticker, trading_date
),

disagreements as (
    select
        compared.ticker,
        compared.trading_date,
        count(*) as disagreeing_sources
    from compared
    inner join turnovers on compared.ticker = turnovers.ticker and compared.trading_date = turnovers.trading_date
    where
        compared.is_other
        and (
            compared.differs_in_bar
            or coalesce({{ differs('compared.turnover', 'turnovers.turnover',
                'compared.turnover_precision', 'turnovers.turnover_precision') }}, false)
        )
    group by compared.ticker, compared.trading_date
),

bars_of_several_sources as (
    select
        {{ own_bar('chosen', 'turnovers.turnover', 'turnovers.turnover_document_id') }},
        chosen.zero_volume_kind,
        coalesce(disagreements.disagreeing_sources, 0) as disagreeing_sources,
        held_back_days.held_back_document_ids,
        turnovers.retrieved_at,
        greatest(
            chosen.known_on,
            coalesce(turnovers.turnover_known_on, chosen.known_on),
            coalesce(held_back_days.known_on, chosen.known_on)
        ) as known_on
    from chosen
    inner join turnovers on chosen.ticker = turnovers.ticker and chosen.trading_date = turnovers.trading_date
    left join disagreements
        on chosen.ticker = disagreements.ticker and chosen.trading_date = disagreements.trading_date
    left join held_back_days
        on chosen.ticker = held_back_days.ticker and chosen.trading_date = held_back_days.trading_date
),

{% if changed %}
-- of a day they are few, and read more than once; all of them would be held in memory, so a full build writes them out instead
own_bars as materialized {{ all_own_bars }},
{% endif %}

counters as (
    select bars.*
    from {{ own_bars }} as bars
    where bars.counter_of is not null and bars.volume_shares > 0
),

mains as (
    select
        bars.ticker,
        bars.trading_date,
        bars.currency
    from {{ own_bars }} as bars
    where bars.ticker in (select counters.counter_of from counters)
),

counter_bars as (
    select
        counters.counter_of as ticker,
        counters.trading_date,
        cast(sum(counters.volume_shares) as bigint) as volume_shares,
        -- one without a rate makes the sum unknown
        case
            when count(*) = count(counters.turnover * main_rates.per_eur / rates.per_eur)
                then round(sum(counters.turnover * main_rates.per_eur / rates.per_eur), 2)
        end as turnover,
        max(case when counters.turnover_basis like 'estimated%' then 1 else 0 end) = 1 as is_estimated,
        max(greatest(counters.known_on, coalesce(rates.known_on, counters.known_on))) as known_on
    from counters
    inner join mains on counters.counter_of = mains.ticker and counters.trading_date = mains.trading_date
    left join {{ ref('int_fx_rate') }} as rates
        on {{ fx_on('rates', 'counters.currency', add_days('counters.trading_date', -1)) }}
    left join {{ ref('int_fx_rate') }} as main_rates
        on {{ fx_on('main_rates', 'mains.currency', add_days('counters.trading_date', -1)) }}
    group by counters.counter_of, counters.trading_date
),

{% if before %}
-- of the bars before the first changed one, those that it looks back at
kept as (
    select
        built.ticker,
        built.trading_date,
        built.close,
        built.volume_shares,
        built.turnover,
        built.cumulative_split_factor,
        built.cumulative_share_factor,
        built.bar_number,
        built.traded_sessions,
        coalesce(built.volume_shares, 1) <> 0 as has_traded,
        built.trading_date = before_change.last_on as is_last
    from {{ this }} as built
    inner join {{ before.name }} as before_change
        on
            built.ticker = before_change.ticker
            and built.trading_date >= before_change.from_on
            and built.trading_date <= before_change.last_on
            and built.trading_date >= {{ before.first_day }}
),
{% endif %}

-- what is looked back at, and no more of it: with all columns it would be sorted and held
looked_back_at as (
    select
        own_bars.ticker,
        own_bars.trading_date,
        own_bars.close,
        own_bars.volume_shares + coalesce(counter_bars.volume_shares, 0) as volume_shares,
        case
            when counter_bars.ticker is null then own_bars.turnover
            else own_bars.turnover + counter_bars.turnover
        end as turnover,
        coalesce(adjustments.cumulative_numerator / adjustments.cumulative_denominator, 1) as cumulative_split_factor,
        coalesce(splits.cumulative_numerator / splits.cumulative_denominator, 1) as cumulative_share_factor,
        adjustments.known_on as split_known_on,
        cast(null as bigint) as bars_before,
        cast(null as bigint) as sessions_before
    from {{ own_bars }} as own_bars
    left join counter_bars
        on own_bars.ticker = counter_bars.ticker and own_bars.trading_date = counter_bars.trading_date
    left join {{ ref('int_price_adjustment') }} as adjustments
        on {{ splits_until('adjustments', 'own_bars.ticker', 'own_bars.trading_date') }}
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'own_bars.ticker', 'own_bars.trading_date') }}
    {% if before %}
        union all

        -- the last bar before the first changed one, from which numbers and returns go on
        select
            kept.ticker,
            kept.trading_date,
            kept.close,
            kept.volume_shares,
            kept.turnover,
            kept.cumulative_split_factor,
            kept.cumulative_share_factor,
            cast(null as date) as split_known_on,
            kept.bar_number - 1 as bars_before,
            kept.traded_sessions - case when kept.has_traded then 1 else 0 end as sessions_before
        from kept
        where kept.is_last
    {% endif %}
),

chained as (
    select
        bars.*,
        lag(bars.close) over (partition by bars.ticker order by bars.trading_date) as previous_close,
        -- rounded, so that dividing one product by another leaves no error in the last digits
        round(
            bars.cumulative_split_factor
            / lag(bars.cumulative_split_factor) over (partition by bars.ticker order by bars.trading_date),
            12
        ) as split_factor,
        row_number() over (partition by bars.ticker order by bars.trading_date)
        {% if before %} + coalesce(min(bars.bars_before) over (partition by bars.ticker), 0) {% endif %} as bar_number,
        -- a halt is no session
        coalesce(bars.volume_shares, 1) <> 0 as has_traded,
        count(case when coalesce(bars.volume_shares, 1) <> 0 then 1 end) over (
            partition by bars.ticker order by bars.trading_date
        ) {% if before %} + coalesce(min(bars.sessions_before) over (partition by bars.ticker), 0) {% endif %} as traded_sessions
    from looked_back_at as bars
),

{% set chained_columns %}
chained.ticker,
        chained.trading_date,
        chained.volume_shares,
        chained.turnover,
        chained.cumulative_split_factor,
        chained.cumulative_share_factor,
        chained.split_known_on,
        chained.previous_close,
        chained.split_factor,
        chained.bar_number,
        chained.traded_sessions,
{% endset %}

-- averages are of the last 20 sessions that traded: those whose number is at most 19 below that of the day, which a halt has of
-- the one before
{% if before %}
    sessions as (
        {% for bars, which in {'chained': 'bars_before is null', 'kept': 'true'}.items() %}
            {{ 'union all' if not loop.first }}
            select
                ticker,
                trading_date,
                has_traded,
                traded_sessions,
                turnover,
                volume_shares,
                cumulative_share_factor
            from {{ bars }}
            where has_traded and {{ which }}
        {% endfor %}
    ),

    -- each session is looked up by its number, which costs what changed; a window would be of all bars that are looked back at
    averages as (
        select
            chained.ticker,
            chained.trading_date,
            {{ averages_of_sessions('sessions') }}
        from chained
        cross join (values {% for n in range(20) %}({{ n }}){{ ', ' if not loop.last }}{% endfor %}) as numbers (number)
        left join sessions
            on chained.ticker = sessions.ticker and chained.traded_sessions - numbers.number = sessions.traded_sessions
        where chained.bars_before is null
        group by chained.ticker, chained.trading_date
    ),

    averaged as (
        select
            {{ chained_columns }}
            averages.sessions_from_on,
            averages.turnover_20d,
            averages.volume_before_splits_20d
        from chained
        inner join averages on chained.ticker = averages.ticker and chained.trading_date = averages.trading_date
    )
{% else %}
    averaged as (
        select
            {{ chained_columns }}
            {{ averages_of_sessions('chained', over=' over last_20') }}
        from chained
        window last_20 as (
            partition by chained.ticker order by chained.traded_sessions range between 19 preceding and current row
        )
    )
{% endif %}

select
    bars.ticker,
    bars.exchange_mic,
    bars.kind,
    bars.trading_date,
    averaged.bar_number,
    bars.currency,
    bars.open,
    bars.high,
    bars.low,
    bars.close,
    averaged.previous_close,
    coalesce(averaged.split_factor, 1) as split_factor,
    averaged.cumulative_split_factor,
    averaged.cumulative_share_factor,
    bars.close * averaged.split_factor / averaged.previous_close - 1 as return_ratio,
    averaged.volume_shares,
    averaged.turnover,
    case
        when counter_bars.ticker is null then bars.turnover_basis
        when counter_bars.turnover is null then 'no exchange rate for the other counter'
        when counter_bars.is_estimated and bars.turnover_basis not like 'estimated%'
            then 'estimated at the other counter: volume times typical price'
        when bars.turnover_basis = 'no trades' then 'reported'
        else bars.turnover_basis
    end as turnover_basis,
    bars.zero_volume_kind,
    bars.disagreeing_sources,
    bars.document_id,
    bars.turnover_document_id,
    bars.retrieved_at,
    greatest(
        bars.known_on,
        coalesce(counter_bars.known_on, bars.known_on),
        case when averaged.split_factor <> 1 then averaged.split_known_on else bars.known_on end
    ) as known_on,
    counter_bars.volume_shares as counter_volume_shares,
    counter_bars.turnover as counter_turnover,
    bars.held_back_document_ids,
    averaged.turnover_20d,
    cast(round(averaged.volume_before_splits_20d * averaged.cumulative_share_factor) as bigint) as volume_20d_shares,
    case
        when averaged.turnover_20d is not null or averaged.volume_before_splits_20d is not null then averaged.sessions_from_on
    end as averages_from_on,
    averaged.sessions_from_on,
    averaged.traded_sessions
from {{ own_bars }} as bars
inner join averaged on bars.ticker = averaged.ticker and bars.trading_date = averaged.trading_date
left join counter_bars on bars.ticker = counter_bars.ticker and bars.trading_date = counter_bars.trading_date
order by bars.trading_date
