{{ all_rows('pairs') }}
