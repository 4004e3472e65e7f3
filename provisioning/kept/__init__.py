"""Keep each unit's last good night, for the night when its own data cannot be used."""
