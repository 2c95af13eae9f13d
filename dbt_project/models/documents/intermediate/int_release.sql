select as_of
from {{ source('build', 'refresh') }}
