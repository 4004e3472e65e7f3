"""Tell the municipality's boxes how each of them is: signed, and nothing of any person."""
