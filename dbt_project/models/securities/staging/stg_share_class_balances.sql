{{ known('share_class_balances') }}
