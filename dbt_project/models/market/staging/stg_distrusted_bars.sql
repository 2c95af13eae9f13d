{{ known('distrusted_bars') }}
