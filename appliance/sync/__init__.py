"""Fetch the newest snapshot and switch to it; holds no key to read it."""
