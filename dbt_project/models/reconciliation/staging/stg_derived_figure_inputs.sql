{{ all_rows('derived_figure_inputs') }}
