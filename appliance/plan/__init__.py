"""The response plan as data: what a municipality does when its IT is down, read from a folder."""
