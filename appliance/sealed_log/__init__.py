"""Keep the sealed log: what was looked at and written, in lines only the municipality can open."""
