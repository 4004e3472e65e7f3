"""The file that travels: its format, how it is packed, trusted and kept on disk."""
