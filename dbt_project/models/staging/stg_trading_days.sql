select *
from {{ source('landed', 'trading_days') }}
