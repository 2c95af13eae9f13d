select *
from {{ source('landed', 'holder_categories') }}
