-- What the models of bars publish, as one would write it without them: straight from the landed files to the four tables, with
-- nothing kept between. It leaves out what the made-up market has none of: second counters, benchmarks, statements of users,
-- three sources of a day. The calendar, instruments, splits and floats are those of the build.
create temporary table newest as
select * exclude (version)
from (
    select
        bars.* exclude (table_ref, source_file, source_row),
        instruments.exchange_mic,
        documents.rank,
        row_number() over (
            partition by bars.document_id, bars.ticker, bars.trading_date order by bars.known_on desc, bars.retrieved_at desc
        ) as version
    from (
        select * from read_parquet('landed/yahoo_prices/*.parquet')
        union all
        select * from read_parquet('landed/eastmoney_prices/*.parquet')
        union all
        select * from read_parquet('landed/tencent_prices/*.parquet')
    ) as bars
    inner join build.main.dim_document as documents on bars.document_id = documents.document_id
    inner join build.intermediate.int_instrument as instruments
        on
            bars.ticker = instruments.ticker
            and (instruments.listing_earliest_on is null or bars.trading_date >= instruments.listing_earliest_on)
)
where version = 1;

create temporary table several as
select ticker, trading_date from newest group by all having count(*) > 1;

create table zero_volume as
with quiet as (
    select newest.*, days.previous_trading_date, days.is_half_day
    from newest
    inner join build.intermediate.int_trading_day as days using (exchange_mic, trading_date)
    where volume_shares = 0
),

followed as (
    select
        document_id,
        exchange_mic,
        trading_date,
        count(*) as source_securities,
        count(*) - sum(has_volume) as source_securities_without_volume,
        max(retrieved_at) as retrieved_at
    from (
        select
            looked_at.document_id,
            looked_at.exchange_mic,
            looked_at.trading_date,
            newest.ticker,
            max(case when newest.trading_date = looked_at.trading_date and volume_shares <> 0 then 1 else 0 end) as has_volume,
            max(newest.retrieved_at) as retrieved_at
        from (
            select distinct document_id, exchange_mic, trading_date, unnest([trading_date, previous_trading_date]) as looked_at_on
            from quiet
        ) as looked_at
        inner join newest
            on
                newest.document_id = looked_at.document_id
                and newest.exchange_mic = looked_at.exchange_mic
                and newest.trading_date = looked_at.looked_at_on
        group by all
    )
    group by all
),

elsewhere as (
    select distinct ticker, trading_date
    from newest
    semi join quiet using (ticker, trading_date)
    where volume_shares > 0
)

select
    ticker,
    exchange_mic,
    trading_date,
    document_id,
    case
        when is_half_day then 'half-day'
        when elsewhere.ticker is not null then 'outage'
        when source_securities >= 2 and 2 * source_securities_without_volume > source_securities then 'outage'
        else 'halt'
    end as zero_volume_kind,
    source_securities,
    cast(source_securities_without_volume as bigint) as source_securities_without_volume,
    elsewhere.ticker is not null as is_traded_elsewhere,
    followed.retrieved_at,
    known_on
from quiet
inner join followed using (document_id, exchange_mic, trading_date)
left join elsewhere using (ticker, trading_date);

-- a hundred times what the bars before say, and no other source has that close
create temporary table held_back as
with series as (
    select document_id, ticker
    from newest
    group by all
    having max(close) > 50 * min(close)
),

leaps as (
    select
        newest.*,
        ln(close / median(close) over (
            partition by document_id, ticker order by trading_date rows between 20 preceding and 1 preceding
        )) / ln(10) as tenfolds
    from newest
    semi join series using (document_id, ticker)
    where volume_shares > 0
)

select
    leaps.ticker,
    leaps.trading_date,
    leaps.document_id,
    leaps.known_on,
    round(power(10, abs(tenfolds))) as times
from leaps
where
    abs(tenfolds) > 1.9
    and not exists (
        from newest as others
        where
            others.ticker = leaps.ticker
            and others.trading_date = leaps.trading_date
            and others.document_id <> leaps.document_id
            and abs(others.close - leaps.close) <= 0.05 * least(others.close, leaps.close)
    );

create table held_back_bars as
select held_back.ticker, held_back.trading_date, held_back.document_id, newest.close
from held_back
inner join newest using (ticker, trading_date, document_id);

create temporary table counted as
select newest.*, zero_volume_kind
from newest
left join zero_volume using (ticker, trading_date, document_id)
anti join held_back using (ticker, trading_date, document_id)
where coalesce(zero_volume_kind, 'halt') = 'halt';

-- the best-ranked bar of a day of several, beside the other one
create temporary table compared as
select
    chosen.* exclude (retrieved_at),
    greatest(chosen.retrieved_at, other.retrieved_at) as retrieved_at,
    other.document_id as other_document_id,
    other.open as other_open,
    other.high as other_high,
    other.low as other_low,
    other.close as other_close,
    other.volume_shares as other_volume_shares,
    other.known_on as other_known_on,
    other_kinds.zero_volume_kind is distinct from 'outage' as is_other_real,
    2 * abs(chosen.open - other.open) > chosen.price_precision + other.price_precision as differs_in_open,
    2 * abs(chosen.high - other.high) > chosen.price_precision + other.price_precision as differs_in_high,
    2 * abs(chosen.low - other.low) > chosen.price_precision + other.price_precision as differs_in_low,
    2 * abs(chosen.close - other.close) > chosen.price_precision + other.price_precision as differs_in_close,
    2 * abs(chosen.volume_shares - other.volume_shares)
    > chosen.volume_precision_shares + other.volume_precision_shares as differs_in_volume,
    case
        when
            held_back.ticker is null
            and other.turnover - 0.5e0 * other.turnover_precision
            <= (chosen.high + 0.5e0 * chosen.price_precision) * (chosen.volume_shares + 0.5e0 * chosen.volume_precision_shares)
            and other.turnover + 0.5e0 * other.turnover_precision
            >= (chosen.low - 0.5e0 * chosen.price_precision) * (chosen.volume_shares - 0.5e0 * chosen.volume_precision_shares)
            then other.turnover
    end as fitting_turnover
from (
    select *
    from counted
    semi join several using (ticker, trading_date)
    qualify row_number() over (partition by ticker, trading_date order by rank, document_id) = 1
) as chosen
inner join newest as other
    on chosen.ticker = other.ticker and chosen.trading_date = other.trading_date and chosen.document_id <> other.document_id
left join held_back
    on other.ticker = held_back.ticker and other.trading_date = held_back.trading_date and other.document_id = held_back.document_id
left join zero_volume as other_kinds
    on
        other.ticker = other_kinds.ticker
        and other.trading_date = other_kinds.trading_date
        and other.document_id = other_kinds.document_id;

create table disagreements as
select
    ticker, trading_date, 'open' as field, document_id, other_document_id,
    cast(open as double) as value, cast(other_open as double) as other_value, retrieved_at,
    greatest(known_on, other_known_on) as known_on
from compared
where is_other_real and differs_in_open
union all
select
    ticker, trading_date, 'high' as field, document_id, other_document_id,
    cast(high as double) as value, cast(other_high as double) as other_value, retrieved_at,
    greatest(known_on, other_known_on) as known_on
from compared
where is_other_real and differs_in_high
union all
select
    ticker, trading_date, 'low' as field, document_id, other_document_id,
    cast(low as double) as value, cast(other_low as double) as other_value, retrieved_at,
    greatest(known_on, other_known_on) as known_on
from compared
where is_other_real and differs_in_low
union all
select
    ticker, trading_date, 'close' as field, document_id, other_document_id,
    cast(close as double) as value, cast(other_close as double) as other_value, retrieved_at,
    greatest(known_on, other_known_on) as known_on
from compared
where is_other_real and differs_in_close
union all
select
    ticker, trading_date, 'volume' as field, document_id, other_document_id,
    cast(volume_shares as double) as value, cast(other_volume_shares as double) as other_value, retrieved_at,
    greatest(known_on, other_known_on) as known_on
from compared
where is_other_real and differs_in_volume;

create table turnover_daily as
with bars as (
    select
        ticker, trading_date, currency, high, low, close, volume_shares, turnover, zero_volume_kind, document_id,
        document_id as turnover_document_id, retrieved_at, known_on, 0 as disagreeing_sources
    from counted
    anti join several using (ticker, trading_date)
    union all
    select
        ticker, trading_date, currency, high, low, close, volume_shares, coalesce(turnover, fitting_turnover), zero_volume_kind,
        document_id,
        case when turnover is null and fitting_turnover is not null then other_document_id else document_id end,
        retrieved_at,
        greatest(known_on, case when turnover is null and fitting_turnover is not null then other_known_on end),
        case
            when
                is_other_real
                and (differs_in_open or differs_in_high or differs_in_low or differs_in_close or coalesce(differs_in_volume, false))
                then 1
            else 0
        end
    from compared
),

priced as (
    select
        bars.* exclude (close, turnover),
        cast(close as double) as close,
        case
            when turnover is not null then cast(turnover as double)
            else round(volume_shares * cast(high + low + close as double) / 3, 2)
        end as turnover,
        case
            when turnover is not null then 'reported'
            when volume_shares = 0 then 'no trades'
            when volume_shares > 0 then 'estimated: volume times typical price'
        end as turnover_basis,
        coalesce(prices.cumulative_numerator / prices.cumulative_denominator, 1) as price_factor,
        coalesce(shares.cumulative_numerator / shares.cumulative_denominator, 1) as share_factor,
        coalesce(volume_shares, 1) <> 0 as has_traded
    from bars
    left join build.intermediate.int_price_adjustment as prices
        on bars.ticker = prices.ticker and trading_date >= prices.ex_on
        and trading_date < coalesce(prices.next_ex_on, date '9999-12-31')
    left join build.intermediate.int_split as shares
        on bars.ticker = shares.ticker and trading_date >= shares.ex_on
        and trading_date < coalesce(shares.next_ex_on, date '9999-12-31')
),

chained as (
    select
        *,
        lag(close) over days as previous_close,
        round(price_factor / lag(price_factor) over days, 12) as split_factor,
        count(*) filter (where has_traded) over days as traded_sessions
    from priced
    window days as (partition by ticker order by trading_date)
),

averaged as (
    select
        *,
        min(trading_date) filter (where has_traded) over last_20 as from_on,
        case
            when count(turnover) filter (where has_traded) over last_20 = 20
                then cast(sum(cast(turnover as decimal(24, 2))) filter (where has_traded) over last_20 as double) / 20
        end as turnover_20d,
        case
            when count(volume_shares) filter (where has_traded) over last_20 = 20
                then cast(
                    sum(cast(volume_shares / share_factor as decimal(24, 6))) filter (where has_traded) over last_20 as double
                ) / 20
        end as volume_20d
    from chained
    window last_20 as (partition by ticker order by traded_sessions range between 19 preceding and current row)
)

select
    averaged.ticker,
    averaged.trading_date,
    currency,
    close,
    previous_close,
    close * split_factor / previous_close - 1 as return_ratio,
    volume_shares,
    turnover,
    turnover_basis,
    turnover_20d,
    cast(round(volume_20d * share_factor) as bigint) as volume_20d_shares,
    floats.float_shares,
    case when floats.float_shares is not null then 'unlocked' end as float_basis,
    floats.total_shares,
    volume_shares / cast(nullif(floats.float_shares, 0) as double) as volume_to_float_ratio,
    turnover / nullif(close * floats.float_shares, 0) as turnover_to_float_cap_ratio,
    close * floats.total_shares as market_cap,
    close * floats.float_shares as float_market_cap,
    zero_volume_kind,
    disagreeing_sources,
    averaged.document_id,
    turnover_document_id,
    retrieved_at,
    averaged.known_on,
    floats.total_basis,
    case when turnover_20d is not null or volume_20d is not null then from_on end as averages_from_on
from averaged
left join build.main.fct_float_daily as floats
    on averaged.ticker = floats.ticker and averaged.trading_date = floats.trading_date and floats.policy = 'unlocked'
order by averaged.trading_date, averaged.ticker
