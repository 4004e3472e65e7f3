"""The one queue in front of the one printer: what was ordered, and what became of it."""
