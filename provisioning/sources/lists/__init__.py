"""Read lists: folders of CSV and Excel files, by the column map of their vendor."""
