"""Say what staff noted of citizens while the care record was away, and what must still go back."""
