-- The float as an exchange or an index counts it, on each day on which it changes: the unlocked shares less those of holders whom
-- the policy leaves out, over the shares that it divides by, and rounded by its bands. The least float counts what is surely
-- tradable, without the holders of whom it is not told whether they count; the most float counts what can be tradable, with them.
-- A holder has what the document says until another says otherwise: no document of these tells what was sold in the market.
{{ recursive() }} policies as (
    select
        *,
        lead(in_force_from_on) over (partition by policy order by in_force_from_on) as in_force_to_on
    from {{ ref('stg_float_policies') }}
),

band_days as (
    select
        policy,
        in_force_from_on,
        lead(in_force_from_on) over (partition by policy order by in_force_from_on) as in_force_to_on
    from (select distinct policy, in_force_from_on from {{ ref('stg_float_bands') }}) as days
),

bands as (
    select
        bands.*,
        band_days.in_force_to_on
    from {{ ref('stg_float_bands') }} as bands
    inner join band_days on bands.policy = band_days.policy and bands.in_force_from_on = band_days.in_force_from_on
),

floats as (
    select *
    from {{ ref('int_float_step') }}
    where is_preferred and total_basis is not null
),

openings as (
    select
        ticker,
        min(step_on) as opening_on
    from floats
    group by ticker
),

days as (
    select
        policies.policy,
        floats.ticker,
        floats.step_on
    from floats
    inner join (select distinct policy from policies) as policies on true
    union
    select
        rules.policy,
        openings.ticker,
        rules.in_force_from_on as step_on
    from openings
    inner join (
        select policy, in_force_from_on from policies
        union
        select policy, in_force_from_on from band_days
    ) as rules on openings.opening_on < rules.in_force_from_on
),

-- of a ticker as which another goes on, the chain of capital begins before its float
chains as (
    select
        ticker,
        min(effective_on) as opening_on
    from {{ ref('int_share_capital') }}
    group by ticker
),

-- classes with weighted votes: another class, over which no float of the listed one is taken
weighted as (
    select
        openings.ticker,
        openings.opening_on as changed_on,
        openings.opening_before_splits as shares
    from {{ ref('int_share_class_opening') }} as openings
    inner join {{ ref('int_share_class') }} as classes
        on openings.ticker = classes.ticker and openings.share_class = classes.share_class
    where classes.has_weighted_votes

    union all

    select
        events.ticker,
        events.effective_on as changed_on,
        {{ before_splits('events.issued_shares', 'splits') }} as shares
    from {{ ref('int_share_capital') }} as events
    inner join chains on events.ticker = chains.ticker and events.effective_on > chains.opening_on
    inner join {{ ref('int_share_class') }} as classes
        on events.ticker = classes.ticker and events.share_class = classes.share_class
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'events.ticker', 'events.effective_on') }}
    where classes.has_weighted_votes and not events.is_split
),

weighted_days as (
    select
        days.ticker,
        days.step_on,
        sum(weighted.shares) as shares
    from (select distinct ticker, step_on from days) as days
    inner join weighted on days.ticker = weighted.ticker and days.step_on >= weighted.changed_on
    group by days.ticker, days.step_on
),

standing as (
    select
        days.ticker,
        days.policy,
        days.step_on,
        sure.document_id,
        policies.counts_locked,
        policies.holder_limit_ratio,
        policies.is_limit_included,
        policies.unstated_kind,
        policies.minimum_ratio,
        coalesce(policies.buffer_ratio, 0) as buffer_ratio,
        policies.unconfirmed,
        policies.denominator,
        '; ' || coalesce(policies.excluded_kinds, '') || ';' as excluded_kinds,
        '; ' || coalesce(policies.exempt_kinds, '') || ';' as exempt_kinds,
        sure.total_shares,
        sure.listed_shares,
        sure.float_shares as unlocked_shares,
        case
            when policies.counts_locked then sure.listed_shares
            else sure.float_shares - case when policies.counts_lent then cast(0 as bigint) else sure.lent_shares end
        end as least_shares,
        case
            when policies.counts_locked then earliest.listed_shares
            else earliest.float_shares - case when policies.counts_lent then cast(0 as bigint) else earliest.lent_shares end
        end as most_shares,
        case
            when policies.denominator = 'listed' then sure.listed_shares
            else sure.total_shares - {{ whole_shares(after_splits('coalesce(weighted_days.shares, 0)', 'splits')) }}
        end as denominator_shares,
        coalesce(splits.cumulative_numerator, 1) as cumulative_numerator,
        coalesce(splits.cumulative_denominator, 1) as cumulative_denominator,
        greatest(sure.known_on, earliest.known_on, policies.known_on) as known_on
    from days
    inner join policies
        on
            days.policy = policies.policy
            and days.step_on >= policies.in_force_from_on
            and days.step_on < coalesce(policies.in_force_to_on, {{ never() }})
    inner join floats as sure
        on
            sure.policy = 'unlocked'
            and days.ticker = sure.ticker
            and days.step_on >= sure.step_on
            and days.step_on < coalesce(sure.next_step_on, {{ never() }})
    inner join floats as earliest
        on
            earliest.policy = 'unlocked_earliest'
            and days.ticker = earliest.ticker
            and days.step_on >= earliest.step_on
            and days.step_on < coalesce(earliest.next_step_on, {{ never() }})
    left join weighted_days on days.ticker = weighted_days.ticker and days.step_on = weighted_days.step_on
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'days.ticker', 'days.step_on') }}
),

stakes as (
    select
        *,
        sum(case when locked_from_on is null then shares_before_splits else 0 end) over (partition by ticker, holder_group)
            as group_before_splits
    from {{ ref('int_holder_stake') }}
),

-- a holder has the shares of a lot whose lock-up begins later from that day on
later_stakes as (
    select
        days.ticker,
        days.step_on,
        stakes.holder_group,
        sum(stakes.shares_before_splits) as shares_before_splits
    from (select distinct ticker, step_on from days) as days
    inner join {{ ref('int_holder_stake') }} as stakes
        on days.ticker = stakes.ticker and days.step_on >= stakes.locked_from_on
    group by days.ticker, days.step_on, stakes.holder_group
),

grouped as (
    select
        standing.*,
        stakes.holder_group,
        stakes.holder_kind,
        stakes.is_of_several_holders,
        stakes.is_listed_class,
        stakes.is_locked,
        stakes.last_locked_earliest_on,
        stakes.last_locked_latest_on,
        stakes.shares_before_splits,
        stakes.group_before_splits + coalesce(later_stakes.shares_before_splits, 0) as group_before_splits,
        stakes.known_on as stake_known_on
    from standing
    inner join stakes
        on
            standing.ticker = stakes.ticker
            and standing.document_id = stakes.document_id
            and coalesce(standing.step_on >= stakes.locked_from_on, true)
    left join later_stakes
        on
            standing.ticker = later_stakes.ticker
            and standing.step_on = later_stakes.step_on
            and stakes.holder_group = later_stakes.holder_group
),

treated as (
    select
        grouped.ticker,
        grouped.policy,
        grouped.step_on,
        grouped.holder_group,
        grouped.stake_known_on as known_on,
        {{ after_splits('grouped.shares_before_splits', 'grouped') }} as shares,
        grouped.is_listed_class and (
            grouped.counts_locked or not grouped.is_locked or coalesce(grouped.last_locked_latest_on < grouped.step_on, false)
        ) as is_in_least,
        grouped.is_listed_class and (
            grouped.counts_locked or not grouped.is_locked or coalesce(grouped.last_locked_earliest_on < grouped.step_on, false)
        ) as is_in_most,
        case
            when grouped.excluded_kinds like '%; ' || grouped.holder_kind || ';%' then 'excluded'
            when grouped.exempt_kinds like '%; ' || grouped.holder_kind || ';%' then 'counted'
            when
                {{ after_splits('grouped.group_before_splits', 'grouped') }} > grouped.total_shares * grouped.holder_limit_ratio
                or grouped.is_limit_included
                and {{ after_splits('grouped.group_before_splits', 'grouped') }}
                = grouped.total_shares * grouped.holder_limit_ratio
                then case when grouped.is_of_several_holders then 'not told' else 'excluded' end
            when grouped.holder_kind is null then grouped.unstated_kind
            else 'counted'
        end as treatment
    from grouped
),

left_out as (
    select
        ticker,
        policy,
        step_on,
        sum(case when treatment <> 'counted' and is_in_least then shares else 0 end) as out_of_least_shares,
        sum(case when treatment = 'excluded' and is_in_most then shares else 0 end) as out_of_most_shares,
        sum(case when treatment = 'excluded' and is_in_least then shares else 0 end) as excluded_shares,
        sum(case when treatment = 'not told' and is_in_least then shares else 0 end) as not_told_shares,
        max(known_on) as known_on
    from treated
    group by ticker, policy, step_on
),

named as (
    select
        ticker,
        policy,
        step_on,
        {{ dbt.listagg('holder_group', "'; '", 'order by holder_group') }} as excluded_holders
    from (
        select distinct ticker, policy, step_on, holder_group
        from treated
        where treatment = 'excluded' and is_in_least
    ) as holders
    group by ticker, policy, step_on
),

-- shares that have changed their class since are in the float, but in no lot of the listed class
converted as (
    select distinct
        standing.ticker,
        standing.step_on
    from standing
    inner join {{ ref('int_lock_conversion') }} as conversions
        on standing.ticker = conversions.ticker and standing.step_on >= conversions.effective_on
),

counted as (
    select
        standing.*,
        cast(greatest(standing.least_shares - {{ whole_shares('coalesce(left_out.out_of_least_shares, 0)') }}, 0) as bigint)
            as float_shares,
        cast(greatest(standing.most_shares - {{ whole_shares('coalesce(left_out.out_of_most_shares, 0)') }}, 0) as bigint)
            as most_float_shares,
        {{ whole_shares('coalesce(left_out.excluded_shares, 0)') }} as excluded_holder_shares,
        {{ whole_shares('coalesce(left_out.not_told_shares, 0)') }} as not_told_holder_shares,
        named.excluded_holders,
        converted.ticker is not null as has_converted_shares,
        coalesce(greatest(standing.known_on, left_out.known_on), standing.known_on) as newest_known_on,
        row_number() over (partition by standing.ticker, standing.policy order by standing.step_on) as step_number
    from standing
    left join left_out
        on
            standing.ticker = left_out.ticker
            and standing.policy = left_out.policy
            and standing.step_on = left_out.step_on
    left join named
        on standing.ticker = named.ticker and standing.policy = named.policy and standing.step_on = named.step_on
    left join converted on standing.ticker = converted.ticker and standing.step_on = converted.step_on
),

-- rounded to nine decimals first, so that the last bit of a double takes no step
rounded as (
    select
        counted.*,
        {% for end in ['', 'most_'] %}
            case
                when {{ end }}bands.direction = 'up'
                    then ceil(round({{ end }}float_shares / nullif(denominator_shares, 0) / {{ end }}bands.step_ratio, 9))
                else round(round({{ end }}float_shares / nullif(denominator_shares, 0) / {{ end }}bands.step_ratio, 9))
            end * {{ end }}bands.step_ratio as {{ end }}rounded_ratio,
        {% endfor %}
        bands.is_confirmed and most_bands.is_confirmed as is_band_confirmed,
        bands.known_on as band_known_on
    from counted
    {% for end in ['', 'most_'] %}
        left join bands as {{ end }}bands
            on
                counted.policy = {{ end }}bands.policy
                and counted.step_on >= {{ end }}bands.in_force_from_on
                and counted.step_on < coalesce({{ end }}bands.in_force_to_on, {{ never() }})
                and counted.{{ end }}float_shares > counted.denominator_shares * {{ end }}bands.above_ratio
                and counted.{{ end }}float_shares <= counted.denominator_shares * coalesce({{ end }}bands.up_to_ratio, 1)
    {% endfor %}
),

-- within a buffer, a factor stays what it was
{% set first %}
    select
        ticker,
        policy,
        cast(rounded_ratio as double) as factor_ratio,
        cast(most_rounded_ratio as double) as most_factor_ratio,
        step_number
    from rounded
    where step_number = 1
{% endset %}
{% set further %}
    select
        rounded.ticker,
        rounded.policy,
        {% for end in ['', 'most_'] %}
            case
                when
                    abs(rounded.{{ end }}rounded_ratio - buffered.{{ end }}factor_ratio) <= rounded.buffer_ratio + 1e-9
                    and buffered.{{ end }}factor_ratio > 0.15
                    and buffered.{{ end }}factor_ratio <= 0.99
                    then buffered.{{ end }}factor_ratio
                else cast(rounded.{{ end }}rounded_ratio as double)
            end as {{ end }}factor_ratio,
        {% endfor %}
        rounded.step_number
    from buffered
    inner join rounded
        on
            buffered.ticker = rounded.ticker
            and buffered.policy = rounded.policy
            and buffered.step_number + 1 = rounded.step_number
{% endset %}
{{ recursive_rows('buffered', first, further) }}

select
    rounded.ticker,
    rounded.policy,
    rounded.step_on,
    lead(rounded.step_on) over (partition by rounded.ticker, rounded.policy order by rounded.step_on) as next_step_on,
    rounded.float_shares,
    rounded.most_float_shares,
    rounded.denominator,
    rounded.denominator_shares,
    round(buffered.factor_ratio, 6) as factor_ratio,
    round(buffered.most_factor_ratio, 6) as most_factor_ratio,
    cast(rounded.minimum_ratio as double) as minimum_ratio,
    rounded.unlocked_shares,
    rounded.listed_shares,
    rounded.total_shares,
    rounded.excluded_holder_shares,
    rounded.not_told_holder_shares,
    rounded.excluded_holders,
    rounded.has_converted_shares,
    coalesce(rounded.is_band_confirmed, true) as is_band_confirmed,
    rounded.unconfirmed,
    rounded.document_id,
    coalesce(greatest(rounded.newest_known_on, rounded.band_known_on), rounded.newest_known_on) as known_on
from rounded
inner join buffered
    on
        rounded.ticker = buffered.ticker
        and rounded.policy = buffered.policy
        and rounded.step_number = buffered.step_number
