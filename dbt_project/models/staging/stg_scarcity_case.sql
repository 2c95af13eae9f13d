{{ known('scarcity_case') }}
