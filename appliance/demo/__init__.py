"""An invented municipality, the same for the same seed, and a whole box in a folder."""
