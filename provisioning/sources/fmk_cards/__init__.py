"""Read medicine cards of the shared medication record (FMK), as XML or as JSON."""
