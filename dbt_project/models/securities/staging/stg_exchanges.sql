{{ all_rows('exchanges') }}
