{{ known('float_bands') }}
