-- The newest known version of each model version's score; many have none.
{{ newest_listed_version(known('epoch_capability_index'), ['document_id', 'model_version', 'statement_number']) }}
