"""Judge, open and tell what the sealed logs of the boxes hold."""
