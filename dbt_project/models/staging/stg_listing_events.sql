{{ known('listing_events') }}
