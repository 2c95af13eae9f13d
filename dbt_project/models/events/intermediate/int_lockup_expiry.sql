with stated as (
    select
        ticker,
        document_id,
        is_preferred,
        first_tradable_on,
        min(first_tradable_earliest_on) as first_tradable_earliest_on,
        min(case when first_tradable_certain_on is null then 0 else 1 end) = 1 as is_date_certain,
        max(case when is_session_provisional then 1 else 0 end) = 1 as is_session_provisional,
        case when count(distinct date_basis) = 1 then max(date_basis) else 'several, see the tranches' end as date_basis,
        max(waivable_by) as waivable_by,
        count(*) as tranches,
        cast(sum(case when is_listed_class then cast(0 as bigint) else tradable_shares end) as bigint) as unlisted_shares,
        max(known_on) as known_on
    from {{ ref('int_lockup_tranche') }}
    where date_basis <> 'at listing' and first_tradable_on is not null
    group by ticker, document_id, is_preferred, first_tradable_on
),

-- unlisted shares that have become listed ones before the expiry are released by it
converted as (
    select
        conversions.ticker,
        conversions.document_id,
        conversions.first_tradable_latest_on,
        max(conversions.known_on) as known_on,
        {{ whole_shares('sum(' ~ after_splits('conversions.locked_before_splits', 'splits') ~ ')') }} as shares
    from {{ ref('int_lock_conversion') }} as conversions
    left join {{ ref('int_split') }} as splits
        on {{ splits_until('splits', 'conversions.ticker', 'conversions.first_tradable_latest_on') }}
    inner join stated
        on
            conversions.ticker = stated.ticker
            and conversions.document_id = stated.document_id
            and conversions.first_tradable_latest_on = stated.first_tradable_on
    where conversions.refusal is null and {{ knows('stated', 'conversions') }}
    group by conversions.ticker, conversions.document_id, conversions.first_tradable_latest_on
),

expiries as (
    select
        stated.ticker,
        stated.document_id,
        stated.is_preferred,
        stated.first_tradable_on,
        stated.first_tradable_earliest_on,
        stated.is_date_certain,
        stated.is_session_provisional,
        stated.date_basis,
        stated.waivable_by,
        stated.tranches,
        cast(stated.unlisted_shares - coalesce(converted.shares, 0) as bigint) as unlisted_shares,
        greatest(stated.known_on, coalesce(converted.known_on, stated.known_on)) as known_on
    from stated
    left join converted
        on
            stated.ticker = converted.ticker
            and stated.document_id = converted.document_id
            and stated.first_tradable_on = converted.first_tradable_latest_on
),

-- all counts are in the shares of the expiry day; where listed shares are released, the float has a step on that day
floats as (
    select
        expiries.*,
        case when steps.step_on = expiries.first_tradable_on then steps.released_shares else 0 end as released_shares,
        case
            when steps.step_on is null then cast(0 as bigint)
            when steps.step_on = expiries.first_tradable_on then steps.float_before_shares
            else steps.float_shares
        end as float_before_shares,
        steps.total_shares,
        steps.listed_shares,
        steps.total_basis
    from expiries
    left join {{ ref('int_float_step') }} as steps
        on
            expiries.ticker = steps.ticker
            and expiries.document_id = steps.document_id
            and steps.policy = 'unlocked'
            and steps.step_on <= expiries.first_tradable_on
            and coalesce(steps.next_step_on, {{ never() }}) > expiries.first_tradable_on
),

-- what is known without a bar: the newest statement of a price, and of a turnover, before the expiry
{% for quantity in ['price', 'turnover'] %}
    {{ quantity }}_statements as (
        select
            floats.ticker,
            floats.document_id as expiry_document_id,
            floats.first_tradable_on,
            statements.stated_for_on,
            statements.{{ quantity }}_hkd,
            {{ 'statements.price_basis' if quantity == 'price' else "'printed average of the period before'" }}
                as {{ quantity }}_basis,
            statements.document_id,
            statements.known_on,
            rates.per_usd / nullif(rates.per_hkd, 0) as hkd_per_usd,
            row_number() over (
                partition by floats.ticker, floats.document_id, floats.first_tradable_on
                order by statements.stated_for_on desc, statements.document_id
            ) as preference
        from floats
        inner join {{ ref('int_price_statement') }} as statements
            on floats.ticker = statements.ticker and floats.first_tradable_on > statements.stated_for_on
        left join {{ ref('int_fx_rate') }} as rates on {{ fx_on('rates', "'HKD'", 'statements.stated_for_on') }}
        where statements.{{ quantity }}_hkd is not null
    ),
{% endfor %}

-- of a bar and a statement the newer one counts: an old average never stands where a later price is known
chosen as (
    select
        floats.*,
        coalesce(bars.trading_date >= price_statements.stated_for_on, bars.close_hkd is not null) as is_bar_price,
        coalesce(bars.trading_date >= turnover_statements.stated_for_on, true) and bars.turnover_20d_hkd is not null
            as is_bar_turnover,
        bars.trading_date,
        bars.close_hkd,
        bars.next_session_on,
        bars.next_bar_on,
        bars.usd_per_hkd as bar_usd_per_hkd,
        bars.turnover_20d_hkd as bar_turnover_hkd,
        bars.is_turnover_20d_estimated,
        bars.document_id as bar_document_id,
        bars.turnover_document_id as bar_turnover_document_id,
        bars.known_on as bar_known_on,
        price_statements.stated_for_on as statement_on,
        price_statements.price_hkd as statement_price_hkd,
        price_statements.price_basis as statement_basis,
        price_statements.hkd_per_usd as statement_hkd_per_usd,
        price_statements.document_id as statement_document_id,
        price_statements.known_on as statement_known_on,
        turnover_statements.stated_for_on as statement_turnover_on,
        turnover_statements.turnover_hkd as statement_turnover_hkd,
        turnover_statements.turnover_basis as statement_turnover_basis,
        turnover_statements.document_id as statement_turnover_document_id,
        turnover_statements.known_on as statement_turnover_known_on
    from floats
    left join {{ ref('int_event_bar') }} as bars
        on
            floats.ticker = bars.ticker
            and bars.trading_date < floats.first_tradable_on
            and coalesce(bars.next_bar_on, {{ never() }}) >= floats.first_tradable_on
    {% for quantity in ['price', 'turnover'] %}
        left join {{ quantity }}_statements
            on
                floats.ticker = {{ quantity }}_statements.ticker
                and floats.document_id = {{ quantity }}_statements.expiry_document_id
                and floats.first_tradable_on = {{ quantity }}_statements.first_tradable_on
                and {{ quantity }}_statements.preference = 1
    {% endfor %}
),

dated as (
    select
        *,
        case when is_bar_price then trading_date else statement_on end as price_on,
        case when is_bar_price then close_hkd else statement_price_hkd end as price_of_its_day_hkd,
        case
            when not is_bar_price then statement_basis
            when next_session_on = first_tradable_on then 'close of the session before'
            when next_bar_on is null then 'latest close'
            else 'last close before, no bar on the session before'
        end as price_basis,
        case when is_bar_price then bar_document_id else statement_document_id end as price_document_id,
        -- an average belongs to no day, so to no exchange rate
        case
            when is_bar_price then bar_usd_per_hkd
            when statement_basis not like '%average%' then 1 / nullif(statement_hkd_per_usd, 0)
        end as usd_per_hkd,
        case when is_bar_turnover then trading_date else statement_turnover_on end as turnover_on,
        case when is_bar_turnover then bar_turnover_hkd else statement_turnover_hkd end as turnover_hkd,
        case
            when not is_bar_turnover then statement_turnover_basis
            when is_turnover_20d_estimated then 'average of 20 sessions, some estimated'
            else 'average of 20 sessions'
        end as turnover_basis,
        case when is_bar_turnover then 20 end as turnover_days,
        case when is_bar_turnover then bar_turnover_document_id else statement_turnover_document_id end
            as turnover_document_id,
        greatest(
            known_on,
            coalesce(case when is_bar_price then bar_known_on else statement_known_on end, known_on),
            coalesce(case when is_bar_turnover then bar_known_on else statement_turnover_known_on end, known_on)
        ) as newest_known_on
    from chosen
),

-- the released shares are in the share basis of the expiry day: so is the price
valued as (
    select
        dated.*,
        dated.price_of_its_day_hkd * {{ after_splits(before_splits('1', 'expiry_splits'), 'price_splits') }} as price_hkd,
        {% for quantity in ['price', 'turnover'] %}
            {{ dbt.datediff('dated.' ~ quantity ~ '_on', 'least(dated.first_tradable_on, ' ~ as_of() ~ ')', 'day') }}
                as {{ quantity }}_age_days,
            {{ quantity }}_limits.max_age_days as {{ quantity }}_max_age_days,
        {% endfor %}
        case
            when expiry_splits.ex_on > dated.price_on then greatest(expiry_splits.known_on, dated.newest_known_on)
            else dated.newest_known_on
        end as row_known_on
    from dated
    left join {{ ref('int_price_adjustment') }} as expiry_splits
        on {{ splits_until('expiry_splits', 'dated.ticker', 'dated.first_tradable_on') }}
    left join {{ ref('int_price_adjustment') }} as price_splits
        on {{ splits_until('price_splits', 'dated.ticker', 'dated.price_on') }}
    {% for quantity in ['price', 'turnover'] %}
        left join {{ ref('stg_staleness_limits') }} as {{ quantity }}_limits on {{ quantity }}_limits.quantity = '{{ quantity }}'
    {% endfor %}
),

with_value as (
    select
        *,
        released_shares * price_hkd as release_value_hkd
    from valued
)

select
    ticker,
    document_id,
    is_preferred,
    first_tradable_on,
    first_tradable_earliest_on,
    is_date_certain,
    date_basis,
    tranches,
    released_shares,
    unlisted_shares,
    float_before_shares,
    float_before_shares + released_shares as float_after_shares,
    cast(released_shares as double) / nullif(float_before_shares, 0) as float_expansion_x,
    cast(released_shares as double) / nullif(total_shares, 0) as released_of_total_ratio,
    cast(released_shares as double) / nullif(listed_shares, 0) as released_of_listed_ratio,
    total_shares,
    listed_shares,
    price_hkd,
    release_value_hkd,
    release_value_hkd * usd_per_hkd as release_value_usd,
    case when turnover_days = 20 then turnover_hkd end as turnover_20d_hkd,
    price_basis,
    turnover_basis,
    turnover_days,
    price_document_id,
    turnover_document_id,
    release_value_hkd / nullif(turnover_hkd, 0) as days_to_absorb,
    release_value_hkd / nullif(0.1 * turnover_hkd, 0) as days_to_absorb_at_10pct,
    release_value_hkd / nullif(0.2 * turnover_hkd, 0) as days_to_absorb_at_20pct,
    release_value_hkd / nullif(0.3 * turnover_hkd, 0) as days_to_absorb_at_30pct,
    row_known_on as known_on,
    total_basis,
    case when is_date_certain then first_tradable_on end as first_tradable_certain_on,
    turnover_hkd,
    price_on,
    price_age_days,
    coalesce(price_age_days > price_max_age_days, false) as is_price_stale,
    turnover_on,
    turnover_age_days,
    coalesce(turnover_age_days > turnover_max_age_days, false) as is_turnover_stale,
    is_session_provisional,
    waivable_by
from with_value
