{{ known('token_consumption') }}
