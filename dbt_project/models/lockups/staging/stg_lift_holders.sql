-- The newest known version of each holder's shares in an A-share lock-up expiry.
{{ newest_listed_version(known('eastmoney_lift_holders'), ['document_id', 'ticker', 'free_on', 'holder', 'shares_type']) }}
