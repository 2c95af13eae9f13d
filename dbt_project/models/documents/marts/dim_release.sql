select
    release_id,
    as_of,
    created_at
from {{ source('build', 'refresh') }}
