"""An invented municipality with a whole box in a folder."""
