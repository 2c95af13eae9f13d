{{ all_rows('price_target_horizons') }}
