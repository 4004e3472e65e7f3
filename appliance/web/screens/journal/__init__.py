"""Show the screens of the care journal: write of a citizen, look for effects, type it in after."""
