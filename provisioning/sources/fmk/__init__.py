"""Translate dosages of the shared medication record (FMK) into text, grid and due times."""
