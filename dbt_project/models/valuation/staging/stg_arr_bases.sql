{{ all_rows('arr_bases') }}
