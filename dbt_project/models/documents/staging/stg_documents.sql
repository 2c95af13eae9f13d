{{ known('documents') }}
