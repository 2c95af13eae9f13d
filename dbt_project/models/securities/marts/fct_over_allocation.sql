select * from {{ ref('int_over_allocation') }}
