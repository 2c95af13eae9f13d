{{ all_rows('instruments') }}
