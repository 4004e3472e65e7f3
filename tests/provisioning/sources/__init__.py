"""Tests of provisioning/sources."""
