{{ known('traffic_mixes') }}
