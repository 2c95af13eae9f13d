-- The best score of each Chinese developer in the capability index; a model of several organisations is one developer's.
with words as (
    select
        developer,
        developer_kind,
        match_order,
        {{ each_part('words', ';') }} as word
    from {{ ref('stg_developers') }}
),

models as (
    select
        model_version,
        coalesce(display_name, model_name, model_version) as model,
        organization,
        cast(score as double) as score,
        release_on,
        document_id,
        known_on
    from {{ ref('stg_epoch_capability_index') }}
    where
        score is not null
        and organization is not null
        and release_on <= {{ as_of() }}
        -- Chinese only if every country of the model is China
        and country like '%China%'
        and trim(replace(replace(country, 'China', ''), ',', '')) = ''
),

named as (
    select
        models.*,
        coalesce(words.developer, trim(split_part(models.organization, ',', 1))) as developer,
        coalesce(words.developer_kind, 'other') as developer_kind,
        row_number() over (partition by models.document_id, models.model_version, models.score order by words.match_order)
            as developer_order
    from models
    left join words on {{ names_word("replace(replace(models.organization, ',', ' '), '(', ' ')", 'trim(words.word)') }}
),

ranked as (
    select
        named.*,
        row_number() over (partition by named.developer order by named.score desc, named.release_on, named.model_version)
            as preference
    from named
    where named.developer_order = 1
)

select
    ranked.developer,
    ranked.developer_kind,
    listed.issuer is not null as is_listed_model_company,
    ranked.model,
    ranked.score,
    rank() over (order by ranked.score desc) as developer_rank,
    ranked.release_on,
    ranked.document_id,
    ranked.known_on
from ranked
left join (
    select distinct lower(issuer) as issuer
    from {{ ref('int_security') }}
    where ticker is not null and sector = 'LLM'
) as listed on lower(ranked.developer) = listed.issuer
where ranked.preference = 1
