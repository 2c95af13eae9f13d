-- The factors by which a ticker's prices go through its splits, and through what a feed lists as one: see int_split for shares.
{{ split_factors('known_on') }}
