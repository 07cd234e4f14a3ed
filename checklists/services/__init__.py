"""Writes with a rule: what pages, the API and the admin share."""
