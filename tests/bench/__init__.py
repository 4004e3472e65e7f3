"""Measure the box against the plainest thing that could do the same job. Run by `make bench`."""
