{{ all_rows('priced_in_terms') }}
