"""Who decides, when an answer counts, and who is reminded."""
