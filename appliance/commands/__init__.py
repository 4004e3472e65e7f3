"""Be what a person types at a shell: one module per group of `nodboks` commands, and its work."""
