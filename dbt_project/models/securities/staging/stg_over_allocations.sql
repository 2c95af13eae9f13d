{{ known('over_allocations') }}
