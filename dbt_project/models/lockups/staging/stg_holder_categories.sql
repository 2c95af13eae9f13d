{{ all_rows('holder_categories') }}
