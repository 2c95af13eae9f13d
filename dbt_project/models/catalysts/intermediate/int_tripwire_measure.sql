-- The value of each measure that a signal can name; no row, or no value, where its inputs are not landed.
-- Reads three marts: a signal trips on the figures that the release publishes, so that a reader finds what it rests on.
with windows as (
    select
        measure,
        window_days,
        cast(threshold as double) as threshold
    from {{ ref('stg_tripwire_thresholds') }}
),

listed as (
    select
        *,
        row_number() over (order by developer_rank, developer) as place
    from {{ ref('int_developer_score') }}
    where is_listed_model_company
),

leaders as (
    select
        *,
        row_number() over (order by developer_rank, developer) as place
    from {{ ref('int_developer_score') }}
),

sides as (
    select
        *,
        developer_kind = 'internet or cloud major' as is_major,
        row_number() over (partition by developer_kind = 'internet or cloud major' order by developer_rank, developer) as place
    from {{ ref('int_developer_score') }}
),

-- only prices that a developer itself asks: a marketplace shows those of a model's cheapest host of the day; and only from
-- documents that say since when a price holds: others can't show a cut
prices as (
    select prices.*
    from {{ ref('fct_token_price') }} as prices
    inner join (
        select distinct document_id
        from {{ ref('fct_token_price') }}
        where effective_from is not null
    ) as dating on prices.document_id = dating.document_id
    where
        prices.region = 'China'
        and prices.is_own_seller
        and prices.variant = 'standard'
        and prices.tier = 'base'
        and not prices.is_alias
        and not prices.is_dynamic
),

cuts as (
    select
        prices.company,
        prices.model,
        prices.effective_from,
        row_number() over (partition by prices.company order by prices.effective_from desc, prices.model) as place
    from prices
    inner join windows on windows.measure = 'Chinese developers that cut list prices'
    where
        prices.effective_from > {{ add_days(as_of(), '-windows.window_days') }}
        and prices.effective_from <= {{ as_of() }}
        and (prices.input_change_ratio < 0 or prices.output_change_ratio < 0 or prices.cache_read_change_ratio < 0)
),

cut_count as (
    select
        count(*) as developers_with_cut,
        {{ dbt.listagg('words', "'; '", 'order by words') }} as named
    from (
        select company || ' (' || model || ', ' || cast(effective_from as string) || ')' as words
        from cuts
        where place = 1
    ) as cuts_in_words
),

price_facts as (
    select
        count(distinct company) as developers,
        count(distinct case when effective_from is not null then company end) as dated_developers,
        count(distinct model) as models,
        max(coalesce(effective_from, known_on)) as newest_on,
        max(document_id) as document_id,
        max(known_on) as known_on
    from prices
),

-- the developers that could cut a price: all that are listed as such, and others that ask one; a cut shows only of those whose
-- prices have days
universe as (
    select
        developers.developer,
        max(case when prices.effective_from is not null then 1 else 0 end) = 1 as is_dated
    from (
        select developer
        from {{ ref('stg_developers') }}

        union distinct

        select own.company as developer
        from prices as own
        where own.company is not null
    ) as developers
    left join prices on developers.developer = prices.company
    group by developers.developer
),

universe_in_words as (
    select
        {{ dbt.listagg('case when is_dated then developer end', "', '", 'order by developer') }} as dated,
        {{ dbt.listagg('case when not is_dated then developer end', "', '", 'order by developer') }} as undated
    from universe
),

price_cuts as (
    select
        price_facts.*,
        cut_count.developers_with_cut,
        cut_count.named,
        universe_in_words.dated,
        universe_in_words.undated,
        windows.threshold,
        coalesce(price_facts.newest_on > {{ add_days(as_of(), '-windows.window_days') }}, false) as is_recent,
        -- so many developers can't have cut where fewer have prices that would show it
        price_facts.dated_developers >= windows.threshold as can_reach
    from price_facts
    cross join cut_count
    cross join universe_in_words
    inner join windows on windows.measure = 'Chinese developers that cut list prices'
),

gaps as (
    select
        *,
        row_number() over (
            partition by is_reached order by case when is_reached then -frontier_score else frontier_score end
        ) as place
    from {{ ref('fct_capability_gap') }}
    where basis = 'capability index' and subject = 'China'
),

-- the gap is the longer of two: how long the last score that China reached took, and the time since the US reached the first that
-- China has not
gap as (
    select
        *,
        row_number() over (order by gap_low_months desc, frontier_reached_on) as longest
    from gaps
    where place = 1
),

-- tokens per day in the week that begins with each statement of ARR; mart_token_to_arr has each day once per traffic mix
conversions as (
    select
        usage.family,
        usage.company,
        usage.arr_as_of_on,
        usage.arr_basis,
        usage.arr_document_id,
        max(usage.arr_usd) as arr_usd,
        avg(usage.tokens_per_day) as tokens_per_day,
        max(usage.known_on) as known_on
    from (
        select
            mart.family,
            mart.company,
            mart.usage_on,
            mart.arr_as_of_on,
            mart.arr_basis,
            mart.arr_document_id,
            max(mart.arr_usd) as arr_usd,
            max(mart.tokens_per_day) as tokens_per_day,
            max(mart.known_on) as known_on
        from {{ ref('mart_token_to_arr') }} as mart
        inner join {{ ref('int_security') }} as securities
            on mart.company = securities.issuer and securities.ticker is not null and securities.sector = 'LLM'
        where mart.arr_usd > 0 and mart.tokens_per_day > 0 and mart.usage_on < {{ add_days('mart.arr_as_of_on', 7) }}
        group by mart.family, mart.company, mart.usage_on, mart.arr_as_of_on, mart.arr_basis, mart.arr_document_id
    ) as usage
    group by usage.family, usage.company, usage.arr_as_of_on, usage.arr_basis, usage.arr_document_id
),

conversion_pairs as (
    select
        newer.family,
        newer.company,
        older.arr_as_of_on as older_on,
        newer.arr_as_of_on as newer_on,
        newer.arr_usd / older.arr_usd as arr_growth_x,
        newer.tokens_per_day / older.tokens_per_day as usage_growth_x,
        newer.arr_document_id as document_id,
        greatest(newer.known_on, older.known_on) as known_on,
        row_number() over (partition by newer.family order by newer.arr_as_of_on desc, older.arr_as_of_on desc) as place
    from conversions as newer
    inner join windows on windows.measure = 'ARR growth over usage growth in 30 days'
    inner join conversions as older
        on
            newer.family = older.family
            and newer.arr_basis = older.arr_basis
            and older.arr_as_of_on <= {{ add_days('newer.arr_as_of_on', '-windows.window_days') }}
),

-- growth over spans of different lengths is made comparable by converting it to growth over 30 days
paced as (
    select
        *,
        power(arr_growth_x / usage_growth_x, 30.0 / {{ dbt.datediff('older_on', 'newer_on', 'day') }}) as growth_over_growth_x
    from conversion_pairs
    where place = 1
),

conversion as (
    select
        paced.*,
        row_number() over (
            order by case when paced.usage_growth_x > 1 then 0 else 1 end, paced.growth_over_growth_x, paced.family
        ) as weakest
    from paced
),

-- up to which day the index knows models
vintage as (
    select max(release_on) as data_on
    from {{ ref('stg_epoch_capability_index') }}
    where score is not null and release_on <= {{ as_of() }}
),

from_index as (
    select
        'rank among Chinese developers' as measure,
        cast(listed.developer_rank as double) as value,
        true as can_trip,
        listed.model || ' of ' || listed.developer || ' has ' || cast(round(listed.score, 1) as string)
        || '; first is ' || leaders.model || ' of ' || leaders.developer || ' with ' || cast(round(leaders.score, 1) as string)
            as evidence,
        listed.document_id,
        greatest(listed.known_on, leaders.known_on) as known_on
    from listed
    inner join leaders on leaders.place = 1
    where listed.place = 1

    union all

    select
        'lead of an internet or cloud major' as measure,
        majors.score - others.score as value,
        true as can_trip,
        majors.model || ' of ' || majors.developer || ' has ' || cast(round(majors.score, 1) as string)
        || '; the best of the others is ' || others.model || ' of ' || others.developer || ' with '
        || cast(round(others.score, 1) as string) as evidence,
        majors.document_id,
        greatest(majors.known_on, others.known_on) as known_on
    from sides as majors
    inner join sides as others on others.place = 1 and not others.is_major
    where majors.place = 1 and majors.is_major

    union all

    select
        'months behind the US frontier' as measure,
        gap.gap_low_months as value,
        true as can_trip,
        gap.frontier_model || ' had ' || cast(round(gap.frontier_score, 1) as string) || ' on '
        || cast(gap.frontier_reached_on as string)
        || coalesce(
            '; ' || gap.follower_model || ' reached it on ' || cast(gap.follower_reached_on as string),
            '; no Chinese model had reached it by ' || cast(gap.as_of as string)
        ) as evidence,
        gap.document_id,
        gap.known_on
    from gap
    where gap.longest = 1
),

-- what an old index says is not what is so: no value, and how old it is
aged as (
    select
        from_index.*,
        vintage.data_on,
        {{ dbt.datediff('vintage.data_on', as_of(), 'day') }}
            as data_age_days,
        windows.window_days,
        coalesce(vintage.data_on <= {{ add_days(as_of(), '-windows.window_days') }}, false) as is_stale
    from from_index
    cross join vintage
    left join windows on from_index.measure = windows.measure
)

select
    measure,
    case when not is_stale then value end as value,
    can_trip,
    case
        when is_stale
            then
                'needs scores of newer models: the index knows none released after ' || cast(data_on as string) || ', '
                || cast(data_age_days as string) || ' days ago, and is stale after ' || cast(window_days as string)
                || '; by then ' || cast(round(value, 1) as string) || ': '
        else ''
    end || evidence as evidence,
    document_id,
    known_on,
    data_on,
    data_age_days
from aged

union all

-- where the newest price is older than the window, or too few developers' prices have days, no data tells whether so many cut
select
    'Chinese developers that cut list prices' as measure,
    case when is_recent and can_reach then cast(developers_with_cut as double) end as value,
    true as can_trip,
    case
        when is_recent and can_reach
            then
                'among ' || cast(dated_developers as string) || ' developers whose prices have days (' || dated
                || '), prices known up to ' || cast(newest_on as string) || ': ' || coalesce(named, 'no cut')
                || coalesce('; not seen, without such prices: ' || undated, '')
        when is_recent
            then
                'needs prices with their days of at least ' || cast(cast(threshold as integer) as string)
                || {{ text_literal(" Chinese developers, else the signal can't trip: known of ") }}
                || coalesce(dated, 'none') || ' ('
                || coalesce(named, 'no cut') || '); lacking of ' || coalesce(undated, 'none')
        else
            'needs prices that Chinese developers ask, with their days, from the days that it looks back over: '
            || 'the newest known in fct_token_price is of ' || coalesce(cast(newest_on as string), 'no day')
    end as evidence,
    document_id,
    known_on,
    newest_on as data_on,
    {{ dbt.datediff('newest_on', as_of(), 'day') }} as data_age_days
from price_cuts

union all

select
    'ARR growth over usage growth in 30 days' as measure,
    growth_over_growth_x as value,
    usage_growth_x > 1 as can_trip,
    company || ' from ' || cast(older_on as string) || ' to ' || cast(newer_on as string) || ': ARR '
    || cast(round(arr_growth_x, 2) as string) || ' times, tokens of ' || family || ' '
    || cast(round(usage_growth_x, 2) as string) || ' times' as evidence,
    document_id,
    known_on,
    newer_on as data_on,
    {{ dbt.datediff('newer_on', as_of(), 'day') }} as data_age_days
from conversion
where weakest = 1
