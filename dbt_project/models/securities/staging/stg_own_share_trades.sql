{{ known('own_share_trades') }}
