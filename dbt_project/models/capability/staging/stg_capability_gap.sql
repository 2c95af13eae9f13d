{{ known('capability_gap') }}
