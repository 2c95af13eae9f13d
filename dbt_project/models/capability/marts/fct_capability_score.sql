-- The scores of the capability index over time, for whom they count: the US, China, the independent model companies of China.
with scored as (
    select
        model_version,
        coalesce(display_name, model_name, model_version) as model,
        organization,
        coalesce(country, '') as country,
        cast(score as double) as score,
        release_on,
        document_id,
        table_ref,
        known_on
    from {{ ref('stg_epoch_capability_index') }}
    where score is not null and release_on is not null and release_on <= {{ as_of() }}
),

-- a developer whose business is its models, not an internet or cloud major
independents as (
    select {{ each_part('words', ';') }} as word
    from {{ ref('stg_developers') }}
    where developer_kind = 'model company'
),

counted as (
    select
        *,
        'US' as series
    from scored
    where country like '%United States%'

    union all

    select
        *,
        'China' as series
    from scored
    where country like '%China%'

    union all

    select distinct
        scored.*,
        'independent developers of China' as series
    from scored
    inner join independents
        on {{ names_word("replace(replace(scored.organization, ',', ' '), '(', ' ')", 'trim(independents.word)') }}
    where scored.country like '%China%'
),

ranked as (
    select
        *,
        max(score) over (
            partition by document_id, series order by release_on, score desc, model_version
            rows between unbounded preceding and current row
        ) as best_score,
        max(score) over (
            partition by document_id, series order by release_on, score desc, model_version
            rows between unbounded preceding and 1 preceding
        ) as score_before
    from counted
)

select
    document_id,
    series,
    model_version,
    model,
    organization,
    release_on,
    score,
    best_score,
    score_before is null or score > score_before as is_best_so_far,
    table_ref,
    known_on
from ranked
