-- How many months after the US frontier Chinese models reach a score: from the capability index, and as documents state it.
with scored as (
    select
        coalesce(display_name, model_version) as model,
        score,
        release_on,
        coalesce(country, '') like '%United States%' as is_us,
        coalesce(country, '') like '%China%' as is_chinese,
        organization,
        document_id,
        table_ref,
        known_on
    from {{ ref('stg_epoch_capability_index') }}
    where score is not null and release_on is not null and release_on <= {{ as_of() }}
),

-- the index knows models up to the newest release that it scores: of later ones nothing is known
vintages as (
    select
        document_id,
        max(release_on) as vintage_on
    from scored
    group by document_id
),

-- the best US model of a day, where it passes every earlier one
us_days as (
    select
        us_models.*,
        max(us_models.score) over (
            partition by us_models.document_id
            order by us_models.release_on rows between unbounded preceding and 1 preceding
        ) as score_before
    from (
        select
            scored.*,
            row_number() over (
                partition by scored.document_id, scored.release_on order by scored.score desc, scored.model
            ) as place
        from scored
        where scored.is_us
    ) as us_models
    where us_models.place = 1
),

milestones as (
    select *
    from us_days
    where score_before is null or score > score_before
),

-- Chinese models as a whole, and of each organisation
followers as (
    select
        'China' as subject,
        model,
        score,
        release_on,
        document_id,
        known_on
    from scored
    where is_chinese

    union all

    select distinct
        {{ known_as('makers.maker', 'names') }} as subject,
        makers.model,
        makers.score,
        makers.release_on,
        makers.document_id,
        makers.known_on
    from (
        select
            parts.model,
            parts.score,
            parts.release_on,
            parts.document_id,
            parts.known_on,
            trim(parts.maker) as maker
        from (
            select
                model,
                score,
                release_on,
                document_id,
                known_on,
                {{ each_part('organization', ',') }} as maker
            from scored
            where is_chinese and organization is not null
        ) as parts
    ) as makers
    left join {{ ref('stg_company_names') }} as names on makers.maker = names.printed_name
    where makers.maker <> ''
),

subjects as (
    select distinct
        document_id,
        subject
    from followers
),

reached as (
    select
        milestones.document_id,
        subjects.subject,
        milestones.model,
        milestones.score,
        milestones.release_on,
        milestones.table_ref,
        milestones.known_on,
        vintages.vintage_on,
        followers.model as follower_model,
        followers.release_on as follower_reached_on,
        followers.known_on as follower_known_on,
        row_number() over (
            partition by milestones.document_id, subjects.subject, milestones.release_on
            order by followers.release_on, followers.score desc, followers.model
        ) as place
    from milestones
    inner join subjects
        on milestones.document_id = subjects.document_id
    inner join vintages
        on milestones.document_id = vintages.document_id
    left join followers
        on
            milestones.document_id = followers.document_id
            and subjects.subject = followers.subject
            and milestones.score <= followers.score
)

select
    document_id,
    'capability index' as basis,
    subject,
    model || ', ' || cast(release_on as string) as milestone,
    cast(score as double) as frontier_score,
    model as frontier_model,
    release_on as frontier_reached_on,
    follower_model,
    follower_reached_on,
    follower_reached_on is not null as is_reached,
    coalesce(follower_reached_on, vintage_on) as as_of,
    {{ months_between('release_on', 'follower_reached_on') }} as gap_months,
    -- not reached yet: at least what had passed by the newest release that is scored
    {{ months_between('release_on', 'coalesce(follower_reached_on, vintage_on)') }} as gap_low_months,
    {{ months_between('release_on', 'follower_reached_on') }} as gap_high_months,
    table_ref,
    greatest(known_on, coalesce(follower_known_on, known_on)) as known_on,
    vintage_on,
    {{ dbt.datediff('vintage_on', as_of(), 'day') }} as vintage_age_days
from reached
where place = 1

union all

select
    document_id,
    'stated' as basis,
    'China' as subject,
    statement || ', ' || as_of_printed as milestone,
    cast(null as double) as frontier_score,
    cast(null as string) as frontier_model,
    cast(null as date) as frontier_reached_on,
    cast(null as string) as follower_model,
    cast(null as date) as follower_reached_on,
    false as is_reached,
    as_of_latest_on as as_of,
    case when low_months = high_months then cast(low_months as double) end as gap_months,
    cast(low_months as double) as gap_low_months,
    cast(high_months as double) as gap_high_months,
    table_ref,
    known_on,
    cast(null as date) as vintage_on,
    cast(null as bigint) as vintage_age_days
from {{ ref('stg_capability_gap') }}
