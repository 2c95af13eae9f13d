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
        document_id,
        table_ref,
        known_on
    from {{ ref('stg_catalysts') }}
),

trimmed as (
    select
        subjects.event,
        trim(subjects.subject) as subject,
        subjects.timing_printed,
        subjects.timing_earliest_on as earliest_on,
        subjects.timing_latest_on as latest_on,
        subjects.channel,
        subjects.expected_direction,
        subjects.condition,
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
)

select
    'statement|' || trimmed.document_id || '|' || trimmed.timing_printed || '|' || trimmed.event || '|' || trimmed.subject
        as catalyst_id,
    trimmed.event,
    trimmed.subject,
    securities.ticker,
    coalesce(named_kinds.catalyst_kind, 'other') as catalyst_kind,
    trimmed.timing_printed,
    trimmed.earliest_on,
    trimmed.latest_on,
    trimmed.channel,
    trimmed.expected_direction,
    trimmed.condition,
    trimmed.document_id,
    trimmed.table_ref,
    trimmed.known_on
from trimmed
left join {{ ref('int_security') }} as securities
    on lower(trimmed.subject) in (lower(securities.issuer), lower(securities.ticker))
left join kinds on trimmed.document_id = kinds.document_id and trimmed.event = kinds.event
left join {{ ref('stg_catalyst_kinds') }} as named_kinds on kinds.match_order = named_kinds.match_order
