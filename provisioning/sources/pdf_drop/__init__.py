"""Take in a folder or zip of ready-made documents, as any vendor can print them."""
