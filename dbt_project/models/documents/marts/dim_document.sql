select
    document_id,
    title,
    producer,
    document_type,
    published_on,
    data_as_of,
    accessed_on,
    url,
    licence,
    rank,
    note
from {{ ref('stg_documents') }}
