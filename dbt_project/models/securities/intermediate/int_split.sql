-- The factors by which a ticker's shares are multiplied: those of int_price_adjustment that touch shares.
{{ split_factors('share_known_on', 'is_share_split') }}
