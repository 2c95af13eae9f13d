{{ all_rows('derived_figures') }}
