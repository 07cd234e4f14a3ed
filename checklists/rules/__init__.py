"""Which duties apply: pure functions over plain values."""
