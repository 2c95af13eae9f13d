{{ all_rows('company_names') }}
