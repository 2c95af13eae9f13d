select
    release_id,
    as_of,
    created_at
from {{ ref('int_release') }}
