"""Questions to the tables, as sentences."""
