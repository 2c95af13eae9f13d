"""The other side of `refresh --live`: a made-up market and servers on loopback that speak the formats of the live sources."""
