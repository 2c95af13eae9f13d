-- The newest known version of each of Epoch AI's statements of use.
{{ newest_version(known('epoch_usage_reports'), ['document_id', 'company', 'report_id', 'statement_number']) }}
