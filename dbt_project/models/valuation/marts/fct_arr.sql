-- Every statement of a company's annual recurring revenue, as its source gives it; conflicting ones stand side by side.
with statements as (
    select
        concat_ws(' | ', document_id, table_ref, company, as_of_printed, basis) as statement_id,
        company as printed_company,
        as_of_printed,
        as_of_earliest_on,
        as_of_latest_on,
        arr_printed,
        cast(arr_value as double) as arr,
        cast(arr_low as double) as arr_low,
        cast(arr_high as double) as arr_high,
        arr_currency as currency,
        arr_bound as bound,
        coalesce(basis, 'not stated') as printed_basis,
        cast(null as string) as scope,
        cast(null as string) as confidence,
        cast(null as string) as source,
        note,
        known_on as stated_on,
        document_id,
        table_ref,
        known_on
    from {{ ref('stg_arr_observations') }}

    union all

    select
        concat_ws(' | ', document_id, table_ref, company, closed_printed, round) as statement_id,
        company as printed_company,
        closed_printed as as_of_printed,
        closed_earliest_on as as_of_earliest_on,
        closed_latest_on as as_of_latest_on,
        arr_printed,
        cast(arr_value as double) as arr,
        cast(arr_low as double) as arr_low,
        cast(arr_high as double) as arr_high,
        arr_currency as currency,
        arr_bound as bound,
        'reported or estimated at a round' as printed_basis,
        cast(null as string) as scope,
        cast(null as string) as confidence,
        cast(null as string) as source,
        round as note,
        known_on as stated_on,
        document_id,
        table_ref,
        known_on
    from {{ ref('stg_funding_rounds') }}
    where arr_printed is not null

    union all

    -- to the dollar, as the source states it; a statement without a day was made by the day of its report
    select
        concat_ws(' | ', document_id, company, report_id, cast(statement_number as string)) as statement_id,
        company as printed_company,
        cast(as_of as string) as as_of_printed,
        as_of as as_of_earliest_on,
        coalesce(as_of, report_on, known_on) as as_of_latest_on,
        cast(coalesce(annualized_revenue_usd, normalized_revenue_usd) as string) as arr_printed,
        cast(coalesce(annualized_revenue_usd, normalized_revenue_usd) as double) as arr,
        cast(coalesce(annualized_revenue_usd, normalized_revenue_usd) as double) as arr_low,
        cast(coalesce(annualized_revenue_usd, normalized_revenue_usd) as double) as arr_high,
        'USD' as currency,
        'exact' as bound,
        coalesce(annualized_revenue_type, period_type, 'not stated') as printed_basis,
        scope,
        confidence,
        source_1 as source,
        notes as note,
        coalesce(report_on, known_on) as stated_on,
        document_id,
        table_ref,
        known_on
    from {{ ref('stg_epoch_revenue_reports') }}
    where coalesce(annualized_revenue_usd, normalized_revenue_usd) is not null
),

-- what was stated before the first day that it describes is a forecast
based as (
    select
        statements.*,
        {{ known_as('statements.printed_company', 'names') }} as company,
        coalesce(bases.basis, statements.printed_basis) as basis,
        coalesce(bases.preference, 8) as basis_preference,
        coalesce(bases.is_lower_bound, false) as is_lower_bound,
        coalesce(bases.is_forecast, false) or coalesce(statements.as_of_earliest_on > statements.stated_on, false)
            as is_forecast,
        bases.printed_basis is not null as is_basis_known,
        -- a part of a company is named by the scope, or by the words of the basis
        case
            when {{ names_word("concat_ws(' ', statements.scope, statements.printed_basis)", "'api'") }} then 'API'
            when {{ names_word("replace(concat_ws(' ', statements.scope, statements.printed_basis), '/', ' ')", "'product'") }}
                then 'product'
            when statements.scope is null then 'not stated'
            when lower(statements.scope) = 'full company' then 'company'
            else 'part'
        end as covers,
        documents.rank as document_rank
    from statements
    inner join {{ ref('stg_documents') }} as documents on statements.document_id = documents.document_id
    left join {{ ref('stg_company_names') }} as names on statements.printed_company = names.printed_name
    left join {{ ref('stg_arr_bases') }} as bases on statements.printed_basis = bases.printed_basis
),

-- what is no forecast can't describe a day after the one on which it was stated
dated as (
    select
        based.*,
        based.covers in ('company', 'not stated') as is_whole_company,
        case when based.covers in ('company', 'not stated') then 'whole company' else based.covers end as compared_as,
        case
            when based.is_forecast then based.as_of_latest_on
            else least(based.as_of_latest_on, based.stated_on)
        end as as_of
    from based
),

in_dollars as (
    select
        dated.*,
        {{ in_usd('dated.arr', 'dated.currency', 'rates') }} as arr_usd,
        {{ in_usd('case when dated.is_lower_bound then coalesce(dated.arr, dated.arr_low) else dated.arr_low end',
            'dated.currency', 'rates') }} as arr_low_usd,
        {{ in_usd('case when dated.is_lower_bound then null else dated.arr_high end', 'dated.currency', 'rates') }}
            as arr_high_usd,
        dated.is_basis_known and row_number() over (
            partition by dated.company, dated.as_of, dated.is_forecast, dated.compared_as, dated.is_basis_known
            order by dated.document_rank, dated.basis_preference, dated.known_on desc, dated.statement_id
        ) = 1 as is_preferred_in_scope,
        greatest(dated.known_on, coalesce(rates.known_on, dated.known_on)) as row_known_on
    from dated
    left join {{ ref('fct_fx_rate') }} as rates
        on {{ usd_rate_on('rates', 'dated.currency', 'least(dated.as_of, dated.known_on)') }}
),

-- the statement of 11 to 13 months before that is like it: of the same part of the company, on the same basis, known by then
years_before as (
    select
        newer.statement_id,
        older.as_of,
        older.arr_usd,
        older.arr_low_usd,
        older.arr_high_usd,
        row_number() over (partition by newer.statement_id order by older.as_of desc) as place
    from in_dollars as newer
    inner join in_dollars as older
        on
            newer.company = older.company
            and newer.compared_as = older.compared_as
            and newer.basis = older.basis
            and newer.row_known_on >= older.row_known_on
            and {{ add_months('newer.as_of', -11) }} >= older.as_of
            and {{ add_months('newer.as_of', -13) }} <= older.as_of
    where not newer.is_forecast and not older.is_forecast and newer.is_preferred_in_scope and older.is_preferred_in_scope
)

select
    stated.statement_id,
    stated.company,
    stated.printed_company,
    stated.as_of,
    stated.as_of_earliest_on,
    stated.as_of_latest_on,
    stated.as_of_printed,
    stated.stated_on,
    stated.arr_usd,
    stated.arr_low_usd,
    stated.arr_high_usd,
    stated.arr_printed,
    case when stated.is_lower_bound then 'at least' else stated.bound end as bound,
    stated.basis,
    stated.printed_basis,
    stated.scope,
    stated.is_whole_company,
    stated.is_forecast,
    stated.is_whole_company and stated.is_preferred_in_scope as is_preferred,
    stated.confidence,
    stated.source,
    stated.note,
    stated.document_id,
    stated.table_ref,
    stated.row_known_on as known_on,
    stated.covers,
    stated.is_basis_known,
    stated.is_preferred_in_scope,
    years_before.as_of as year_before_as_of,
    stated.arr_usd / nullif(years_before.arr_usd, 0) as growth_year_on_year_x,
    stated.arr_low_usd / nullif(years_before.arr_high_usd, 0) as growth_year_on_year_low_x,
    stated.arr_high_usd / nullif(years_before.arr_low_usd, 0) as growth_year_on_year_high_x
from in_dollars as stated
left join years_before on stated.statement_id = years_before.statement_id and years_before.place = 1
