-- The newest known version of each of OpenRouter's list prices, and of those under each condition.
{{ newest_version(known('openrouter_prices'), ['document_id', 'model_id', 'override_number']) }}
