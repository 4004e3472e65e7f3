"""Serve the screens: deny by default, Danish first, no personal data in any address or title."""
