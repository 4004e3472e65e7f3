"""Show the response plan at work, to anybody on the hotspot: without a code, without citizens."""
