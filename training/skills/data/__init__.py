"""Word lists and tables of the closed world; no code but the reading of them."""
