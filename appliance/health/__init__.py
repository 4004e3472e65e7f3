"""Say whether the box would do its duty tonight, and what to do where it would not."""
