{{ all_rows('model_comparisons') }}
