"""Writes with a rule."""
