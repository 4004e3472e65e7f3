"""Bring documents out on paper and tell the truth about it, with no knowledge of citizens."""
