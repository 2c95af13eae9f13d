select *
from {{ source('landed', 'exchanges') }}
