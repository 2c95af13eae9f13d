-- Every event that a document lists, a row a subject. What a newer document takes back, or whose outcome it tells, is replaced by
-- that statement. What happened comes before all else, and an outcome that nobody could find gives way to any that is told.
with subjects as (
    select
        event,
        {{ each_part('subject', ';') }} as subject,
        timing_printed,
        timing_earliest_on,
        timing_latest_on,
        channel,
        expected_direction,
        condition,
        coalesce(status, 'expected') as status,
        document_id,
        table_ref,
        known_on
    from {{ ref('stg_catalysts') }}
),

trimmed as (
    select
        subjects.event,
        trim(subjects.subject) as subject,
        coalesce(subjects.timing_printed, 'not stated') as timing_printed,
        subjects.timing_earliest_on as earliest_on,
        subjects.timing_latest_on as latest_on,
        subjects.channel,
        subjects.expected_direction,
        subjects.condition,
        subjects.status,
        subjects.document_id,
        subjects.table_ref,
        subjects.known_on
    from subjects
    where trim(subjects.subject) <> ''
),

kinds as (
    select
        statements.document_id,
        statements.event,
        min(words.match_order) as match_order
    from {{ ref('stg_catalysts') }} as statements
    inner join {{ ref('int_catalyst_kind_word') }} as words on {{ names_word('statements.event', 'words.word') }}
    group by statements.document_id, statements.event
),

statements as (
    select
        'statement|' || trimmed.document_id || '|' || trimmed.timing_printed || '|' || trimmed.event || '|' || trimmed.subject
            as catalyst_id,
        trimmed.*,
        documents.rank
    from trimmed
    inner join {{ ref('stg_documents') }} as documents on trimmed.document_id = documents.document_id
),

takings as (
    select * from statements
    where status in {{ settled() }}
),

overruled as (
    select statements.catalyst_id
    from statements
    inner join takings
        on lower(statements.event) = lower(takings.event) and lower(statements.subject) = lower(takings.subject)
    where
        statements.status not in {{ settled() }}
        and (takings.status = 'past' or {{ takes_back('takings', 'statements') }})

    union

    select takings.catalyst_id
    from takings
    inner join statements
        on lower(takings.event) = lower(statements.event) and lower(takings.subject) = lower(statements.subject)
    where
        takings.status <> 'past'
        and statements.status <> 'outcome not known'
        and {{ restores('statements', 'takings') }}
),

-- of an event that is settled, the statement that stands
judged as (
    select
        statements.*,
        overruled.catalyst_id is not null as is_overruled,
        first_value(statements.catalyst_id) over (
            partition by lower(statements.event), lower(statements.subject)
            order by
                case when overruled.catalyst_id is null then 0 else 1 end,
                case
                    when statements.status = 'past' then 1
                    when statements.status in {{ taken_back() }} then 2
                    when statements.status = 'outcome not known' then 3
                    else 4
                end,
                case when statements.status in {{ settled() }} then statements.rank else 0 end,
                statements.known_on desc,
                statements.rank,
                statements.catalyst_id
        ) as standing_catalyst_id
    from statements
    left join overruled on statements.catalyst_id = overruled.catalyst_id
)

select
    judged.catalyst_id,
    judged.event,
    judged.subject,
    securities.ticker,
    coalesce(named_kinds.catalyst_kind, 'other') as catalyst_kind,
    judged.timing_printed,
    judged.earliest_on,
    judged.latest_on,
    judged.channel,
    judged.expected_direction,
    judged.condition,
    judged.document_id,
    judged.table_ref,
    judged.known_on,
    judged.status as stated_status,
    case
        when
            (judged.is_overruled or judged.status in {{ settled() }})
            and judged.catalyst_id <> judged.standing_catalyst_id
            then judged.standing_catalyst_id
    end as overruled_by_catalyst_id
from judged
left join {{ ref('int_security') }} as securities
    on lower(judged.subject) in (lower(securities.issuer), lower(securities.ticker))
left join kinds on judged.document_id = kinds.document_id and judged.event = kinds.event
left join {{ ref('stg_catalyst_kinds') }} as named_kinds on kinds.match_order = named_kinds.match_order
