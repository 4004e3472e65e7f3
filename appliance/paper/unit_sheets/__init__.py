"""The sheets about a whole unit: lists for a shift, a round or a route."""
