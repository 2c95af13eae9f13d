{{ known('float_policies') }}
