-- The newest known version of each model's tokens on each day; a model without a row is not known to be zero.
{{ newest_version(known('openrouter_token_usage'), ['document_id', 'model_permaslug', 'usage_on']) }}
