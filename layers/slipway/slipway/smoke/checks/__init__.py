"""One module a check: what it asks, and how it judges what came back."""
