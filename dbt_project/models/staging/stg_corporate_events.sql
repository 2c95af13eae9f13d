{{ known('corporate_events') }}
