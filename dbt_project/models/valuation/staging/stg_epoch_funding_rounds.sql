-- The newest known version of each of Epoch AI's funding rounds, also of those that have not closed.
{{ newest_listed_version(known('epoch_funding_rounds'), ['document_id', 'company', 'round_id', 'statement_number']) }}
