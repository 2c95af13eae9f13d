{{ known('convertible_bonds') }}
