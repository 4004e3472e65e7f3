"""Open the records with a key, into RAM only, and say who is looking at them."""
