"""One module a check: what it asks, and what it finds."""
