{{ all_rows('scarcity_scenarios') }}
