"""Fetch a night's export from a FHIR Bulk Data server as a feed folder."""
