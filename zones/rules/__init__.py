"""The rules themselves: pure functions over plain values, with no request and no database."""
