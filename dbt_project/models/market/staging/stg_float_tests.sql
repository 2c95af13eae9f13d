{{ known('float_tests') }}
