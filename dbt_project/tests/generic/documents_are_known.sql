{# Every figure's document can be reached: document_id is in dim_document. #}
{% test documents_are_known(model) %}
select distinct facts.document_id
from {{ model }} as facts
left join {{ ref('dim_document') }} as documents on facts.document_id = documents.document_id
where facts.document_id is not null and documents.document_id is null
{% endtest %}
