"""Send each box what changed since its base, and a new base when that no longer pays."""
