"""One module per thing that is measured; each says why its peer was chosen."""
