"""Show on the outside of the box how it is."""
