"""The portal's SQLite: Django's, and careful about the file that the database is in."""
