"""What a care record is: its models, its SQLite schema, and how to read and search it."""
