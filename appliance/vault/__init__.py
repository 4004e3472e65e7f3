"""Who may open the records, and the only process that can."""
