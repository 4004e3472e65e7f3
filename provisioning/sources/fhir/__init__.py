"""Read FHIR: resources, the feeds they come in, and the references between them."""
