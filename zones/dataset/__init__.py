"""The one door for data: tables as CSV files, read and written by the same definitions."""
