-- What ARR a market value implies at each benchmark multiple, how far the ARR would have to grow to it, and how fast from now on.
with latest_arr as (
    select *
    from (
        select
            statements.*,
            row_number() over (partition by statements.company order by statements.as_of desc) as statements_back
        from {{ ref('fct_arr') }} as statements
        where statements.is_preferred and not statements.is_forecast
    ) as ordered
    where statements_back = 1
),

stated as (
    select *
    from (
        select
            {{ known_as('facts.company', 'names') }} as company,
            cast(facts.value as double) as priced_in_arr_usd,
            cast(facts.low as double) as priced_in_arr_low_usd,
            cast(facts.high as double) as priced_in_arr_high_usd,
            facts.quantity,
            terms.horizon_on,
            facts.document_id,
            facts.known_on,
            row_number() over (
                partition by {{ known_as('facts.company', 'names') }}
                order by documents.rank, terms.horizon_on, facts.known_on desc, facts.document_id, facts.quantity
            ) as preference
        from {{ ref('stg_priced_in') }} as facts
        inner join {{ ref('stg_documents') }} as documents on facts.document_id = documents.document_id
        inner join {{ ref('stg_priced_in_terms') }} as terms on facts.quantity = terms.quantity
        left join {{ ref('stg_company_names') }} as names on facts.company = names.printed_name
        where terms.horizon_on is not null and facts.currency = 'USD'
    ) as ranked
    where preference = 1
),

-- the latest statement that is like the stated one: where its words name the API, not one on the whole company
stated_from as (
    select
        stated.company,
        statements.arr_usd,
        statements.as_of,
        statements.covers,
        statements.document_id,
        statements.known_on,
        row_number() over (
            partition by stated.company
            order by case when statements.covers = 'API' then 1 else 2 end, statements.as_of desc, statements.statement_id
        ) as preference
    from stated
    inner join {{ ref('fct_arr') }} as statements
        on
            stated.company = statements.company
            and statements.is_preferred_in_scope
            and not statements.is_forecast
            and (
                statements.covers = 'not stated'
                or ({{ names_word('stated.quantity', "'api'") }} and statements.covers = 'API')
                or (not {{ names_word('stated.quantity', "'api'") }} and statements.covers = 'company')
            )
),

-- the ramp that growth is compared with: from one ARR to another in a stated number of months
ramp as (
    select *
    from (
        select
            facts.company,
            facts.quantity,
            power(cast(terms.to_arr_value / terms.from_arr_value as double), 1 / cast(facts.value as double)) - 1 as growth,
            power(cast(terms.to_arr_low / terms.from_arr_high as double), 1 / cast(facts.high as double)) - 1 as growth_low,
            power(cast(terms.to_arr_high / terms.from_arr_low as double), 1 / cast(facts.low as double)) - 1 as growth_high,
            facts.document_id,
            facts.known_on,
            row_number() over (order by documents.rank, facts.known_on desc, facts.document_id, facts.quantity) as preference
        from {{ ref('stg_priced_in') }} as facts
        inner join {{ ref('stg_documents') }} as documents on facts.document_id = documents.document_id
        inner join {{ ref('stg_priced_in_terms') }} as terms on facts.quantity = terms.quantity
        where terms.from_arr_value is not null and terms.to_arr_value is not null and facts.unit = 'months'
    ) as ranked
    where preference = 1
),

-- each preferred round, with what its company's own ARR did from it to the next one
benchmarks as (
    select
        rounds.company,
        rounds.round,
        rounds.closed_on,
        rounds.closed_printed,
        rounds.arr_multiple_x,
        rounds.arr_multiple_low_x,
        rounds.arr_multiple_high_x,
        power(
            lead(rounds.arr_usd) over following_rounds / nullif(rounds.arr_usd, 0),
            1 / nullif({{ months_between('rounds.closed_on', 'lead(rounds.closed_on) over following_rounds') }}, 0)
        ) - 1 as growth_to_next_round,
        rounds.round_id,
        rounds.document_id,
        rounds.known_on
    from {{ ref('fct_funding_round') }} as rounds
    where rounds.is_preferred and not rounds.is_secondary and rounds.arr_multiple_x is not null
    window following_rounds as (partition by rounds.company order by rounds.closed_on, rounds.round_id)
),

paired as (
    select
        caps.ticker,
        caps.company,
        caps.market_cap_basis,
        caps.market_cap_total_basis,
        caps.market_cap_on,
        caps.market_cap_usd,
        caps.market_cap_low_usd,
        caps.market_cap_high_usd,
        concat_ws(', ', benchmarks.company || ' ' || benchmarks.round, benchmarks.closed_printed) as benchmark,
        benchmarks.company as benchmark_company,
        benchmarks.round as benchmark_round,
        benchmarks.closed_on as benchmark_closed_on,
        benchmarks.arr_multiple_x,
        benchmarks.arr_multiple_low_x,
        benchmarks.arr_multiple_high_x,
        caps.market_cap_usd / nullif(benchmarks.arr_multiple_x, 0) as implied_arr_usd,
        caps.market_cap_low_usd / nullif(benchmarks.arr_multiple_high_x, 0) as implied_arr_low_usd,
        caps.market_cap_high_usd / nullif(benchmarks.arr_multiple_low_x, 0) as implied_arr_high_usd,
        benchmarks.growth_to_next_round,
        benchmarks.round_id,
        caps.document_id,
        caps.table_ref,
        benchmarks.document_id as benchmark_document_id,
        greatest(caps.known_on, benchmarks.known_on) as known_on
    from {{ ref('int_market_cap') }} as caps
    inner join benchmarks on caps.company <> benchmarks.company
),

compared as (
    select
        paired.*,
        stated.priced_in_arr_usd,
        stated.priced_in_arr_low_usd,
        stated.priced_in_arr_high_usd,
        stated.horizon_on,
        stated.document_id as stated_document_id,
        latest_arr.as_of as latest_arr_as_of,
        latest_arr.basis as latest_arr_basis,
        latest_arr.arr_usd as latest_arr_usd,
        latest_arr.arr_low_usd as latest_arr_low_usd,
        latest_arr.arr_high_usd as latest_arr_high_usd,
        latest_arr.document_id as arr_document_id,
        paired.implied_arr_usd / nullif(latest_arr.arr_usd, 0) as required,
        paired.implied_arr_low_usd / nullif(latest_arr.arr_high_usd, 0) as required_low,
        paired.implied_arr_high_usd / nullif(latest_arr.arr_low_usd, 0) as required_high,
        stated.priced_in_arr_usd / nullif(stated_from.arr_usd, 0) as stated_required,
        stated_from.as_of as stated_from_as_of,
        stated_from.covers as stated_from_covers,
        stated_from.document_id as stated_from_document_id,
        paired.market_cap_usd / nullif(latest_arr.arr_usd, 0) as p_arr_x,
        paired.market_cap_low_usd / nullif(latest_arr.arr_high_usd, 0) as p_arr_low_x,
        paired.market_cap_high_usd / nullif(latest_arr.arr_low_usd, 0) as p_arr_high_x,
        {{ dbt.datediff('latest_arr.as_of', as_of(), 'day') }}
            as latest_arr_age_days,
        {{ dbt.datediff('latest_arr.as_of', 'paired.market_cap_on', 'day') }}
            as market_cap_after_arr_days,
        -- what is left: months that are past ask for no growth any more
        case
            when stated.horizon_on > {{ as_of() }} then {{ months_between(as_of(), 'stated.horizon_on') }}
        end as months_left,
        case when stated.horizon_on > latest_arr.as_of then {{ months_between('latest_arr.as_of', 'stated.horizon_on') }} end
            as months_from_arr,
        ramp.company as ramp_company,
        ramp.quantity as ramp,
        ramp.growth,
        ramp.growth_low,
        ramp.growth_high,
        ramp.document_id as ramp_document_id,
        greatest(
            paired.known_on,
            coalesce(stated.known_on, paired.known_on),
            coalesce(latest_arr.known_on, paired.known_on),
            coalesce(stated_from.known_on, paired.known_on),
            coalesce(ramp.known_on, paired.known_on)
        ) as row_known_on
    from paired
    left join stated on paired.company = stated.company
    left join latest_arr on paired.company = latest_arr.company
    left join stated_from on paired.company = stated_from.company and stated_from.preference = 1
    left join ramp on true
    where coalesce(stated.company, latest_arr.company) is not null
)

select
    ticker,
    company,
    market_cap_usd,
    market_cap_low_usd,
    market_cap_high_usd,
    market_cap_basis,
    market_cap_on,
    benchmark,
    benchmark_company,
    benchmark_round,
    benchmark_closed_on,
    arr_multiple_x as benchmark_multiple_x,
    arr_multiple_low_x as benchmark_multiple_low_x,
    arr_multiple_high_x as benchmark_multiple_high_x,
    implied_arr_usd,
    implied_arr_low_usd,
    implied_arr_high_usd,
    priced_in_arr_usd as stated_priced_in_arr_usd,
    priced_in_arr_low_usd as stated_priced_in_arr_low_usd,
    priced_in_arr_high_usd as stated_priced_in_arr_high_usd,
    latest_arr_usd,
    latest_arr_low_usd,
    latest_arr_high_usd,
    latest_arr_as_of,
    latest_arr_basis,
    required as required_growth_x,
    required_low as required_growth_low_x,
    required_high as required_growth_high_x,
    stated_required as stated_required_growth_x,
    horizon_on,
    months_left as months_to_horizon,
    months_left as months_to_horizon_high,
    power(required, 1 / months_left) - 1 as required_monthly_growth_ratio,
    power(required_low, 1 / months_left) - 1 as required_monthly_growth_low_ratio,
    power(required_high, 1 / months_left) - 1 as required_monthly_growth_high_ratio,
    power(stated_required, 1 / months_left) - 1 as stated_required_monthly_growth_ratio,
    ramp_company || ': ' || ramp as benchmark_path,
    growth as benchmark_monthly_growth_ratio,
    growth_low as benchmark_monthly_growth_low_ratio,
    growth_high as benchmark_monthly_growth_high_ratio,
    case when required > 1 then ln(required) / ln(1 + growth) when required <= 1 then 0 end as months_at_benchmark_growth,
    growth_to_next_round as monthly_growth_to_next_round_ratio,
    round_id as benchmark_round_id,
    document_id,
    table_ref,
    benchmark_document_id,
    arr_document_id,
    stated_document_id,
    ramp_document_id,
    row_known_on as known_on,
    market_cap_total_basis as total_basis,
    p_arr_x,
    p_arr_low_x,
    p_arr_high_x,
    latest_arr_age_days,
    market_cap_after_arr_days,
    months_from_arr as months_from_arr_to_horizon,
    stated_from_as_of as stated_growth_from_as_of,
    stated_from_covers as stated_growth_from_covers,
    stated_from_document_id
from compared
