"""The screens, server-made and calm."""
