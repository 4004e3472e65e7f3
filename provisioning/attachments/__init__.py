"""Check, stage and seal the photos and documents of a feed."""
