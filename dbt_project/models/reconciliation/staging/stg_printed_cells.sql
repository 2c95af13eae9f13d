select *
from {{ source('cells', 'printed_cells') }}
where known_on is null or known_on <= {{ as_of() }}
