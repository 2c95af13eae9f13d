{{ known('tripwires') }}
