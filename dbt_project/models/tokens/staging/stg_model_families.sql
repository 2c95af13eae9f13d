{{ all_rows('model_families') }}
