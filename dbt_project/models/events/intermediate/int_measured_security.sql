-- The securities by whose bars a document's figures or its case of scarcity are measured
select input_subject as ticker
from {{ ref('stg_derived_figure_inputs') }}
where kind = 'market data'
union
select ticker
from {{ ref('stg_scarcity_case') }}
where ticker is not null
