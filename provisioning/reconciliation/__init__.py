"""Give the care system back what was noted on the boxes while it was away."""
