"""Keep the box's own secret: one module for each place it can live in."""
