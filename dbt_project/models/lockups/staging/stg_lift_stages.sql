-- The newest known version of each A-share lock-up expiry and kind of shares.
{{ newest_listed_version(known('eastmoney_lift_stages'), ['document_id', 'ticker', 'free_on', 'shares_type']) }}
