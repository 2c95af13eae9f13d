"""One module a stand-in, named like the live source that it stands in for: its wire format and how its answers go wrong."""
