"""The screens, one file per blueprint; each view carries its guard."""
