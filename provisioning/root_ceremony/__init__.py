"""Change who may sign for the municipality: draft, sign and install the next root (`TRUST.md`)."""
