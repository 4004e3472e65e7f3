"""Answer what a person types at a shell: a module per group of `nodboks` commands, and its work."""
