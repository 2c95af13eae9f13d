select *
from {{ source('landed', 'documents') }}
where published_on is null or published_on <= {{ as_of() }}
