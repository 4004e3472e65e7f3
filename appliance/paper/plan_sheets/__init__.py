"""The sheets of the response plan: about nobody, so they are printed while the box is locked."""
