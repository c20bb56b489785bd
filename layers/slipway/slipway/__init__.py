"""The rules of a release, and the adapters to the systems it moves through."""
