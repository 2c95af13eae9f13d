{{ all_rows('catalyst_kinds') }}
