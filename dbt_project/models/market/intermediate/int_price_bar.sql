-- The bar of a ticker and day: prices and volume of the best-ranked source that has a real one, never mixed; turnover of the
-- same source, else of another one that fits them, else an estimate. A bar that only shows a half-day or an outage of its source
-- is left out, and so is one that int_held_back_bar names. What a share's second counter traded is added to the bar of the first,
-- its money at the last rate fixed before the day, so that no later rate changes it.
{{ config(materialized='incremental', incremental_strategy='from_first_change', unique_key=['ticker', 'trading_date']) }}

with changed as ( -- in a full build, every ticker from its first bar on
    {{ changed_bars() }}
),

candidates as (
    select
        bars.*,
        zero_volume_bars.zero_volume_kind,
        coalesce(zero_volume_bars.zero_volume_kind, 'halt') = 'halt' as is_real,
        held_back.ticker is not null as is_held_back
    from {{ ref('int_bar_candidate') }} as bars
    inner join changed on bars.ticker = changed.ticker and bars.trading_date >= changed.first_changed_on
    left join {{ ref('int_zero_volume_bar') }} as zero_volume_bars
        on
            bars.ticker = zero_volume_bars.ticker
            and bars.trading_date = zero_volume_bars.trading_date
            and bars.document_id = zero_volume_bars.document_id
    left join {{ ref('int_held_back_bar') }} as held_back
        on
            bars.ticker = held_back.ticker
            and bars.trading_date = held_back.trading_date
            and bars.document_id = held_back.document_id
    where {{ is_not_before_first_change('bars.trading_date') }}
),

held_back_days as (
    select
        ticker,
        trading_date,
        {{ dbt.listagg('document_id', "', '", 'order by document_id') }} as held_back_document_ids,
        max(known_on) as known_on
    from {{ ref('int_held_back_bar') }}
    group by ticker, trading_date
),

chosen as (
    select *
    from (
        select
            candidates.*,
            row_number() over (
                partition by candidates.ticker, candidates.trading_date order by candidates.source_rank, candidates.document_id
            ) as preference
        from candidates
        where candidates.is_real and not candidates.is_held_back
    ) as ranked
    where preference = 1
),

-- each chosen bar beside every bar of its day, itself included
compared as (
    select
        chosen.ticker,
        chosen.trading_date,
        others.document_id,
        others.turnover,
        others.turnover_precision,
        others.retrieved_at,
        others.known_on,
        others.document_id <> chosen.document_id and others.is_real and chosen.kind = 'security' as is_other,
        {{ differs('others.open', 'chosen.open', 'others.price_precision', 'chosen.price_precision') }}
        or {{ differs('others.high', 'chosen.high', 'others.price_precision', 'chosen.price_precision') }}
        or {{ differs('others.low', 'chosen.low', 'others.price_precision', 'chosen.price_precision') }}
        or {{ differs('others.close', 'chosen.close', 'others.price_precision', 'chosen.price_precision') }}
        or coalesce({{ differs('others.volume_shares', 'chosen.volume_shares',
            'others.volume_precision_shares', 'chosen.volume_precision_shares') }}, false) as differs_in_bar,
        others.is_real and not others.is_held_back and (
            others.document_id = chosen.document_id
            or {{ is_average_price_within(
                'others.turnover', 'others.turnover_precision', 'chosen.volume_shares', 'chosen.volume_precision_shares',
                'chosen.low', 'chosen.high', 'chosen.price_precision') }}
        ) as has_fitting_turnover,
        row_number() over (
            partition by chosen.ticker, chosen.trading_date
            order by
                case when others.document_id = chosen.document_id then 0 else 1 end,
                others.source_rank,
                others.document_id
        ) as preference
    from chosen
    inner join candidates as others on chosen.ticker = others.ticker and chosen.trading_date = others.trading_date
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

own_bars as (
    select
        chosen.ticker,
        chosen.counter_of,
        chosen.exchange_mic,
        chosen.kind,
        chosen.trading_date,
        chosen.currency,
        cast(chosen.open as double) as open,
        cast(chosen.high as double) as high,
        cast(chosen.low as double) as low,
        cast(chosen.close as double) as close,
        chosen.volume_shares,
        case
            when turnovers.turnover is not null then cast(turnovers.turnover as double)
            -- to the cent, so that sums of turnover don't depend on the order of the rows
            when chosen.kind = 'security'
                then round(chosen.volume_shares * cast(chosen.high + chosen.low + chosen.close as double) / 3, 2)
        end as turnover,
        case
            when turnovers.turnover is not null then 'reported'
            when chosen.kind = 'security' and chosen.volume_shares = 0 then 'no trades'
            when chosen.kind = 'security' and chosen.volume_shares > 0 then 'estimated: volume times typical price'
        end as turnover_basis,
        chosen.zero_volume_kind,
        coalesce(adjustments.cumulative_numerator / adjustments.cumulative_denominator, 1) as cumulative_split_factor,
        coalesce(splits.cumulative_numerator / splits.cumulative_denominator, 1) as cumulative_share_factor,
        coalesce(disagreements.disagreeing_sources, 0) as disagreeing_sources,
        chosen.document_id,
        case
            when turnovers.turnover is not null then turnovers.turnover_document_id
            when chosen.kind = 'security' and chosen.volume_shares is not null then chosen.document_id
        end as turnover_document_id,
        turnovers.retrieved_at,
        greatest(
            chosen.known_on,
            coalesce(turnovers.turnover_known_on, chosen.known_on),
            coalesce(held_back_days.known_on, chosen.known_on)
        ) as known_on,
        held_back_days.held_back_document_ids,
        adjustments.known_on as split_known_on
    from chosen
    inner join turnovers on chosen.ticker = turnovers.ticker and chosen.trading_date = turnovers.trading_date
    left join disagreements
        on chosen.ticker = disagreements.ticker and chosen.trading_date = disagreements.trading_date
    left join held_back_days
        on chosen.ticker = held_back_days.ticker and chosen.trading_date = held_back_days.trading_date
    left join {{ ref('int_price_adjustment') }} as adjustments
        on {{ splits_until('adjustments', 'chosen.ticker', 'chosen.trading_date') }}
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'chosen.ticker', 'chosen.trading_date') }}
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
    from own_bars as counters
    inner join own_bars as mains on counters.counter_of = mains.ticker and counters.trading_date = mains.trading_date
    left join {{ ref('int_fx_rate') }} as rates
        on {{ fx_on('rates', 'counters.currency', add_days('counters.trading_date', -1)) }}
    left join {{ ref('int_fx_rate') }} as main_rates
        on {{ fx_on('main_rates', 'mains.currency', add_days('counters.trading_date', -1)) }}
    where counters.volume_shares > 0
    group by counters.counter_of, counters.trading_date
),

bars as (
    select
        own_bars.ticker,
        own_bars.exchange_mic,
        own_bars.kind,
        own_bars.trading_date,
        own_bars.currency,
        own_bars.open,
        own_bars.high,
        own_bars.low,
        own_bars.close,
        own_bars.volume_shares + coalesce(counter_bars.volume_shares, 0) as volume_shares,
        case
            when counter_bars.ticker is null then own_bars.turnover
            else own_bars.turnover + counter_bars.turnover
        end as turnover,
        case
            when counter_bars.ticker is null then own_bars.turnover_basis
            when counter_bars.turnover is null then 'no exchange rate for the other counter'
            when counter_bars.is_estimated and own_bars.turnover_basis not like 'estimated%'
                then 'estimated at the other counter: volume times typical price'
            when own_bars.turnover_basis = 'no trades' then 'reported'
            else own_bars.turnover_basis
        end as turnover_basis,
        own_bars.zero_volume_kind,
        own_bars.cumulative_split_factor,
        own_bars.cumulative_share_factor,
        own_bars.disagreeing_sources,
        own_bars.document_id,
        own_bars.turnover_document_id,
        own_bars.retrieved_at,
        greatest(own_bars.known_on, coalesce(counter_bars.known_on, own_bars.known_on)) as known_on,
        own_bars.split_known_on,
        own_bars.held_back_document_ids,
        counter_bars.volume_shares as counter_volume_shares,
        counter_bars.turnover as counter_turnover
    from own_bars
    left join counter_bars
        on own_bars.ticker = counter_bars.ticker and own_bars.trading_date = counter_bars.trading_date
),

-- the bar before the first one that is built anew, however long ago that was
{% if is_incremental() %}
    last_kept as (
        select
            built.ticker,
            max(built.bar_number) as bar_number
        from {{ this }} as built
        inner join changed on built.ticker = changed.ticker and built.trading_date < changed.first_changed_on
        group by built.ticker
    ),
{% endif %}

bar_sequence as (
    select
        ticker,
        trading_date,
        close,
        cumulative_split_factor,
        0 as bars_before,
        true as is_built
    from bars
    {% if is_incremental() %}
        union all

        select
            built.ticker,
            built.trading_date,
            built.close,
            built.cumulative_split_factor,
            built.bar_number - 1 as bars_before,
            false as is_built
        from {{ this }} as built
        inner join last_kept on built.ticker = last_kept.ticker and built.bar_number = last_kept.bar_number
    {% endif %}
),

chained as (
    select
        ticker,
        trading_date,
        is_built,
        lag(close) over (partition by ticker order by trading_date) as previous_close,
        -- rounded, so that dividing one product by another leaves no error in the last digits
        round(
            cumulative_split_factor / lag(cumulative_split_factor) over (partition by ticker order by trading_date), 12
        ) as split_factor,
        row_number() over (partition by ticker order by trading_date) + max(bars_before) over (partition by ticker) as bar_number
    from bar_sequence
)

select
    bars.ticker,
    bars.exchange_mic,
    bars.kind,
    bars.trading_date,
    chained.bar_number,
    bars.currency,
    bars.open,
    bars.high,
    bars.low,
    bars.close,
    chained.previous_close,
    coalesce(chained.split_factor, 1) as split_factor,
    bars.cumulative_split_factor,
    bars.cumulative_share_factor,
    bars.close * chained.split_factor / chained.previous_close - 1 as return_ratio,
    bars.volume_shares,
    bars.turnover,
    bars.turnover_basis,
    bars.zero_volume_kind,
    bars.disagreeing_sources,
    bars.document_id,
    bars.turnover_document_id,
    bars.retrieved_at,
    case when chained.split_factor <> 1 then greatest(bars.known_on, bars.split_known_on) else bars.known_on end as known_on,
    bars.counter_volume_shares,
    bars.counter_turnover,
    bars.held_back_document_ids
from bars
inner join chained on bars.ticker = chained.ticker and bars.trading_date = chained.trading_date
where chained.is_built
order by bars.trading_date, bars.ticker
