"""Speak IPP 2.0 (RFC 8010, RFC 8011) with a printer; knows nothing of CUPS or of paper."""
