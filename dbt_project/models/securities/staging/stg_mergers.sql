{{ known('mergers') }}
