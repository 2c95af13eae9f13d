{{ all_rows('developers') }}
