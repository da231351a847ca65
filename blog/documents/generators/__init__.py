"""Site generators: read their configuration, and compute the addresses that they gave to texts."""
