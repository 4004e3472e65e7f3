"""Tell the time on a box that may have lost it, and how far that can be trusted."""
