{{ known('arr_observations') }}
