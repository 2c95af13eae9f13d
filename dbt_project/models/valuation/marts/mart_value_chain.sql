-- What the companies of each layer are worth, the layers' totals as their sums, and each one's share of its region.
-- Printed totals and percentages are claims, and not read.
with statements as (
    select
        facts.region,
        facts.layer,
        facts.company,
        facts.statement_number,
        cast(facts.value as double) as value,
        cast(facts.low as double) as low,
        cast(facts.high as double) as high,
        facts.currency,
        facts.printed_kind,
        facts.not_a_figure,
        lower(concat_ws(' ', facts.company, facts.printed, facts.extra_printed)) like '%unlisted%' as is_said_unlisted,
        facts.document_id,
        facts.table_ref,
        facts.known_on,
        documents.rank as document_rank,
        {{ described_on('facts', 'documents') }} as valued_on,
        dense_rank() over (
            partition by facts.region, facts.layer, facts.company order by documents.rank, facts.document_id
        ) as preference
    from {{ ref('stg_value_chain') }} as facts
    inner join {{ ref('stg_documents') }} as documents on facts.document_id = documents.document_id
    where upper(facts.company) not like 'TOTAL%'
),

-- several statements of one company: the first one printed, between the lowest and the highest of all
companies as (
    select
        statements.region,
        statements.layer,
        statements.company,
        statements.document_id,
        max(statements.table_ref) as table_ref,
        max(statements.valued_on) as valued_on,
        count(*) as statements,
        {{ first_not_null(
            in_usd('coalesce(statements.value, (statements.low + statements.high) / 2)', 'statements.currency', 'rates'),
            'statements.statement_number'
        ) }} as valuation_usd,
        case
            when count(statements.low) = count(*)
                then min({{ in_usd('statements.low', 'statements.currency', 'rates') }})
        end as valuation_low_usd,
        case
            when count(statements.high) = count(*)
                then max({{ in_usd('statements.high', 'statements.currency', 'rates') }})
        end as valuation_high_usd,
        case
            when max(case when statements.printed_kind = 'words' then 0 else 1 end) = 0 then max(statements.not_a_figure)
            when count(*) > 1 then 'first of several statements'
            when max(statements.value) is null then 'middle of the printed range'
            else 'printed'
        end as valuation_basis,
        max(case when statements.is_said_unlisted then 1 else 0 end) = 1 as is_said_unlisted,
        max(greatest(statements.known_on, coalesce(rates.known_on, statements.known_on))) as known_on
    from statements
    left join {{ ref('fct_fx_rate') }} as rates on {{ usd_rate_on('rates', 'statements.currency', 'statements.valued_on') }}
    where statements.preference = 1
    group by statements.region, statements.layer, statements.company, statements.document_id
),

securities as (
    select
        {{ known_as('securities.issuer', 'names') }} as company,
        max(case when securities.listing_status <> 'listed' then 1 else 0 end) = 1 as is_expected
    from {{ ref('dim_security') }} as securities
    left join {{ ref('stg_company_names') }} as names on securities.issuer = names.printed_name
    where securities.listing_status <> 'not stated'
    group by {{ known_as('securities.issuer', 'names') }}
),

-- listed, unless its listing is expected, the document calls it unlisted, or only private rounds price it
with_listing as (
    select
        companies.*,
        {{ known_as('companies.company', 'names') }} as known_company,
        companies.valuation_usd is not null and case
            when securities.company is not null then not securities.is_expected
            else not companies.is_said_unlisted and rounds.company is null
        end as is_listed
    from companies
    left join {{ ref('stg_company_names') }} as names on companies.company = names.printed_name
    left join securities on {{ known_as('companies.company', 'names') }} = securities.company
    left join (select distinct company from {{ ref('fct_funding_round') }}) as rounds
        on {{ known_as('companies.company', 'names') }} = rounds.company
),

-- what each company gives to a sum: its value, its known ends, and how many of its ends are open; one without a valuation is
-- worth something, nobody says how much: it leaves the high end of each sum that it is in open
addends as (
    select
        *,
        {% for part, condition in [('valuation', 'valuation_usd is not null'), ('listed', 'is_listed')] %}
            case when {{ condition }} then valuation_usd end as {{ part }}_sum,
            {% for end in ['low', 'high'] %}
                case when {{ condition }} then coalesce(valuation_{{ end }}_usd, 0) end as {{ part }}_{{ end }}_sum,
                case
                    when {{ condition }} and valuation_{{ end }}_usd is null then 1
                    {% if part == 'valuation' and end == 'high' %}
                        when valuation_usd is null then 1
                    {% endif %}
                    else 0
                end as {{ part }}_{{ end }}_open,
            {% endfor %}
        {% endfor %}
        cast(case when valuation_usd is null then 0 else 1 end as bigint) as companies_valued
    from with_listing
),

sums as (
    select
        region,
        layer,
        {% for part in ['valuation', 'listed'] %}
            sum({{ part }}_sum) as {{ part }}_sum,
            {% for end in ['low', 'high'] %}
                sum({{ part }}_{{ end }}_sum) as {{ part }}_{{ end }}_sum,
                sum({{ part }}_{{ end }}_open) as {{ part }}_{{ end }}_open,
            {% endfor %}
        {% endfor %}
        cast(sum(companies_valued) as bigint) as companies_valued,
        count(*) as companies,
        max(case when is_listed then 1 else 0 end) = 1 as is_listed,
        cast(sum(statements) as bigint) as statements,
        max(valued_on) as valued_on,
        {{ first_not_null('document_id', 'company') }} as document_id,
        max(table_ref) as table_ref,
        max(known_on) as known_on
    from addends
    group by region, layer
),

regions as (
    select
        cast(sum(companies - companies_valued) as bigint) as companies_unvalued,
        {% for part in ['valuation', 'listed'] %}
            sum({{ part }}_sum) as {{ part }}_sum,
            {% for end in ['low', 'high'] %}
                sum({{ part }}_{{ end }}_sum) as {{ part }}_{{ end }}_sum,
                sum({{ part }}_{{ end }}_open) as {{ part }}_{{ end }}_open,
            {% endfor %}
        {% endfor %}
        region
    from sums
    group by region
),

chain as (
    {% for rows in ['addends', 'sums'] %}
        select
            region,
            layer,
            {{ 'company' if rows == 'addends' else "'TOTAL' as company" }},
            {{ 'known_company' if rows == 'addends' else 'cast(null as string) as known_company' }},
            {{ 'valuation_basis' if rows == 'addends' else "'sum of the companies' as valuation_basis" }},
            {{ 'false' if rows == 'addends' else 'true' }} as is_total,
            is_listed,
            {{ 'cast(1 as bigint) as companies' if rows == 'addends' else 'companies' }},
            companies_valued,
            {% for part in ['valuation', 'listed'] %}
                {{ part }}_sum,
                {% for end in ['low', 'high'] %}
                    {{ part }}_{{ end }}_sum,
                    {{ part }}_{{ end }}_open,
                {% endfor %}
            {% endfor %}
            statements,
            valued_on,
            document_id,
            table_ref,
            known_on
        from {{ rows }}
        {% if not loop.last %} union all {% endif %}
    {% endfor %}
),

-- each row's ends, and the ends of the rest of its region: an open end of one is an open end of the sum
ended as (
    select
        {% for part in ['valuation', 'listed'] %}
            regions.{{ part }}_sum as {{ part }}_region,
            {% for end in ['low', 'high'] %}
                case when chain.{{ part }}_{{ end }}_open = 0 then chain.{{ part }}_{{ end }}_sum end as {{ part }}_{{ end }},
                case
                    when regions.{{ part }}_{{ end }}_open = chain.{{ part }}_{{ end }}_open
                        then regions.{{ part }}_{{ end }}_sum - chain.{{ part }}_{{ end }}_sum
                end as {{ part }}_{{ end }}_rest,
            {% endfor %}
        {% endfor %}
        regions.companies_unvalued as region_companies_unvalued,
        chain.*
    from chain
    inner join regions on chain.region = regions.region
),

shared as (
    select
        ended.*,
        ended.valuation_sum / nullif(ended.valuation_region, 0) as share_of_region_ratio,
        -- least where this is at its low end and the rest of the region at its high end, which is open where one has no valuation
        ended.valuation_low / nullif(ended.valuation_low + ended.valuation_high_rest, 0) as share_of_region_low_ratio,
        ended.valuation_high / nullif(ended.valuation_high + ended.valuation_low_rest, 0) as share_of_region_high_ratio,
        ended.listed_sum / nullif(ended.listed_region, 0) as share_of_listed_region_ratio,
        ended.listed_low / nullif(ended.listed_low + ended.listed_high_rest, 0) as share_of_listed_region_low_ratio,
        ended.listed_high / nullif(ended.listed_high + ended.listed_low_rest, 0) as share_of_listed_region_high_ratio
    from ended
)

select
    shared.region,
    shared.layer,
    shared.company,
    shared.is_total,
    shared.is_listed,
    shared.companies,
    shared.companies_valued,
    shared.valuation_sum as valuation_usd,
    shared.valuation_low as valuation_low_usd,
    shared.valuation_high as valuation_high_usd,
    shared.valuation_basis,
    shared.statements,
    shared.valued_on,
    shared.valuation_region as region_sum_usd,
    shared.share_of_region_ratio as layer_ratio,
    shared.share_of_region_low_ratio as layer_low_ratio,
    shared.share_of_region_high_ratio as layer_high_ratio,
    shared.listed_region as region_listed_sum_usd,
    shared.listed_sum as listed_valuation_usd,
    shared.share_of_listed_region_ratio as layer_of_listed_ratio,
    shared.share_of_listed_region_low_ratio as layer_of_listed_low_ratio,
    shared.share_of_listed_region_high_ratio as layer_of_listed_high_ratio,
    caps.market_cap_usd as newest_market_cap_usd,
    caps.market_cap_on as newest_market_cap_on,
    caps.document_id as newest_market_cap_document_id,
    shared.document_id,
    shared.table_ref,
    greatest(shared.known_on, coalesce(caps.known_on, shared.known_on)) as known_on,
    caps.market_cap_total_basis as newest_market_cap_total_basis,
    shared.region_companies_unvalued,
    shared.share_of_region_ratio,
    shared.share_of_region_low_ratio,
    shared.share_of_region_high_ratio,
    shared.share_of_listed_region_ratio,
    shared.share_of_listed_region_low_ratio,
    shared.share_of_listed_region_high_ratio
from shared
left join {{ ref('int_market_cap') }} as caps on shared.known_company = caps.company
