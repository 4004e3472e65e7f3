"""The hub: what municipal IT runs to turn care-record exports into one sealed snapshot per box."""
