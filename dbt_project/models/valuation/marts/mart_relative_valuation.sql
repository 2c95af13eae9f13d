-- Chinese against US valuations: the scenarios of documents, and the newest rounds and market values that are landed.
with scenarios as (
    select
        facts.scenario,
        'document' as basis,
        {{ described_on('facts', 'documents') }} as as_of,
        {% for side in ['us', 'china'] %}
            {% for end in ['value', 'low', 'high'] %}
                {{ in_usd('facts.' ~ side ~ '_' ~ end, 'facts.' ~ side ~ '_currency', side ~ '_rates') }} as {{ side }}_{{ end }},
            {% endfor %}
        {% endfor %}
        cast(facts.ratio_value as double) as stated_ratio,
        cast(facts.ratio_low as double) as stated_low_ratio,
        cast(facts.ratio_high as double) as stated_high_ratio,
        facts.document_id,
        facts.table_ref,
        greatest(
            facts.known_on,
            coalesce(us_rates.known_on, facts.known_on),
            coalesce(china_rates.known_on, facts.known_on)
        ) as known_on
    from {{ ref('stg_relative_valuation') }} as facts
    inner join {{ ref('stg_documents') }} as documents on facts.document_id = documents.document_id
    {% for side in ['us', 'china'] %}
        left join {{ ref('fct_fx_rate') }} as {{ side }}_rates
            on
                {{ usd_rate_on(side ~ '_rates', 'facts.' ~ side ~ '_currency',
                    described_on('facts', 'documents')) }}
    {% endfor %}
),

-- the makers of large models, as the value chain lists them
makers as (
    select distinct
        facts.region,
        {{ known_as('facts.company', 'names') }} as company
    from {{ ref('stg_value_chain') }} as facts
    left join {{ ref('stg_company_names') }} as names on facts.company = names.printed_name
    where facts.layer = 'LLM'
),

newest_rounds as (
    select *
    from (
        select
            rounds.*,
            row_number() over (partition by rounds.company order by rounds.closed_on desc, rounds.round_id) as rounds_back
        from {{ ref('fct_funding_round') }} as rounds
        inner join makers on rounds.company = makers.company and makers.region = 'US'
        where rounds.is_preferred and rounds.post_money_usd is not null
    ) as ordered
    where rounds_back = 1
),

-- a sum with an open end is open
us_side as (
    select
        sum(post_money_usd) as us_value,
        case when count(post_money_low_usd) = count(*) then sum(post_money_low_usd) end as us_low,
        case when count(post_money_high_usd) = count(*) then sum(post_money_high_usd) end as us_high,
        max(closed_on) as us_on,
        min(closed_on) as us_oldest_on,
        min(document_id) as document_id,
        min(table_ref) as table_ref,
        max(known_on) as known_on
    from newest_rounds
    having count(*) > 0
),

china_side as (
    select
        sum(caps.market_cap_usd) as china_value,
        case when count(caps.market_cap_low_usd) = count(*) then sum(caps.market_cap_low_usd) end as china_low,
        case when count(caps.market_cap_high_usd) = count(*) then sum(caps.market_cap_high_usd) end as china_high,
        max(caps.market_cap_on) as china_on,
        min(caps.market_cap_on) as china_oldest_on,
        min(caps.document_id) as china_document_id,
        max(caps.known_on) as known_on
    from {{ ref('int_market_cap') }} as caps
    inner join makers on caps.company = makers.company and makers.region = 'China'
    having count(*) > 0
),

all_scenarios as (
    select
        scenarios.*,
        scenarios.document_id as china_document_id,
        scenarios.as_of as us_oldest_on,
        scenarios.as_of as us_newest_on,
        scenarios.as_of as china_oldest_on,
        scenarios.as_of as china_newest_on
    from scenarios

    union all

    select
        'newest rounds and market values' as scenario,
        'newest facts' as basis,
        greatest(us_side.us_on, china_side.china_on) as as_of,
        us_side.us_value,
        us_side.us_low,
        us_side.us_high,
        china_side.china_value,
        china_side.china_low,
        china_side.china_high,
        cast(null as double) as stated_ratio,
        cast(null as double) as stated_low_ratio,
        cast(null as double) as stated_high_ratio,
        us_side.document_id,
        us_side.table_ref,
        greatest(us_side.known_on, china_side.known_on) as known_on,
        china_side.china_document_id,
        us_side.us_oldest_on,
        us_side.us_on as us_newest_on,
        china_side.china_oldest_on,
        china_side.china_on as china_newest_on
    from us_side
    cross join china_side
),

dated as (
    select
        *,
        least(us_oldest_on, china_oldest_on) as oldest_on,
        greatest(us_newest_on, china_newest_on) as newest_on
    from all_scenarios
)

select
    scenario,
    basis,
    as_of,
    us_value as us_usd,
    us_low as us_low_usd,
    us_high as us_high_usd,
    china_value as china_usd,
    china_low as china_low_usd,
    china_high as china_high_usd,
    china_value / nullif(us_value, 0) as china_of_us_ratio,
    china_low / nullif(us_high, 0) as china_of_us_low_ratio,
    china_high / nullif(us_low, 0) as china_of_us_high_ratio,
    stated_ratio as stated_china_of_us_ratio,
    stated_low_ratio as stated_china_of_us_low_ratio,
    stated_high_ratio as stated_china_of_us_high_ratio,
    document_id,
    china_document_id,
    table_ref,
    known_on,
    us_oldest_on,
    us_newest_on,
    china_oldest_on,
    china_newest_on,
    {{ dbt.datediff('oldest_on', 'newest_on', 'day') }} as days_apart
from dated
