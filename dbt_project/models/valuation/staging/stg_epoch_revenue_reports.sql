-- The newest known version of each of Epoch AI's statements of revenue; conflicting ones stand side by side.
{{ newest_listed_version(known('epoch_revenue_reports'), ['document_id', 'company', 'report_id', 'statement_number']) }}
