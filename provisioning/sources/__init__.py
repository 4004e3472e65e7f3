"""One file per kind of feed, all turned into the one canonical model."""
